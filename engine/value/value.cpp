#include "cupel/value.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace cupel {
namespace {

template <typename T>
int order(const T& left, const T& right) noexcept {
  if (left < right) return -1;
  return right < left ? 1 : 0;
}

int order_text(std::string_view left, std::string_view right) noexcept {
  return order(left.compare(right), 0);
}

/// The order of an integer and a number that is not NaN, by their exact values: converting the
/// integer would round it (2^53 + 1 would equal 2^53).
int order_exact(int64_t integer, double number) noexcept {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (number >= kTwoTo63) return -1;
  if (number < -kTwoTo63) return 1;
  const double whole = std::trunc(number);
  const int by_whole = order(integer, static_cast<int64_t>(whole));
  return by_whole != 0 ? by_whole : order(whole, number);
}

/// A number of either kind; nothing for NaN.
struct Number {
  bool is_integer;
  int64_t integer;
  double number;
};

std::optional<Number> number_of(const Value::Variant& value) noexcept {
  if (const auto* integer = std::get_if<int64_t>(&value)) return Number{true, *integer, 0};
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr || std::isnan(*number)) return std::nullopt;
  return Number{false, 0, *number};
}

int order_numbers(const Number& left, const Number& right) noexcept {
  if (left.is_integer)
    return right.is_integer ? order(left.integer, right.integer)
                            : order_exact(left.integer, right.number);
  return right.is_integer ? -order_exact(right.integer, left.number)
                          : order(left.number, right.number);
}

/// A boolean as the number that it compares with.
Number number_of(bool value) noexcept { return {true, value ? 1 : 0, 0}; }

bool is_zero_or_one(const Number& n) noexcept {
  return n.is_integer ? n.integer == 0 || n.integer == 1 : n.number == 0.0 || n.number == 1.0;
}

std::optional<int> compare_bool(bool left, const Value::Variant& right) noexcept {
  if (const auto* other = std::get_if<bool>(&right)) return order(left, *other);
  const auto number = number_of(right);
  if (!number || !is_zero_or_one(*number)) return std::nullopt;
  return order_numbers(number_of(left), *number);
}

std::optional<int> compare_timestamp(Timestamp left, const Value::Variant& right) noexcept {
  if (const auto* other = std::get_if<Timestamp>(&right)) return order(left, *other);
  const auto* text = std::get_if<std::string>(&right);
  if (text == nullptr) return std::nullopt;
  const auto instant = parse_timestamp(*text);
  if (!instant) return std::nullopt;
  return order(left, *instant);
}

std::optional<int> reversed(std::optional<int> order) noexcept {
  if (order) order = -*order;
  return order;
}

/// The class of ORDER BY: NaN stands after the numbers that have an order.
int sort_class(const Value& value) noexcept {
  if (value.is_bool()) return 0;
  if (value.is_number()) return number_of(value.variant()) ? 1 : 2;
  if (value.is_timestamp()) return 3;
  return value.is_text() ? 4 : 5;
}

}  // namespace

std::string_view to_string(Type type) noexcept {
  switch (type) {
    case Type::kBool: return "bool";
    case Type::kInt64: return "int64";
    case Type::kFloat64: return "float64";
    case Type::kText: return "text";
    case Type::kTimestamp: return "timestamp";
    case Type::kAny: return "any";
  }
  return "any";
}

Type Value::type() const noexcept {
  switch (data_.index()) {
    case 1: return Type::kBool;
    case 2: return Type::kInt64;
    case 3: return Type::kFloat64;
    case 4: return Type::kText;
    case 5: return Type::kTimestamp;
    default: return Type::kAny;
  }
}

std::string format_number(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  constexpr double kPlainIntegers = 1e15;
  std::array<char, 32> buffer;
  char* const begin = buffer.data();
  char* const end = begin + buffer.size();
  const bool plain = std::trunc(number) == number && std::fabs(number) < kPlainIntegers;
  const auto written = plain ? std::to_chars(begin, end, number, std::chars_format::fixed)
                             : std::to_chars(begin, end, number);
  return {begin, written.ptr};
}

std::string to_text(const Value& value) {
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_int()) return std::to_string(value.as_int());
  if (value.is_double()) return format_number(value.as_double());
  if (value.is_text()) return value.as_text();
  if (value.is_timestamp()) return format_timestamp(value.as_timestamp());
  return {};
}

std::optional<int> compare(const Value& left, const Value& right) noexcept {
  const Value::Variant& l = left.variant();
  const Value::Variant& r = right.variant();
  if (const auto* value = std::get_if<bool>(&l)) return compare_bool(*value, r);
  if (const auto* value = std::get_if<bool>(&r)) return reversed(compare_bool(*value, l));
  if (const auto* value = std::get_if<Timestamp>(&l)) return compare_timestamp(*value, r);
  if (const auto* value = std::get_if<Timestamp>(&r)) return reversed(compare_timestamp(*value, l));
  if (const auto* text = std::get_if<std::string>(&l)) {
    const auto* other = std::get_if<std::string>(&r);
    if (other == nullptr) return std::nullopt;
    return order_text(*text, *other);
  }
  const auto left_number = number_of(l);
  const auto right_number = number_of(r);
  if (!left_number || !right_number) return std::nullopt;
  return order_numbers(*left_number, *right_number);
}

int sort_compare(const Value& left, const Value& right) noexcept {
  const int by_class = order(sort_class(left), sort_class(right));
  if (by_class != 0) return by_class;
  return compare(left, right).value_or(0);
}

}  // namespace cupel
