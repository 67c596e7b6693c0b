#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

/// Weighted logistic regression with an L2 penalty.
namespace cupel::learn {

/// Rows of `width` numbers. A row of weight 0 takes no part.
struct LogisticProblem {
  size_t width = 0;
  std::span<const double> rows;     ///< row after row
  std::span<const int8_t> sides;    ///< by row: 1 or -1
  std::span<const double> weights;  ///< by row, 0 or more; 1 in all
  double penalty = 0;               ///< above 0
};

/// The minimum of  Σ weight · ln(1 + exp(-side · margin)) + penalty/2 · |w|², where the margin is
/// w · row + offset; the last number of the result is the offset, which is hardly penalised.
/// Begins at `start` (width + 1 numbers; empty: zeros). Ends when the gradient is below 1e-7, or
/// after 40 steps.
std::vector<double> fit_logistic(const LogisticProblem& problem, std::span<const double> start,
                                 const std::function<void()>& poll);

/// w · row + offset of each row.
std::vector<double> margins_of(std::span<const double> rows, size_t width,
                               std::span<const double> solution);

// The same bits on every machine, unlike those of the C library.
double exp_of_negative(double x) noexcept;  ///< exp(x) for x <= 0
double log_of_one_plus(double u) noexcept;  ///< ln(1 + u) for 0 <= u <= 1

}  // namespace cupel::learn
