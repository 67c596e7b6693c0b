#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/operators.hpp"

/// What a comparison with constants asks of one value, taken apart by the type of the value, so
/// that each kernel meets numbers of its own domain only. The answers are those of cupel::compare.
namespace cupel::exec {

/// A closed interval; `low <= high`.
template <typename T>
struct Range {
  T low, high;
};
/// Ascending and disjoint; a value passes that lies in one of them. Every comparison of a number
/// with a constant is one interval, a set of constants one a constant (neighbours merged).
template <typename T>
using Ranges = std::vector<Range<T>>;

template <typename T>
bool in_ranges(const Ranges<T>& ranges, T value) noexcept {
  if (ranges.size() <= 4) {
    for (const Range<T>& range : ranges)
      if (value >= range.low && value <= range.high) return true;
    return false;
  }
  size_t begin = 0;
  size_t end = ranges.size();
  while (begin < end) {
    const size_t middle = (begin + end) / 2;
    if (value > ranges[middle].high) {
      begin = middle + 1;
    } else if (value < ranges[middle].low) {
      end = middle;
    } else {
      return true;
    }
  }
  return false;
}

class TextPattern;  // condition_pattern.hpp

/// What is asked of a text.
struct TextTest {
  enum class Kind { kNever, kCompare, kSet, kPattern };
  Kind kind = Kind::kNever;
  plan::CompareOp op = plan::CompareOp::kEqual;  ///< kCompare
  std::string constant;                          ///< kCompare
  std::vector<std::string> set;                  ///< kSet: ascending
  Ranges<int64_t> instants;                      ///< kSet: texts that are ISO 8601, by instant
  std::shared_ptr<const TextPattern> pattern;    ///< kPattern

  bool matches(std::string_view text) const;
};

/// Nothing in a member: no value of that type passes. Missing values never do.
struct ValueTest {
  Ranges<int64_t> bools, integers, timestamps;
  Ranges<double> numbers;
  TextTest text;

  bool matches(const Value& value) const;
  const Ranges<int64_t>& integer_ranges(Type type) const {
    return type == Type::kBool ? bools : (type == Type::kTimestamp ? timestamps : integers);
  }
};

ValueTest compare_test(plan::CompareOp op, const Value& constant);
ValueTest set_test(const std::vector<Value>& values);
ValueTest pattern_test(plan::PatternKind kind, const std::string& pattern);

}  // namespace cupel::exec
