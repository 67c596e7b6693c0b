#include "tests/property/naive_values.hpp"

#include <cmath>
#include <map>
#include <regex>
#include <stdexcept>
#include <string>

namespace cupel::testing::naive {

using grammar::ArithmeticOp;
using grammar::CompareOp;
using grammar::MatchKind;

namespace {

template <typename T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

/// Numbers and truth values as mathematical values: 64 bits of mantissa hold both kinds.
std::optional<long double> as_number(const Value& value) {
  static_assert(std::numeric_limits<long double>::digits >= 64);
  if (value.is_bool()) return value.as_bool() ? 1 : 0;
  if (value.is_int()) return value.as_int();
  if (value.is_double()) return value.as_double();
  return std::nullopt;
}

std::optional<Timestamp> as_instant(const Value& value) {
  if (value.is_timestamp()) return value.as_timestamp();
  if (value.is_text()) return parse_timestamp(value.as_text());
  return std::nullopt;
}

/// Bytes of the character at the beginning of `text`.
size_t character_bytes(std::string_view text) {
  size_t bytes = 1;
  while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
  return bytes;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool like(std::string_view text, std::string_view pattern, bool fold) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '%') {
    for (size_t skip = 0; skip <= text.size(); ++skip) {
      if (like(text.substr(skip), pattern.substr(1), fold)) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  if (pattern.front() == '_')
    return like(text.substr(character_bytes(text)), pattern.substr(1), fold);
  if (pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  const bool same =
      fold ? lower(text.front()) == lower(pattern.front()) : text.front() == pattern.front();
  return same && like(text.substr(1), pattern.substr(1), fold);
}

bool finds(const std::string& text, const std::string& pattern) {
  static std::map<std::string, std::regex> compiled;
  auto [entry, added] = compiled.try_emplace(pattern);
  if (added) entry->second = std::regex(pattern, std::regex::ECMAScript);
  return std::regex_search(text, entry->second);
}

/// A result of arithmetic in double precision.
Value finite(double result, bool integer) {
  if (!std::isfinite(result)) return {};
  if (integer) return static_cast<int64_t>(result);
  return result;
}

int type_class(const Value& value) {
  if (value.is_bool()) return 0;
  if (value.is_number()) return 1;
  return value.is_timestamp() ? 2 : 3;
}

}  // namespace

std::optional<int> order(const Value& a, const Value& b) {
  if (a.is_missing() || b.is_missing()) return std::nullopt;
  if (a.is_text() && b.is_text()) return three_way(a.as_text(), b.as_text());
  if (a.is_timestamp() || b.is_timestamp()) {
    const auto x = as_instant(a);
    const auto y = as_instant(b);
    if (!x || !y) return std::nullopt;
    return three_way(x->micros, y->micros);
  }
  const auto x = as_number(a);
  const auto y = as_number(b);
  if (!x || !y) return std::nullopt;
  // Beside a truth value only 0 and 1 mean something.
  const auto truth = [](long double v) { return v == 0 || v == 1; };
  if ((a.is_bool() || b.is_bool()) && !(truth(*x) && truth(*y))) return std::nullopt;
  return three_way(*x, *y);
}

bool compares(CompareOp op, const Value& a, const Value& b) {
  const std::optional<int> found = order(a, b);
  switch (op) {
    case CompareOp::kEqual: return found && *found == 0;
    case CompareOp::kNotEqual: return !(found && *found == 0);
    case CompareOp::kLess: return found && *found < 0;
    case CompareOp::kLessEqual: return found && *found <= 0;
    case CompareOp::kGreater: return found && *found > 0;
    default: return found && *found >= 0;
  }
}

int sort_order(const Value& a, const Value& b) {
  if (type_class(a) != type_class(b)) return type_class(a) - type_class(b);
  return order(a, b).value();
}

Value arithmetic(ArithmeticOp op, const Value& a, const Value& b) {
  if (!a.is_number() || !b.is_number()) return {};
  const double x = a.as_double();
  const double y = b.as_double();
  const bool integer = a.is_int() && b.is_int();
  switch (op) {
    case ArithmeticOp::kAdd: return finite(x + y, integer);
    case ArithmeticOp::kSubtract: return finite(x - y, integer);
    case ArithmeticOp::kMultiply: return finite(x * y, integer);
    case ArithmeticOp::kDivide: return y == 0 ? Value() : finite(x / y, false);
    default: return y == 0 ? Value() : finite(std::fmod(x, y), integer);
  }
}

Value negate(const Value& value) {
  if (!value.is_number()) return {};
  return finite(-value.as_double(), value.is_int());
}

Value bucket(const Value& number, const Value& width) {
  if (!number.is_number() || !width.is_number()) return {};
  const double w = width.as_double();
  return finite(std::floor(number.as_double() / w) * w, number.is_int() && width.is_int());
}

bool matches(MatchKind kind, const Value& text, const Value& pattern) {
  if (!text.is_text() || !pattern.is_text()) return false;
  if (kind == MatchKind::kRegex) return finds(text.as_text(), pattern.as_text());
  return like(text.as_text(), pattern.as_text(), kind == MatchKind::kIlike);
}

Value aggregate(std::string_view function, const std::vector<Value>& values) {
  std::vector<Value> present;
  for (const Value& value : values) {
    if (!value.is_missing()) present.push_back(value);
  }
  if (present.empty()) return {};
  if (function == "min" || function == "max") {
    Value best = present.front();
    for (const Value& value : present) {
      const int found = sort_order(value, best);
      if (function == "min" ? found < 0 : found > 0) best = value;
    }
    return best;
  }
  bool integers = true;
  int64_t exact = 0;
  long double sum = 0;
  for (const Value& value : present) {
    if (!value.is_number()) throw std::logic_error("a sum of what are no numbers");
    integers = integers && value.is_int();
    if (integers) exact += value.as_int();
    sum += value.as_double();
  }
  if (function == "avg") return static_cast<double>(sum / present.size());
  if (integers) return exact;
  return static_cast<double>(sum);
}

}  // namespace cupel::testing::naive
