#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "grammar/name.hpp"
#include "grammar/print.hpp"

namespace cupel::grammar {

/// Clauses that are printed where they were given.
class Clauses {
 public:
  explicit Clauses(std::string text) : text_(std::move(text)) {}

  Clauses& name(std::string_view words, const std::optional<Name>& value) {
    if (value) text_ += fmt::format(" {} {}", words, print_name(value->text));
    return *this;
  }
  Clauses& file(std::string_view words, const std::optional<Name>& value) {
    if (value) text_ += fmt::format(" {} {}", words, quote_text(value->text));
    return *this;
  }
  Clauses& count(std::string_view words, const std::optional<uint64_t>& value) {
    if (value) text_ += fmt::format(" {} {}", words, *value);
    return *this;
  }
  Clauses& number(std::string_view words, const std::optional<double>& value) {
    if (value) text_ += fmt::format(" {} {}", words, *value);
    return *this;
  }
  Clauses& flag(std::string_view words, bool value) {
    if (value) text_ += fmt::format(" {}", words);
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace cupel::grammar
