#include "engine/sql/literal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "cupel/error.hpp"

namespace cupel::sql {
namespace {

std::string enclosed(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

}  // namespace

std::string identifier(std::string_view name) {
  static constexpr std::array<std::string_view, 14> kBare = {
      "annotation_id", "area",     "confidence", "height",       "image_location",
      "instant",       "label",    "ordinal",    "reference_id", "run",
      "slice",         "taxonomy", "type",       "width"};
  const bool bare = std::find(kBare.begin(), kBare.end(), name) != kBare.end();
  return bare ? std::string(name) : quoted_identifier(name);
}

std::string quoted_identifier(std::string_view name) {
  if (name.find('\0') != std::string_view::npos)
    throw Error(ErrorCode::kUnsupported, "a name with a NUL has no SQL");
  return enclosed(name, '"');
}

std::string text_literal(std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    throw Error(ErrorCode::kUnsupported, "text with a NUL has no SQL");
  return enclosed(text, '\'');
}

std::string integer_literal(int64_t value) {
  // The least integer is no literal: its digits alone are too large for the type.
  if (value == std::numeric_limits<int64_t>::min()) return "(-9223372036854775807 - 1)";
  return std::to_string(value);
}

std::string double_literal(double value) {
  if (!std::isfinite(value))
    throw Error(ErrorCode::kUnsupported, "the number " + format_number(value) + " has no SQL");
  std::string text = format_number(value);
  if (text.find('e') == std::string::npos) text += "e0";
  return text;
}

std::string number_beside_double(double value) {
  const std::string text = format_number(value);
  // With up to 15 digits both the decimal's digits and its power of ten are doubles, and so their
  // quotient is the nearest one.
  constexpr long kExactDigits = 15;
  const auto digits =
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const bool plain = text.find_first_not_of("-.0123456789") == std::string::npos;
  return plain && digits <= kExactDigits ? text : double_literal(value);
}

std::string timestamp_literal(Timestamp value) {
  std::string text = format_timestamp(value);
  std::replace(text.begin(), text.end(), 'T', ' ');
  if (text.ends_with('Z')) text.pop_back();
  return "TIMESTAMP '" + text + "'";
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kBool: return "BOOLEAN";
    case Type::kInt64: return "BIGINT";
    case Type::kFloat64: return "DOUBLE PRECISION";
    case Type::kText: return "VARCHAR";
    case Type::kTimestamp: return "TIMESTAMP";
    case Type::kAny: break;
  }
  throw Error(ErrorCode::kInternal, "SQL has no column of several types");
}

}  // namespace cupel::sql
