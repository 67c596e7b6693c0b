#include "engine/learn/outliers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "cupel/error.hpp"
#include "engine/learn/exact_neighbours.hpp"
#include "source_dir.hpp"
#include "tests/unit/learn/golden.hpp"

namespace cupel::learn {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Neighbours on_a_line(const std::vector<double>& places, size_t k) {
  return exact_neighbours(std::span<const double>(places), 1, k, Metric::kEuclidean);
}

TEST(UsualChoices, AreTheReferences) {
  EXPECT_EQ(usual_metric(3), Metric::kEuclidean);
  EXPECT_EQ(usual_metric(4), Metric::kCosine);
  EXPECT_EQ(usual_neighbour_count(0), 0U);
  EXPECT_EQ(usual_neighbour_count(1), 0U);
  EXPECT_EQ(usual_neighbour_count(5), 4U);
  EXPECT_EQ(usual_neighbour_count(100), 10U);
}

TEST(OutlierScores, OfPointsOnALine) {
  const OutlierScores got = outlier_scores(on_a_line({0, 1, 2, 4, 100}, 2), Metric::kEuclidean);
  EXPECT_EQ(got.mean_distances, (std::vector<double>{1.5, 1, 1.5, 2.5, 97}));
  EXPECT_EQ(got.scale, 1.5);
  EXPECT_DOUBLE_EQ(got.scores[1], std::exp(-1 / 1.5));
  EXPECT_LT(got.scores[4], 1e-20);
}

TEST(OutlierScores, OfEqualRowsAreOne) {
  const std::vector<double> same(40, 0.3);
  for (const Metric metric : {Metric::kCosine, Metric::kEuclidean}) {
    const OutlierScores got =
        outlier_scores(exact_neighbours(std::span<const double>(same), 4, 3, metric), metric);
    EXPECT_EQ(got.scores, std::vector<double>(10, 1.0));
    EXPECT_DOUBLE_EQ(got.scale, 100 * std::numeric_limits<double>::epsilon());
  }
}

TEST(OutlierScores, RefuseBadNeighbours) {
  const Neighbours good{1, {1, 1}, {1, 0}};
  EXPECT_NO_THROW(outlier_scores(good, Metric::kCosine));
  const std::vector<Neighbours> bad = {{0, {1, 1}, {1, 0}},
                                       {1, {1, 1, 1}, {1, 0}},
                                       {2, {1, 1, 1}, {1, 0, 1}},
                                       {1, {1, kNan}, {1, 0}},
                                       {1, {1, -1}, {1, 0}},
                                       {1, {1, 1}, {1, 1}},
                                       {1, {1, 1}, {2, 0}},
                                       {1, {1, HUGE_VAL}, {1, 0}},
                                       {2, {2, 1, 1, 1, 1, 1}, {1, 2, 0, 2, 0, 1}}};
  for (const Neighbours& neighbours : bad) {
    EXPECT_THROW(outlier_scores(neighbours, Metric::kCosine), Error);
    EXPECT_THROW(near_duplicates(neighbours), Error);
  }
}

TEST(OutlierFlags, FollowTheFence) {
  // Quartiles 2 and 4; the fence stands at 4 + 1.7 · 2.
  const double factor = 1 / kUsualOutlierThreshold - 1;
  EXPECT_NEAR(factor, 1.7, 1e-4);
  const double fence = 4 + factor * 2;
  EXPECT_EQ(outlier_flags(std::vector<double>{1, 2, 3, 4, fence}),
            (std::vector<uint8_t>{0, 0, 0, 0, 0}));
  EXPECT_EQ(outlier_flags(std::vector<double>{1, 2, 3, 4, fence + 1e-9}),
            (std::vector<uint8_t>{0, 0, 0, 0, 1}));
  // Quartiles between numbers: 1.75 and 4.25, so the fence stands at 8.5; then 1.75 and 4.75,
  // and 9.85.
  EXPECT_EQ(outlier_flags(std::vector<double>{1, 2, 3, 8}), (std::vector<uint8_t>{0, 0, 0, 0}));
  EXPECT_EQ(outlier_flags(std::vector<double>{1, 2, 3, 10}), (std::vector<uint8_t>{0, 0, 0, 1}));
  EXPECT_EQ(outlier_flags(std::vector<double>{1, 2, 3, 4}, 1), (std::vector<uint8_t>{0, 0, 0, 1}));
  EXPECT_TRUE(outlier_flags({}).empty());
  EXPECT_THROW(outlier_flags(std::vector<double>{1}, 0), Error);
  EXPECT_THROW(outlier_flags(std::vector<double>{1}, 1.1), Error);
  EXPECT_THROW(outlier_flags(std::vector<double>{1, kNan}), Error);
}

TEST(OutlierFlags, SmallerThresholdsFlagFewer) {
  std::mt19937 random(4);
  std::lognormal_distribution<double> any;
  std::vector<double> means;
  for (int i = 0; i < 1000; ++i) means.push_back(any(random));
  size_t last = 0;
  for (const double threshold : {0.05, 0.1, 0.2, 0.37037, 0.6, 1.0}) {
    const std::vector<uint8_t> flags = outlier_flags(means, threshold);
    const auto count = static_cast<size_t>(std::ranges::count(flags, 1));
    EXPECT_GE(count, last);
    last = count;
  }
  EXPECT_EQ(last, 250U);  // what is above the upper quartile
}

TEST(NearDuplicates, OfPointsOnALine) {
  // Nearest at 0.1, 0.1, 10, 10, 20: the median is 10, the radius 1.3.
  const NearDuplicates got = near_duplicates(on_a_line({0, 0.1, 10.1, 20.1, 40.1}, 2));
  EXPECT_DOUBLE_EQ(got.scale, 10);
  EXPECT_EQ(got.duplicates, (std::vector<std::vector<uint64_t>>{{1}, {0}, {}, {}, {}}));
  EXPECT_NEAR(got.scores[0], 1 - std::exp(-0.01), 1e-15);
  EXPECT_NEAR(got.scores[4], 1 - std::exp(-2.0), 1e-15);
}

TEST(NearDuplicates, AreMadeSymmetric) {
  // With one neighbour each, row 2 names row 1, which names row 0.
  const NearDuplicates got = near_duplicates(on_a_line({0, 1, 2.5, 100, 200, 300, 400}, 1));
  EXPECT_EQ(got.duplicates[1], (std::vector<uint64_t>{0, 2}));
  EXPECT_EQ(got.duplicates[2], std::vector<uint64_t>{1});
}

TEST(NearDuplicates, EqualRowsCountWhereMostAreEqual) {
  const NearDuplicates got = near_duplicates(on_a_line({5, 5, 5, 7, 9}, 2));
  EXPECT_EQ(got.scale, 0);
  EXPECT_EQ(got.duplicates, (std::vector<std::vector<uint64_t>>{{1, 2}, {0, 2}, {0, 1}, {}, {}}));
  EXPECT_EQ(got.scores, (std::vector<double>{0, 0, 0, 1, 1}));
  EXPECT_THROW(near_duplicates(on_a_line({1, 2}, 1), -1), Error);
  EXPECT_THROW(near_duplicates(on_a_line({1, 2}, 1), kNan), Error);
}

/// The rows of the golden case that were copied, with and without noise, are found.
TEST(NearDuplicates, OfTheGoldenFeatures) {
  const golden::Npy features =
      golden::read_npy(CUPEL_SOURCE_DIR "/tests/data/cl-golden/23_outliers/features.npy");
  const std::vector<double> values = features.numbers();
  const size_t n = features.shape[0];
  const NearDuplicates got = near_duplicates(
      exact_neighbours(std::span<const double>(values), features.shape[1], 10, Metric::kCosine));
  for (size_t i = 0; i < n / 20; ++i) {
    const uint64_t copy = n - n / 20 + i;
    ASSERT_FALSE(got.duplicates[copy].empty()) << copy;
    EXPECT_EQ(got.duplicates[copy].front(), i);
    EXPECT_EQ(got.duplicates[i].front(), copy);
  }
  EXPECT_EQ(got.scores[n - 1], 0);
  EXPECT_EQ(got.scores[11], 0);
  for (uint64_t row = 0; row < n; ++row)
    for (const uint64_t other : got.duplicates[row])
      EXPECT_EQ(std::ranges::count(got.duplicates[other], row), 1);
}

TEST(OutOfDistribution, OfCertainAndUniformRows) {
  const golden::Matrix matrix(std::vector<double>{1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25}, 4);
  EXPECT_EQ(out_of_distribution(matrix.rows(), OutOfDistribution::kEntropy, {}),
            (std::vector<double>{1, 0}));
  EXPECT_EQ(out_of_distribution(matrix.rows(), OutOfDistribution::kLeastConfidence, {}),
            (std::vector<double>{1, 0.25}));
  EXPECT_NEAR(out_of_distribution(matrix.rows(), OutOfDistribution::kGen, {})[1],
              1 - 4 * std::pow(0.25 * 0.75, 0.1) / 100, 1e-15);
}

/// Of more than 100 classes the 100 largest count: those that are left out change nothing but the
/// sum of the softmax.
TEST(OutOfDistribution, GenTakesTheLargestHundred) {
  std::vector<double> row(130, 0.0);
  for (size_t j = 0; j < 100; ++j) row[(j * 7) % 130] = 0.01;
  const golden::Matrix matrix(row, row.size());
  const double total = 100 * std::exp(0.01) + 30;
  const double q = std::exp(0.01) / total;
  EXPECT_NEAR(out_of_distribution(matrix.rows(), OutOfDistribution::kGen, {})[0],
              1 - std::pow(q * (1 - q), 0.1), 1e-14);
}

TEST(OutOfDistribution, OfAllTypes) {
  const std::vector<double> numbers = {0.5, 0.25, 0.25, 0.125, 0.75, 0.125};
  std::vector<float> singles(numbers.begin(), numbers.end());
  std::vector<Half> halves;
  for (const float x : singles) halves.push_back(to_half(x));
  const std::vector<double> thresholds = {0.5, 0.6, 2};
  for (const OutOfDistribution method :
       {OutOfDistribution::kEntropy, OutOfDistribution::kLeastConfidence,
        OutOfDistribution::kGen}) {
    const auto wanted = out_of_distribution(golden::Matrix(numbers, 3).rows(), method, thresholds);
    EXPECT_EQ(out_of_distribution(golden::Matrix(singles, 3).rows(), method, thresholds), wanted);
    EXPECT_EQ(out_of_distribution(golden::Matrix(halves, 3).rows(), method, thresholds), wanted);
  }
}

TEST(OutOfDistribution, RefusesBadInput) {
  const auto judge = [](std::vector<double> numbers, size_t columns,
                        const std::vector<double>& thresholds) {
    return out_of_distribution(golden::Matrix(std::move(numbers), columns).rows(),
                               OutOfDistribution::kEntropy, thresholds);
  };
  EXPECT_THROW(judge({1, 1}, 1, {}), Error);
  EXPECT_THROW(judge({1, 0}, 2, {0.5}), Error);
  EXPECT_THROW(judge({1, 0}, 2, {0.5, kNan}), Error);
  try {
    judge({1, 0, 0.5, kNan}, 2, {});
    ADD_FAILURE() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConstraint);
    EXPECT_NE(error.message().find("row 1, column 1"), std::string::npos) << error.message();
  }
}

}  // namespace
}  // namespace cupel::learn
