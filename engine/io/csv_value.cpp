#include "engine/io/csv_value.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "engine/io/json_text.hpp"

namespace cupel::io {
namespace {

/// The bytes of a text that a sentence shows.
std::string quoted(std::string_view text) {
  constexpr size_t kMost = 40;
  std::string shown;
  size_t end = std::min(kMost, text.size());
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  append_text(shown, text.substr(0, end));
  return end < text.size() ? shown + "…" : shown;
}

template <typename Number>
std::optional<Number> whole(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Digits that are no number to keep: with zeros in front, or more than 64 bits have.
bool is_code(std::string_view text) {
  return without_spaces(text).find_first_not_of("-0123456789") == std::string_view::npos;
}

[[noreturn]] void wrong_type(const CsvCell& cell, const std::string& column,
                             std::string_view expected) {
  throw RecordError{column, fmt::format("must be {}, but is {}", expected, quoted(cell.text))};
}

}  // namespace

std::string_view without_spaces(std::string_view text) {
  constexpr std::string_view kSpaces = " \t";
  const size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

std::string_view unguarded(std::string_view text) {
  const size_t behind = text.find_first_not_of('\'');
  if (behind == 0 || behind == std::string_view::npos) return text;
  constexpr std::string_view kGuarded = "=+-@\t\r";
  return kGuarded.find(text[behind]) == std::string_view::npos ? text : text.substr(1);
}

std::optional<int64_t> integer_in(std::string_view text) {
  text = without_spaces(text);
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.size() > 1 && digits.starts_with('0')) return std::nullopt;
  return whole<int64_t>(text);
}

std::optional<double> number_in(std::string_view text) {
  text = without_spaces(text);
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const char first = digits.empty() ? '\0' : digits[0];
  if (first != '.' && (first < '0' || first > '9')) return std::nullopt;  // no inf, no nan
  if (digits.size() > 1 && first == '0' && digits[1] >= '0' && digits[1] <= '9')
    return std::nullopt;
  const std::optional<double> number = whole<double>(text);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return number;
}

std::optional<bool> truth_in(std::string_view text) {
  text = without_spaces(text);
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

bool is_nan_word(std::string_view text) {
  text = without_spaces(text);
  return text == "NaN" || text == "nan" || text == "NAN";
}

std::optional<int64_t> integer_of(const CsvCell& cell, const std::string& column) {
  if (cell.text.empty() || is_nan_word(cell.text)) return std::nullopt;
  if (const auto integer = integer_in(cell.text)) return integer;
  constexpr double kExact = 9007199254740992.0;  // beyond 2^53 a double is no exact integer
  const std::optional<double> number = number_in(cell.text);
  if (!number || std::trunc(*number) != *number || std::abs(*number) > kExact)
    wrong_type(cell, column, "an integer");
  return static_cast<int64_t>(*number);
}

std::optional<double> number_of(const CsvCell& cell, const std::string& column) {
  if (cell.text.empty() || is_nan_word(cell.text)) return std::nullopt;
  const std::optional<double> number = number_in(cell.text);
  if (!number) wrong_type(cell, column, "a number");
  return number;
}

void CsvColumnType::count(const CsvCell& cell, uint64_t line) {
  const std::string_view text = cell.text;
  if (text.empty()) return;
  if (is_nan_word(text)) {
    ++nans_;
  } else if (integer_in(text)) {
    ++integers_;
  } else if (is_code(text)) {
    ++codes_;
  } else if (number_in(text)) {
    ++numbers_;
  } else if (truth_in(text)) {
    ++truths_;
  } else if (++texts_ == 1) {
    first_line_ = line;
    first_text_ = quoted(text);
  }
}

CsvColumnType::Type CsvColumnType::type() const {
  const uint64_t numeric = integers_ + numbers_;
  if (texts_ > 0 || codes_ > 0) return Type::kText;
  if (numeric > 0 && truths_ > 0) return Type::kEach;
  if (truths_ > 0) return Type::kTruth;
  if (numbers_ > 0 || (nans_ > 0 && numeric == 0)) return Type::kNumber;
  return numeric > 0 ? Type::kInteger : Type::kText;
}

std::string CsvColumnType::surprise() const {
  const uint64_t typed = integers_ + numbers_ + truths_;
  if (type() != Type::kText || codes_ > 0 || texts_ >= typed) return {};
  return fmt::format(
      "is text, since {} of its {} cells are neither numbers nor truth values (the first in line "
      "{}: {})",
      texts_, typed + texts_, first_line_, first_text_);
}

std::optional<Scalar> CsvColumnType::value(Type type, const CsvCell& cell) {
  if (type == Type::kText) {
    return cell.missing() ? std::nullopt : std::optional<Scalar>(cell.text);
  }
  std::optional<Scalar> value;
  if (type == Type::kInteger || type == Type::kEach) value = integer_in(cell.text);
  if (type == Type::kNumber || (type == Type::kEach && !value)) value = number_in(cell.text);
  if (type == Type::kTruth || (type == Type::kEach && !value)) value = truth_in(cell.text);
  return value;
}

}  // namespace cupel::io
