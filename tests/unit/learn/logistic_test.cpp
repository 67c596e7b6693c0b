#include "engine/learn/logistic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace cupel::learn {
namespace {

TEST(Logistic, FunctionsAreThoseOfTheLibrary) {
  for (double x = 0; x > -700; x -= 0.37) {
    const double expected = std::exp(x);
    EXPECT_NEAR(exp_of_negative(x) / expected, 1, 1e-15) << x;
  }
  EXPECT_EQ(exp_of_negative(0), 1);
  EXPECT_EQ(exp_of_negative(-1e300), 0);
  EXPECT_EQ(exp_of_negative(-701), 0);
  for (double u = 0; u <= 1; u += 1.0 / 4096) EXPECT_NEAR(log_of_one_plus(u), std::log1p(u), 3e-16);
  EXPECT_NEAR(log_of_one_plus(1e-20) / 1e-20, 1, 1e-15);
}

struct Data {
  std::vector<double> rows;
  std::vector<int8_t> sides;
  std::vector<double> weights;

  Data(size_t count, size_t width, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
      sides.push_back(random() % 3 == 0 ? 1 : -1);
      weights.push_back(i == 0 ? 0 : 1 + static_cast<double>(random() % 10));
      sum += weights.back();
      for (size_t j = 0; j < width; ++j)
        rows.push_back((normal(random) + 0.4 * sides.back() * (j == 0)) / std::sqrt(width));
    }
    for (double& weight : weights) weight /= sum;
  }
};

double naive_value(const LogisticProblem& problem, const std::vector<double>& solution) {
  double value = 0;
  for (size_t i = 0; i < problem.sides.size(); ++i) {
    double margin = solution.back();
    for (size_t j = 0; j < problem.width; ++j)
      margin += solution[j] * problem.rows[i * problem.width + j];
    value += problem.weights[i] * std::log1p(std::exp(-problem.sides[i] * margin));
  }
  for (size_t j = 0; j < problem.width; ++j)
    value += 0.5 * problem.penalty * solution[j] * solution[j];
  return value + 0.5 * problem.penalty * 1e-3 * solution.back() * solution.back();
}

/// No direction leads down from what it finds.
TEST(Logistic, FindsTheMinimum) {
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal;
  for (const size_t width : {1u, 7u, 40u}) {
    for (const double penalty : {1e-4, 1e-2, 1.0}) {
      const Data data(120, width, width);
      const LogisticProblem problem{width, data.rows, data.sides, data.weights, penalty};
      const auto solution = fit_logistic(problem, {}, {});
      ASSERT_EQ(solution.size(), width + 1);
      const double least = naive_value(problem, solution);
      for (int i = 0; i < 50; ++i) {
        auto other = solution;
        for (double& x : other) x += 1e-3 * normal(random);
        EXPECT_GT(naive_value(problem, other), least);
      }
      // The same minimum from elsewhere.
      std::vector<double> start(width + 1);
      for (double& x : start) x = 3 * normal(random);
      const auto again = fit_logistic(problem, start, {});
      for (size_t j = 0; j <= width; ++j)
        EXPECT_NEAR(again[j], solution[j], 1e-3 * (1 + std::fabs(solution[j])));
      EXPECT_NEAR(naive_value(problem, again), least, 1e-9);
    }
  }
}

TEST(Logistic, RowsWithoutWeightTakeNoPart) {
  Data data(50, 3, 1);
  const LogisticProblem problem{3, data.rows, data.sides, data.weights, 0.01};
  const auto solution = fit_logistic(problem, {}, {});
  for (size_t j = 0; j < 3; ++j) data.rows[j] = 1000;
  EXPECT_EQ(fit_logistic(problem, {}, {}), solution);
}

TEST(Logistic, SidesThatCanBeToldApartStayFinite) {
  const std::vector<double> rows = {1, 0, -1, 0};
  const std::vector<int8_t> sides = {1, -1};
  const std::vector<double> weights = {0.5, 0.5};
  const auto solution = fit_logistic({2, rows, sides, weights, 1e-6}, {}, {});
  EXPECT_GT(solution[0], 5);
  EXPECT_LT(solution[0], 20);
  EXPECT_NEAR(solution[1], 0, 1e-12);
}

TEST(Logistic, EndsWhenAsked) {
  const Data data(50, 3, 1);
  EXPECT_THROW(fit_logistic({3, data.rows, data.sides, data.weights, 0.01}, {},
                            [] { throw std::runtime_error("enough"); }),
               std::runtime_error);
}

}  // namespace
}  // namespace cupel::learn
