#include "engine/exec/condition_test.hpp"

#include <algorithm>
#include <cmath>

#include "engine/exec/condition_pattern.hpp"

namespace cupel::exec {
namespace {

using plan::CompareOp;

constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <typename T>
Ranges<T> range(T low, T high) {
  if (low > high) return {};
  return {{low, high}};
}

/// The integers for which `x op constant`.
Ranges<int64_t> integer_range(CompareOp op, int64_t constant) {
  switch (op) {
    case CompareOp::kEqual: return range(constant, constant);
    case CompareOp::kLess:
      return constant == kLowest ? Ranges<int64_t>{} : range(kLowest, constant - 1);
    case CompareOp::kLessEqual: return range(kLowest, constant);
    case CompareOp::kGreater:
      return constant == kHighest ? Ranges<int64_t>{} : range(constant + 1, kHighest);
    case CompareOp::kGreaterEqual: return range(constant, kHighest);
  }
  return {};
}

/// The numbers for which `x op constant`.
Ranges<double> number_range(CompareOp op, double constant) {
  switch (op) {
    case CompareOp::kEqual: return range(constant, constant);
    case CompareOp::kLess:
      if (constant == -kInfinity) return {};
      return range(-kInfinity, std::nextafter(constant, -kInfinity));
    case CompareOp::kLessEqual: return range(-kInfinity, constant);
    case CompareOp::kGreater:
      if (constant == kInfinity) return {};
      return range(std::nextafter(constant, kInfinity), kInfinity);
    case CompareOp::kGreaterEqual: return range(constant, kInfinity);
  }
  return {};
}

/// The integers for which `x op constant`: a bound between two integers moves to the next one
/// that fulfils it, so that nothing is rounded.
Ranges<int64_t> integers_against(CompareOp op, double constant) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  const bool less = op == CompareOp::kLess || op == CompareOp::kLessEqual;
  const bool greater = op == CompareOp::kGreater || op == CompareOp::kGreaterEqual;
  if (constant >= kTwoTo63) return less ? range(kLowest, kHighest) : Ranges<int64_t>{};
  if (constant < -kTwoTo63) return greater ? range(kLowest, kHighest) : Ranges<int64_t>{};
  const double below = std::floor(constant);
  if (below == constant) return integer_range(op, static_cast<int64_t>(constant));
  const auto whole = static_cast<int64_t>(below);
  if (less) return range(kLowest, whole);
  return greater ? integer_range(CompareOp::kGreater, whole) : Ranges<int64_t>{};
}

/// The numbers for which `x op constant`; an integer that no double equals lies between two.
Ranges<double> numbers_against(CompareOp op, int64_t constant) {
  const auto near = static_cast<double>(constant);
  const int order = compare(Value(near), Value(constant)).value_or(0);
  if (order == 0) return number_range(op, near);
  const double below = order < 0 ? near : std::nextafter(near, -kInfinity);
  const double above = order > 0 ? near : std::nextafter(near, kInfinity);
  switch (op) {
    case CompareOp::kEqual: return {};
    case CompareOp::kLess:
    case CompareOp::kLessEqual: return range(-kInfinity, below);
    case CompareOp::kGreater:
    case CompareOp::kGreaterEqual: return range(above, kInfinity);
  }
  return {};
}

/// What 0 and 1, the numbers that compare with booleans, make of `x op constant`.
void compare_bits(CompareOp op, const Value& constant, ValueTest& test) {
  for (const bool bit : {false, true}) {
    const auto order = compare(Value(bit), constant);
    if (!order || !holds(op, *order)) continue;
    const int64_t number = bit ? 1 : 0;
    test.bools.push_back({number, number});
    if (!constant.is_bool()) continue;
    test.integers.push_back({number, number});
    test.numbers.push_back({static_cast<double>(number), static_cast<double>(number)});
  }
}

void compare_text(CompareOp op, const std::string& constant, ValueTest& test) {
  test.text.kind = op == CompareOp::kEqual ? TextTest::Kind::kSet : TextTest::Kind::kCompare;
  test.text.op = op;
  test.text.constant = constant;
  if (op == CompareOp::kEqual) test.text.set.push_back(constant);
  if (const auto instant = parse_timestamp(constant))
    test.timestamps = integer_range(op, instant->micros);
}

/// Sorts the ranges and makes them disjoint; neighbouring integers become one range.
template <typename T>
void normalise(Ranges<T>& ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range<T>& a, const Range<T>& b) { return a.low < b.low; });
  Ranges<T> out;
  for (const Range<T>& range : ranges) {
    bool joins = !out.empty() && range.low <= out.back().high;
    if constexpr (std::is_integral_v<T>)
      joins = joins || (!out.empty() && out.back().high != std::numeric_limits<T>::max() &&
                        range.low <= out.back().high + 1);
    if (joins) {
      out.back().high = std::max(out.back().high, range.high);
    } else {
      out.push_back(range);
    }
  }
  ranges = std::move(out);
}

