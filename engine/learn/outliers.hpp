#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/learn/rows.hpp"

/// Outliers and near duplicates from distances to neighbours, and outliers from probabilities, as
/// cleanlab 2.9 computes them (docs/label-errors.md spells the rules out). Pure functions: no
/// storage, no I/O; safe to call from several threads. The neighbours are found by the caller
/// (engine/learn/exact_neighbours.hpp for small data).
///
/// All functions of Neighbours throw Error(kConstraint) unless the arrays have one size, a multiple
/// of k >= 1, each row's distances ascend from 0 or more, are finite, and the neighbours are other
/// rows of the matrix.
namespace cupel::learn {

enum class Metric {
  kCosine,    ///< 1 - cosine of the angle, 0 to 2
  kEuclidean  ///< the length of the difference
};

/// What the reference takes: cosine for more than three columns.
Metric usual_metric(size_t columns) noexcept;
/// What the reference takes: 10, or as many as there are others.
size_t usual_neighbour_count(size_t rows) noexcept;

/// Each row's k nearest others: rows × k, row-major, ascending by distance.
struct Neighbours {
  size_t k = 0;
  std::vector<double> distances;
  std::vector<uint64_t> rows;
};

struct OutlierScores {
  std::vector<double> mean_distances;  ///< by row, to its neighbours
  /// By row, 0 to 1, lower = more outlying: exp(-mean distance / scale); 1 for a row that differs
  /// from its neighbours by rounding only (kCosine: a mean distance below 100 · 2^-53).
  std::vector<double> scores;
  double scale = 0;  ///< the median of the mean distances, at least 100 · 2^-52
};
OutlierScores outlier_scores(const Neighbours& neighbours, Metric metric);

/// The audit's threshold: a fence of 1.7 inter-quartile ranges.
inline constexpr double kUsualOutlierThreshold = 0.37037;
/// The audit's rule: 1 for rows whose mean distance is above
/// Q3 + (1 / threshold - 1) · (Q3 - Q1), quartiles interpolated between neighbours in order.
/// `threshold` is above 0, at most 1; smaller flags fewer. Throws Error(kConstraint) otherwise.
std::vector<uint8_t> outlier_flags(std::span<const double> mean_distances,
                                   double threshold = kUsualOutlierThreshold);

struct NearDuplicates {
  /// By row, 0 to 1, lower = nearer to some other row: 1 - exp(-distance to the nearest / scale).
  std::vector<double> scores;
  /// By row: the neighbours nearer than `threshold` · scale, and the rows that have it as such a
  /// neighbour; ascending by distance, then row. Rows that differ by rounding only (a distance
  /// below 100 · 2^-53) are duplicates whatever the scale, which may be 0 where most rows have one.
  std::vector<std::vector<uint64_t>> duplicates;
  double scale = 0;  ///< the median distance of a row to its nearest
};
/// `threshold` is 0 or more; throws Error(kConstraint) otherwise.
NearDuplicates near_duplicates(const Neighbours& neighbours, double threshold = 0.13);

enum class OutOfDistribution {
  kEntropy,          ///< 1 - entropy / ln K
  kLeastConfidence,  ///< the largest probability
  kGen               ///< 1 - (sum of (q (1 - q))^0.1 over the 100 largest q of softmax(p)) / 100
};
/// By row of a matrix of class probabilities, lower = more outlying. With `thresholds` (one a
/// column, as ClassEstimates has them; empty: none) a row p first becomes p - t + max t, divided by
/// its sum. Computed in double. Throws Error(kConstraint) for fewer than two columns, another
/// number of thresholds, a number outside [-1e-6, 1 + 1e-6], naming row and column.
std::vector<double> out_of_distribution(const AnyRows& probabilities, OutOfDistribution method,
                                        std::span<const double> thresholds,
                                        const std::function<void()>& poll = {});

}  // namespace cupel::learn
