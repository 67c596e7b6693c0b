#include "engine/learn/exact_neighbours.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cupel/error.hpp"

namespace cupel::learn {
namespace {

/// Small whole numbers, so that many distances are equal.
template <typename T>
std::vector<T> random_rows(uint32_t seed, size_t count) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> any(-2, 2);
  std::vector<T> out;
  for (size_t i = 0; i < count; ++i) out.push_back(static_cast<T>(any(random)));
  return out;
}

double distance(const double* a, const double* b, size_t columns, Metric metric) {
  double squares = 0, product = 0, first = 0, second = 0;
  for (size_t j = 0; j < columns; ++j) {
    squares += (a[j] - b[j]) * (a[j] - b[j]);
    product += a[j] * b[j];
    first += a[j] * a[j];
    second += b[j] * b[j];
  }
  if (metric == Metric::kEuclidean) return std::sqrt(squares);
  if (first == 0 || second == 0) return 1;
  return std::max(0.0, 1 - product / (std::sqrt(first) * std::sqrt(second)));
}

/// All others of each row, sorted whole.
void expect_sorted_others(const std::vector<double>& values, size_t columns, size_t k,
                          Metric metric, const Neighbours& got) {
  const size_t rows = values.size() / columns;
  ASSERT_EQ(got.k, k);
  ASSERT_EQ(got.rows.size(), rows * k);
  ASSERT_EQ(got.distances.size(), rows * k);
  for (size_t i = 0; i < rows; ++i) {
    std::vector<std::pair<double, uint64_t>> others;
    for (size_t j = 0; j < rows; ++j)
      if (j != i)
        others.emplace_back(distance(&values[i * columns], &values[j * columns], columns, metric),
                            j);
    std::ranges::sort(others);
    for (size_t place = 0; place < k; ++place) {
      ASSERT_NEAR(got.distances[i * k + place], others[place].first, 1e-15);
      ASSERT_EQ(got.rows[i * k + place], others[place].second) << "row " << i << ", " << place;
    }
  }
}

TEST(ExactNeighbours, AreTheFirstOfAllOthersSorted) {
  for (const size_t rows : {2U, 64U, 65U, 150U}) {
    for (const size_t columns : {1U, 4U, 19U}) {
      const std::vector<double> values =
          random_rows<double>(static_cast<uint32_t>(rows + columns), rows * columns);
      const std::vector<float> narrow(values.begin(), values.end());
      const size_t k = std::min<size_t>(7, rows - 1);
      SCOPED_TRACE(std::to_string(rows) + " × " + std::to_string(columns));
      // Sums of small whole numbers are exact, so equal distances are equal whatever the order of
      // addition.
      for (const Metric metric : {Metric::kEuclidean, Metric::kCosine}) {
        expect_sorted_others(values, columns, k, metric,
                             exact_neighbours(std::span<const double>(values), columns, k, metric));
        expect_sorted_others(values, columns, k, metric,
                             exact_neighbours(std::span<const float>(narrow), columns, k, metric));
      }
    }
  }
}

TEST(ExactNeighbours, EqualDistancesByRow) {
  const std::vector<float> same(12, 1.0F);
  const Neighbours got = exact_neighbours(std::span<const float>(same), 2, 5, Metric::kEuclidean);
  EXPECT_EQ(std::vector<uint64_t>(got.rows.begin() + 15, got.rows.begin() + 20),
            (std::vector<uint64_t>{0, 1, 2, 4, 5}));
}

TEST(ExactNeighbours, RowsOfZerosAreOneApart) {
  const std::vector<double> values = {0, 0, 1, 2, 0, 0};
  const Neighbours got = exact_neighbours(std::span<const double>(values), 2, 2, Metric::kCosine);
  EXPECT_EQ(got.distances, std::vector<double>(6, 1.0));
}

TEST(ExactNeighbours, PollMayEndIt) {
  const std::vector<float> values(1000, 1.0F);
  int calls = 0;
  EXPECT_THROW(exact_neighbours(std::span<const float>(values), 2, 3, Metric::kCosine,
                                [&] {
                                  if (++calls == 2) throw Error(ErrorCode::kInterrupted, "ended");
                                }),
               Error);
}

void expect_refused(const std::vector<double>& values, size_t columns, size_t k,
                    const std::string& words) {
  try {
    exact_neighbours(std::span<const double>(values), columns, k, Metric::kCosine);
    ADD_FAILURE() << "not refused: " << words;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConstraint);
    EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
  }
}

TEST(ExactNeighbours, RefusesBadInput) {
  expect_refused({1, 2, 3, 4}, 2, 0, "0 neighbours");
  expect_refused({1, 2, 3, 4}, 2, 2, "2 rows");
  expect_refused({}, 2, 1, "0 rows");
  expect_refused({1, 2, 3}, 2, 1, "3 numbers");
  expect_refused({1, 2}, 0, 1, "0 columns");
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), HUGE_VAL, 1e200})
    expect_refused({1, 2, 3, bad}, 2, 1, "row 1");
}

}  // namespace
}  // namespace cupel::learn