template <typename T>
void add(Ranges<T>& to, const Ranges<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

bool TextTest::matches(std::string_view text) const {
  switch (kind) {
    case Kind::kNever: return false;
    case Kind::kCompare: return holds(op, text.compare(constant));
    case Kind::kSet: {
      if (std::binary_search(set.begin(), set.end(), text, std::less<>())) return true;
      if (instants.empty()) return false;
      const auto instant = parse_timestamp(text);
      return instant && in_ranges(instants, instant->micros);
    }
    case Kind::kPattern: return pattern->matches(text);
  }
  return false;
}

bool ValueTest::matches(const Value& value) const {
  if (value.is_missing()) return false;
  switch (value.type()) {
    case Type::kBool: return in_ranges(bools, int64_t{value.as_bool()});
    case Type::kInt64: return in_ranges(integers, value.as_int());
    case Type::kFloat64: return in_ranges(numbers, value.as_double());
    case Type::kText: return text.matches(value.as_text());
    case Type::kTimestamp: return in_ranges(timestamps, value.as_timestamp().micros);
    case Type::kAny: break;
  }
  return false;
}

ValueTest compare_test(CompareOp op, const Value& constant) {
  ValueTest test;
  if (constant.is_missing()) return test;
  switch (constant.type()) {
    case Type::kBool: compare_bits(op, constant, test); break;
    case Type::kInt64:
      test.integers = integer_range(op, constant.as_int());
      test.numbers = numbers_against(op, constant.as_int());
      compare_bits(op, constant, test);
      break;
    case Type::kFloat64:
      if (std::isnan(constant.as_double())) break;
      test.integers = integers_against(op, constant.as_double());
      test.numbers = number_range(op, constant.as_double());
      compare_bits(op, constant, test);
      break;
    case Type::kText: compare_text(op, constant.as_text(), test); break;
    case Type::kTimestamp:
      test.timestamps = integer_range(op, constant.as_timestamp().micros);
      test.text.kind = TextTest::Kind::kSet;
      test.text.instants = test.timestamps;
      break;
    case Type::kAny: break;
  }
  normalise(test.bools);
  normalise(test.integers);
  return test;
}

ValueTest set_test(const std::vector<Value>& values) {
  ValueTest test;
  test.text.kind = TextTest::Kind::kSet;
  for (const Value& value : values) {
    ValueTest one = compare_test(CompareOp::kEqual, value);
    add(test.bools, one.bools);
    add(test.integers, one.integers);
    add(test.numbers, one.numbers);
    add(test.timestamps, one.timestamps);
    add(test.text.instants, one.text.instants);
    for (std::string& text : one.text.set) test.text.set.push_back(std::move(text));
  }
  normalise(test.bools);
  normalise(test.integers);
  normalise(test.numbers);
  normalise(test.timestamps);
  normalise(test.text.instants);
  std::sort(test.text.set.begin(), test.text.set.end());
  if (test.text.set.empty() && test.text.instants.empty()) test.text.kind = TextTest::Kind::kNever;
  return test;
}

ValueTest pattern_test(plan::PatternKind kind, const std::string& pattern) {
  ValueTest test;
  test.text.kind = TextTest::Kind::kPattern;
  test.text.pattern = std::make_shared<const TextPattern>(kind, pattern);
  return test;
}

}  // namespace cupel::exec
