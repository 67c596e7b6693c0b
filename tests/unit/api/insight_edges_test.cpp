#include "engine/api/insight_edges.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "cupel/value.hpp"

namespace cupel::api {
namespace {

using Numbers = std::vector<double>;

TEST(InsightEdges, NumbersAreThoseAPersonWouldTake) {
  EXPECT_EQ(round_edges(0, 1, false).at,
            (Numbers{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}));
  EXPECT_TRUE(round_edges(0, 1, false).closed);
  EXPECT_EQ(round_edges(-0.93, 0.97, false).at,
            (Numbers{-1, -0.8, -0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8, 1}));
  EXPECT_FALSE(round_edges(-0.93, 0.97, false).closed);
  EXPECT_EQ(round_edges(3, 41, true).at, (Numbers{0, 5, 10, 15, 20, 25, 30, 35, 40, 45}));
  EXPECT_EQ(round_edges(1, 4, true).at, (Numbers{1, 2, 3, 4, 5}));
  EXPECT_EQ(round_edges(7, 7, true).at, (Numbers{7, 7}));
}

/// Whatever the range, the bars cover it, in order, and are few.
TEST(InsightEdges, CoverEveryRange) {
  std::mt19937_64 random(5);
  const auto number = [&] {
    const double mantissa = static_cast<double>(static_cast<int64_t>(random())) / 9.3e18;
    return std::ldexp(mantissa, static_cast<int>(random() % 2040) - 1020);
  };
  for (int i = 0; i < 20000; ++i) {
    double least = number();
    double greatest = i % 3 == 0 ? least + std::fabs(least) * 1e-15 : number();
    if (i % 100 == 0) greatest = std::numeric_limits<double>::max();
    if (i % 200 == 0) least = std::numeric_limits<double>::lowest();
    if (greatest < least) std::swap(least, greatest);
    const bool whole = i % 2 == 0;
    if (whole) {
      least = std::floor(least);
      greatest = std::floor(greatest);
    }
    const Edges<double> edges = round_edges(least, greatest, whole);
    ASSERT_GE(edges.at.size(), 2U);
    ASSERT_LE(edges.at.size(), 25U) << least << " " << greatest;
    ASSERT_LE(edges.at.front(), least);
    ASSERT_TRUE(edges.at.back() > greatest || (edges.closed && edges.at.back() == greatest));
    for (size_t k = 0; k + 1 < edges.at.size(); ++k)
      ASSERT_TRUE(edges.at[k] < edges.at[k + 1] || edges.at.size() == 2) << least << greatest;
  }
}

TEST(InsightEdges, TimesAreRoundInUtc) {
  const auto at = [](const char* text) { return parse_timestamp(text).value().micros; };
  const auto edges = round_times(at("2021-05-28T10:58:48Z"), at("2021-06-03T04:00:00Z"));
  ASSERT_TRUE(edges);
  EXPECT_EQ(format_timestamp({edges->at.front()}), "2021-05-28T00:00:00Z");
  EXPECT_EQ(edges->at[1] - edges->at[0], int64_t{24} * 3600 * 1'000'000);
  const auto early = round_times(at("1969-12-31T23:59:59.5Z"), at("1970-01-01T00:00:03Z"));
  ASSERT_TRUE(early);
  EXPECT_EQ(format_timestamp({early->at.front()}), "1969-12-31T23:59:59.5Z");
  EXPECT_FALSE(round_times(INT64_MIN, 0));
}

TEST(InsightEdges, TimesCoverEveryRange) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 20000; ++i) {
    const auto instant = [&] {
      return static_cast<int64_t>(random() % 250'000'000'000'000'000U) >> (random() % 50);
    };
    int64_t least = instant() * (i % 2 == 0 ? 1 : -1) / 5;
    int64_t greatest = instant();
    if (greatest < least) std::swap(least, greatest);
    const auto edges = round_times(least, greatest);
    if (!edges) continue;
    ASSERT_LE(edges->at.front(), least);
    ASSERT_LE(edges->at.size(), 25U);
    ASSERT_TRUE(edges->closed || edges->at.back() > greatest);
    for (size_t k = 0; k + 1 < edges->at.size(); ++k)
      ASSERT_TRUE(edges->at[k] < edges->at[k + 1] || edges->closed);
  }
}

}  // namespace
}  // namespace cupel::api
