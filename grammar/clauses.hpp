#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "grammar/name.hpp"

namespace cupel::grammar {

/// Clauses that are printed where they were given.
class Clauses {
 public:
  explicit Clauses(std::string text) : text_(std::move(text)) {}

  Clauses& name(std::string_view words, const std::optional<Name>& value);
  Clauses& file(std::string_view words, const std::optional<Name>& value);
  Clauses& count(std::string_view words, const std::optional<uint64_t>& value);
  Clauses& number(std::string_view words, const std::optional<double>& value);
  Clauses& flag(std::string_view words, bool value);
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace cupel::grammar
