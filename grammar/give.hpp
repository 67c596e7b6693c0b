#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cupel/error.hpp"

namespace cupel::grammar {

/// Sets an option that has not been given before; `words` name it in the error.
template <typename T>
void give(std::optional<T>& option, T value, std::string_view words, Span span) {
  if (option)
    throw Error(ErrorCode::kSyntax, "the option " + std::string(words) + " is given twice", span);
  option = std::move(value);
}

inline void give(bool& option, std::string_view words, Span span) {
  if (option)
    throw Error(ErrorCode::kSyntax, "the option " + std::string(words) + " is given twice", span);
  option = true;
}

}  // namespace cupel::grammar
