#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "engine/learn/element.hpp"
#include "engine/learn/label_issues.hpp"
#include "engine/learn/thresholds.hpp"

namespace cupel::learn {

/// The normalized margin in the arithmetic of T.
template <typename T>
double normalized_margin(RealOf<T> own, RealOf<T> others_most) {
  using E = Element<T>;
  return E::round(E::round(E::round(own - others_most) + 1) / 2);
}

/// Scores rows one by one. Not for use by two threads at once.
template <typename T>
class RowScorer {
  using Real = RealOf<T>;

 public:
  /// `adjust`: the thresholds by which probabilities are adjusted, or null. Must outlive this.
  RowScorer(Score score, const Thresholds* adjust);

  /// The score of one row; `row` is its index, for errors.
  double score(std::span<const Real> numbers, size_t given, size_t row);

 private:
  double entropy(std::span<const Real> numbers, size_t given, size_t row) const;

  Score score_;
  const Thresholds* adjust_;
  double most_threshold_ = 0;
  std::vector<Real> narrow_;
  std::vector<double> wide_;
};

/// Scores the examples of a matrix, by row; NaN for the other rows.
template <typename T>
std::vector<double> score_rows(const Rows<T>& matrix, std::span<const int32_t> labels, Score score,
                               const Thresholds* adjust, const std::function<void()>& poll);

}  // namespace cupel::learn
