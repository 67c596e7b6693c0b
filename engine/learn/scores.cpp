#include "engine/learn/scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cupel/error.hpp"
#include "engine/learn/numeric.hpp"

namespace cupel::learn {
namespace {

constexpr double kLeast = 1e-6;  // of what the entropy score divides by

/// Self-confidence or margin of a row adjusted by thresholds, in the arithmetic of C:
/// (p - t + max t) / its sum.
template <typename C, typename Real>
double adjusted_score(std::span<const Real> numbers, const Thresholds& thresholds,
                      double most_threshold, size_t given, Score score,
                      std::vector<RealOf<C>>& row) {
  using E = Element<C>;
  using Wide = RealOf<C>;
  row.resize(numbers.size());
  for (size_t j = 0; j < numbers.size(); ++j) {
    const Wide less =
        E::round(static_cast<Wide>(numbers[j]) - static_cast<Wide>(thresholds.values[j]));
    row[j] = E::round(less + static_cast<Wide>(most_threshold));
  }
  const Wide sum = E::round(numpy_sum(std::span<const Wide>(row)));
  const Wide own = E::round(row[given] / sum);
  if (score == Score::kSelfConfidence) return own;
  Wide others = -std::numeric_limits<Wide>::infinity();
  for (size_t j = 0; j < row.size(); ++j)
    if (j != given) others = std::max(others, E::round(row[j] / sum));
  return normalized_margin<C>(own, others);
}

}  // namespace

template <typename T>
RowScorer<T>::RowScorer(Score score, const Thresholds* adjust) : score_(score), adjust_(adjust) {
  if (score == Score::kConfidenceWeightedEntropy) adjust_ = nullptr;
  if (adjust_ != nullptr) most_threshold_ = *std::ranges::max_element(adjust_->values);
}

template <typename T>
double RowScorer<T>::score(std::span<const Real> numbers, size_t given, size_t row) {
  if (score_ == Score::kConfidenceWeightedEntropy) return entropy(numbers, given, row);
  if (adjust_ != nullptr) {
    if (adjust_->in_double)
      return adjusted_score<double>(numbers, *adjust_, most_threshold_, given, score_, wide_);
    return adjusted_score<T>(numbers, *adjust_, most_threshold_, given, score_, narrow_);
  }
  if (score_ == Score::kSelfConfidence) return numbers[given];
  Real others = -std::numeric_limits<Real>::infinity();
  for (size_t j = 0; j < numbers.size(); ++j)
    if (j != given) others = std::max(others, numbers[j]);
  return normalized_margin<T>(numbers[given], others);
}

/// In double: the quotient ln(x + 1) / x of a small x keeps no digit of binary32.
template <typename T>
double RowScorer<T>::entropy(std::span<const Real> numbers, size_t given, size_t row) const {
  double sum = 0;
  for (size_t j = 0; j < numbers.size(); ++j) {
    const double p = numbers[j];
    if (!(p >= 0 && p <= 1))
      throw Error(
          ErrorCode::kConstraint,
          fmt::format("row {}, column {} of the probabilities holds {}: the score by entropy "
                      "needs numbers from 0 to 1",
                      row, j, p));
    if (p > 0) sum -= p * std::log(p);
  }
  const double normalized = sum / std::log(static_cast<double>(numbers.size()));
  const double x = normalized / std::max(static_cast<double>(numbers[given]), kLeast);
  return std::log(x + 1) / std::max(x, kLeast);
}

template <typename T>
std::vector<double> score_rows(const Rows<T>& matrix, std::span<const int32_t> labels, Score score,
                               const Thresholds* adjust, const std::function<void()>& poll) {
  std::vector<double> out(matrix.rows(), std::numeric_limits<double>::quiet_NaN());
  RowScorer<T> scorer(score, adjust);
  const size_t columns = matrix.columns();
  std::vector<RealOf<T>> numbers(columns);
  matrix.scan([&](size_t first, size_t count, const T* data) {
    if (poll) poll();
    for (size_t i = 0; i < count; ++i) {
      const size_t row = first + i;
      if (labels[row] == kNoLabel) continue;
      std::transform(data + i * columns, data + (i + 1) * columns, numbers.begin(),
                     Element<T>::load);
      out[row] = scorer.score(numbers, static_cast<size_t>(labels[row]), row);
    }
  });
  return out;
}

template class RowScorer<Half>;
template class RowScorer<float>;
template class RowScorer<double>;
template std::vector<double> score_rows(const Rows<Half>&, std::span<const int32_t>, Score,
                                        const Thresholds*, const std::function<void()>&);
template std::vector<double> score_rows(const Rows<float>&, std::span<const int32_t>, Score,
                                        const Thresholds*, const std::function<void()>&);
template std::vector<double> score_rows(const Rows<double>&, std::span<const int32_t>, Score,
                                        const Thresholds*, const std::function<void()>&);

}  // namespace cupel::learn
