#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/report/bars.hpp"

namespace cupel::report {
namespace {

Bars of(Type type, const std::vector<Value>& values) {
  ColumnData column(type);
  for (const Value& value : values) column.append(value);
  Distribution distribution({"field", type});
  distribution.add(column);
  return distribution.finish();
}

std::string text(const Bars& bars) {
  std::string out;
  for (const Bars::Bar& bar : bars.bars) out += bar.label + "=" + std::to_string(bar.count) + " ";
  if (bars.others > 0) out += "others=" + std::to_string(bars.others) + " ";
  if (bars.missing > 0) out += "missing=" + std::to_string(bars.missing) + " ";
  return out;
}

uint64_t total(const Bars& bars) {
  uint64_t sum = bars.others + bars.missing;
  for (const Bars::Bar& bar : bars.bars) sum += bar.count;
  return sum;
}

TEST(Distribution, FewIntegersHaveABarEach) {
  EXPECT_EQ(text(of(Type::kInt64, {3, 5, 3, Value(), 4})), "3=2 4=1 5=1 missing=1 ");
  EXPECT_EQ(text(of(Type::kInt64, {7, 7})), "7=2 ");
  EXPECT_EQ(text(of(Type::kInt64, {-1, 1})), "-1=1 0=0 1=1 ");
}

TEST(Distribution, NumbersFallIntoBinsOfRoundWidth) {
  EXPECT_EQ(text(of(Type::kFloat64, {0.0, 0.05, 0.1, 0.15})),
            "0 to 0.01=1 0.01 to 0.02=0 0.02 to 0.03=0 0.03 to 0.04=0 0.04 to 0.05=0 "
            "0.05 to 0.06=1 0.06 to 0.07=0 0.07 to 0.08=0 0.08 to 0.09=0 0.09 to 0.1=0 "
            "0.1 to 0.11=1 0.11 to 0.12=0 0.12 to 0.13=0 0.13 to 0.14=0 0.14 to 0.15=0 "
            "0.15 to 0.16=1 ");
  const Bars hundreds = of(Type::kInt64, {0, 100, 999, 1000});
  EXPECT_EQ(hundreds.bars.front().label, "0 to 50");
  EXPECT_EQ(hundreds.bars.back().label, "1000 to 1050");
}

TEST(Distribution, TextsByFrequencyThenByValue) {
  EXPECT_EQ(text(of(Type::kText, {"b", "a", "c", "c", Value()})), "c=2 a=1 b=1 missing=1 ");
  EXPECT_EQ(text(of(Type::kBool, {true, false, true})), "true=2 false=1 ");
}

TEST(Distribution, ManyTextsHaveOthers) {
  std::vector<Value> values;
  for (int i = 0; i < 30; ++i) values.push_back("label " + std::to_string(i));
  EXPECT_TRUE(of(Type::kText, values).bars.empty());  // each is another
  values.push_back("label 7");
  const Bars bars = of(Type::kText, values);
  EXPECT_EQ(bars.bars.size(), 20u);
  EXPECT_EQ(bars.bars.front().label, "label 7");
  EXPECT_EQ(bars.others, 10u);
}

TEST(Distribution, InstantsAreWrittenAsSuch) {
  const Bars bars = of(Type::kTimestamp, {Timestamp{0}, Timestamp{86400000000}});
  EXPECT_EQ(bars.bars.front().label, "1970-01-01T00:00:00Z to 1970-01-01T01:23:20Z");
}

TEST(Distribution, NoRowIsLostWhateverTheNumbers) {
  constexpr double kHuge = std::numeric_limits<double>::max();
  constexpr double kTiny = std::numeric_limits<double>::denorm_min();
  const std::vector<std::vector<Value>> lists = {{kHuge, -kHuge},
                                                 {kTiny, 0.0},
                                                 {kHuge, kHuge},
                                                 {1e16, 1e16 + 2},
                                                 {INFINITY, 1.0, -2.0},
                                                 {INFINITY},
                                                 {0.1, 0.2, 0.3, 0.7},
                                                 {-1e-9, 1e9},
                                                 {1e300, 1.0000001e300},
                                                 {kTiny, 3 * kTiny},
                                                 {-5.5, -5.4999999},
                                                 {Value(), Value()},
                                                 {}};
  for (const std::vector<Value>& values : lists) {
    const Bars bars = of(Type::kFloat64, values);
    EXPECT_EQ(total(bars), values.size()) << text(bars);
    EXPECT_LE(bars.bars.size(), 41u);
  }
}

TEST(Distribution, ValuesOfSeveralTypes) {
  EXPECT_EQ(text(of(Type::kAny, {"x", "y", "x", 1})), "x=2 y=1 others=1 ");
  EXPECT_EQ(text(of(Type::kAny, {1, 2, 2, "x"})), "1=1 2=2 others=1 ");
}

}  // namespace
}  // namespace cupel::report
