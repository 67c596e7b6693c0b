#include "grammar/clauses.hpp"

#include <fmt/format.h>

#include "grammar/print.hpp"

namespace cupel::grammar {

Clauses& Clauses::name(std::string_view words, const std::optional<Name>& value) {
  if (value) text_ += fmt::format(" {} {}", words, print_name(value->text));
  return *this;
}

Clauses& Clauses::file(std::string_view words, const std::optional<Name>& value) {
  if (value) text_ += fmt::format(" {} {}", words, quote_text(value->text));
  return *this;
}

Clauses& Clauses::count(std::string_view words, const std::optional<uint64_t>& value) {
  if (value) text_ += fmt::format(" {} {}", words, *value);
  return *this;
}

Clauses& Clauses::number(std::string_view words, const std::optional<double>& value) {
  if (value) text_ += fmt::format(" {} {}", words, *value);
  return *this;
}

Clauses& Clauses::flag(std::string_view words, bool value) {
  if (value) text_ += fmt::format(" {}", words);
  return *this;
}

}  // namespace cupel::grammar
