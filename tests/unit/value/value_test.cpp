#include "cupel/value.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace cupel {
namespace {

constexpr int64_t kTwoTo53 = int64_t{1} << 53;
constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
const double kNaN = std::numeric_limits<double>::quiet_NaN();
const double kInf = std::numeric_limits<double>::infinity();

TEST(FormatNumber, WritesTheFewestDigits) {
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(5), "5");
  EXPECT_EQ(format_number(-5), "-5");
  EXPECT_EQ(format_number(100000), "100000");
  EXPECT_EQ(format_number(123456789012345), "123456789012345");
  EXPECT_EQ(format_number(999999999999999), "999999999999999");
  EXPECT_EQ(format_number(1e15), "1e+15");
  EXPECT_EQ(format_number(1e300), "1e+300");
  EXPECT_EQ(format_number(0.5), "0.5");
  EXPECT_EQ(format_number(-0.0), "-0");
  EXPECT_EQ(format_number(kNaN), "nan");
  EXPECT_EQ(format_number(kInf), "inf");
  EXPECT_EQ(format_number(-kInf), "-inf");
}

TEST(FormatNumber, ComesBackBitForBit) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 50'000; ++i) {
    const uint64_t raw = random();
    const double number = i % 2 == 0 ? std::bit_cast<double>(raw)
                                     : static_cast<double>(static_cast<int64_t>(raw) >> (i % 60));
    if (!std::isfinite(number)) continue;
    const std::string text = format_number(number);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(std::bit_cast<uint64_t>(back), std::bit_cast<uint64_t>(number)) << text;
  }
}

TEST(ToText, WritesEachType) {
  EXPECT_EQ(to_text(Value()), "");
  EXPECT_EQ(to_text(true), "true");
  EXPECT_EQ(to_text(false), "false");
  EXPECT_EQ(to_text(-42), "-42");
  EXPECT_EQ(to_text(2.5), "2.5");
  EXPECT_EQ(to_text("car"), "car");
  EXPECT_EQ(to_text(Timestamp{0}), "1970-01-01T00:00:00Z");
}

TEST(Value, KnowsItsType) {
  EXPECT_EQ(Value(true).type(), Type::kBool);
  EXPECT_EQ(Value(1).type(), Type::kInt64);
  EXPECT_EQ(Value(1.0).type(), Type::kFloat64);
  EXPECT_EQ(Value("1").type(), Type::kText);
  EXPECT_EQ(Value(Timestamp{1}).type(), Type::kTimestamp);
  EXPECT_EQ(to_string(Type::kTimestamp), "timestamp");
  EXPECT_EQ(to_string(Type::kAny), "any");
  EXPECT_NE(Value(1), Value(1.0));
}

struct Case {
  Value left;
  Value right;
  std::optional<int> order;
};

TEST(Compare, FollowsTheTable) {
  const std::optional<int> nothing;
  const std::vector<Case> cases = {
      {1, 2, -1},
      {1, 1.0, 0},
      {1, 1.5, -1},
      {-1, -1.5, 1},
      {0, -0.0, 0},
      {kTwoTo53 + 1, static_cast<double>(kTwoTo53), 1},
      {kTwoTo53, static_cast<double>(kTwoTo53), 0},
      {-kTwoTo53 - 1, -static_cast<double>(kTwoTo53), -1},
      {kMost, kTwoTo63, -1},
      {kLeast, -kTwoTo63, 0},
      {kLeast, -1e19, 1},
      {kMost, kInf, -1},
      {kLeast, -kInf, 1},
      {1, kNaN, nothing},
      {kNaN, kNaN, nothing},
      {2.5, 2.5, 0},
      {0.1, 0.2, -1},
      {true, 1, 0},
      {false, 0, 0},
      {true, 0, 1},
      {false, 1.0, -1},
      {true, 1.0, 0},
      {true, 2, nothing},
      {true, 0.5, nothing},
      {true, kNaN, nothing},
      {true, false, 1},
      {true, "true", nothing},
      {true, Timestamp{1}, nothing},
      {"a", "b", -1},
      {"a", "a", 0},
      {"Z", "a", -1},
      {"a", "\xC3\xA4", -1},
      {"a", "", 1},
      {"1", 1, nothing},
      {Timestamp{1}, Timestamp{2}, -1},
      {Timestamp{0}, "1970-01-01", 0},
      {Timestamp{0}, "1970-01-01T01:00:00+02:00", 1},
      {Timestamp{0}, "yesterday", nothing},
      {Timestamp{0}, 0, nothing},
      {Missing{}, 1, nothing},
      {Missing{}, Missing{}, nothing},
      {Missing{}, "a", nothing},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(compare(c.left, c.right), c.order) << to_text(c.left) << " ? " << to_text(c.right);
    std::optional<int> mirrored = c.order;
    if (mirrored) mirrored = -*mirrored;
    EXPECT_EQ(compare(c.right, c.left), mirrored) << to_text(c.right) << " ? " << to_text(c.left);
  }
}

/// Ascending, as ORDER BY has them; equal ones share a group.
std::vector<std::vector<Value>> sorted_groups() {
  return {{false},
          {true},
          {-kInf},
          {kLeast, -kTwoTo63},
          {-1.5},
          {-1, -1.0},
          {0, 0.0, -0.0},
          {0.5},
          {static_cast<double>(kTwoTo53), kTwoTo53},
          {kTwoTo53 + 1},
          {kMost},
          {kTwoTo63},
          {kInf},
          {kNaN, -kNaN},
          {Timestamp{-1}},
          {Timestamp{0}},
          {""},
          {"1969-01-01"},
          {"a"},
          {"b"},
          {Missing{}}};
}

TEST(SortCompare, IsATotalOrder) {
  const auto groups = sorted_groups();
  for (size_t i = 0; i < groups.size(); ++i)
    for (size_t j = 0; j < groups.size(); ++j)
      for (const Value& left : groups[i])
        for (const Value& right : groups[j]) {
          const int order = sort_compare(left, right);
          const int sign = (order > 0) - (order < 0);
          EXPECT_EQ(sign, (i > j) - (i < j)) << to_text(left) << " ? " << to_text(right);
        }
}

}  // namespace
}  // namespace cupel
