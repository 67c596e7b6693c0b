#include "engine/learn/outliers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "cupel/error.hpp"
#include "engine/learn/numeric.hpp"

namespace cupel::learn {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kLeastScale = 100 * kEpsilon;
/// Distances below it are those of equal rows, but for rounding.
constexpr double kSame = 100 * (kEpsilon / 2);

void check_row(const Neighbours& all, size_t row, size_t rows) {
  double least = 0;
  for (size_t at = row * all.k; at < (row + 1) * all.k; ++at) {
    const double distance = all.distances[at];
    if (!(distance >= least && std::isfinite(distance)))
      throw Error(
          ErrorCode::kConstraint,
          fmt::format("the distances of row {} to its neighbours must be numbers that ascend "
                      "from 0 or more; {} does not",
                      row, distance));
    if (all.rows[at] >= rows || all.rows[at] == row)
      throw Error(ErrorCode::kConstraint,
                  fmt::format("row {} cannot be a neighbour of row {} of {} rows", all.rows[at],
                              row, rows));
    least = distance;
  }
}

/// Returns how many rows there are.
size_t check_neighbours(const Neighbours& all) {
  if (all.k == 0) throw Error(ErrorCode::kConstraint, "each row needs at least one neighbour");
  if (all.distances.size() != all.rows.size() || all.rows.size() % all.k != 0)
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} distances to {} neighbours are not {} for each row",
                            all.distances.size(), all.rows.size(), all.k));
  const size_t rows = all.rows.size() / all.k;
  for (size_t row = 0; row < rows; ++row) check_row(all, row, rows);
  return rows;
}

/// The number at `share` of the way through the numbers in order, interpolated between two.
double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const double place = share * static_cast<double>(values.size() - 1);
  const auto at = values.begin() + static_cast<ptrdiff_t>(place);
  std::nth_element(values.begin(), at, values.end());
  const double part = place - std::floor(place);
  if (part == 0) return *at;
  return *at + (*std::min_element(at + 1, values.end()) - *at) * part;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 != 0) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

struct Pair {
  uint64_t other;
  double distance;
};

/// The rows of `pairs`, each once, ascending by distance, then row. The two directions of a pair
/// may differ by rounding; the smaller distance counts.
std::vector<uint64_t> by_distance(std::vector<Pair>& pairs) {
  std::ranges::sort(pairs, {}, [](const Pair& p) { return std::pair(p.other, p.distance); });
  const auto same_other = [](const Pair& a, const Pair& b) { return a.other == b.other; };
  pairs.erase(std::unique(pairs.begin(), pairs.end(), same_other), pairs.end());
  std::ranges::sort(pairs, {}, [](const Pair& p) { return std::pair(p.distance, p.other); });
  std::vector<uint64_t> out;
  out.reserve(pairs.size());
  for (const Pair& pair : pairs) out.push_back(pair.other);
  return out;
}

}  // namespace

Metric usual_metric(size_t columns) noexcept {
  constexpr size_t kMostEuclidean = 3;
  return columns > kMostEuclidean ? Metric::kCosine : Metric::kEuclidean;
}

size_t usual_neighbour_count(size_t rows) noexcept {
  constexpr size_t kMost = 10;
  return rows == 0 ? 0 : std::min(kMost, rows - 1);
}

OutlierScores outlier_scores(const Neighbours& neighbours, Metric metric) {
  const size_t rows = check_neighbours(neighbours);
  OutlierScores out;
  out.mean_distances.reserve(rows);
  const std::span<const double> distances = neighbours.distances;
  for (size_t row = 0; row < rows; ++row)
    out.mean_distances.push_back(
        numpy_mean<double>(distances.subspan(row * neighbours.k, neighbours.k)));
  out.scale = std::max(median(out.mean_distances), kLeastScale);
  out.scores.reserve(rows);
  for (const double mean : out.mean_distances) {
    const bool same = metric == Metric::kCosine && mean < kSame;
    out.scores.push_back(same ? 1 : std::exp(-mean / out.scale));
  }
  return out;
}

std::vector<uint8_t> outlier_flags(std::span<const double> mean_distances, double threshold) {
  if (!(threshold > 0 && threshold <= 1))
    throw Error(
        ErrorCode::kConstraint,
        fmt::format("the outlier threshold must be above 0 and at most 1, not {}", threshold));
  if (std::ranges::any_of(mean_distances, [](double d) { return !std::isfinite(d); }))
    throw Error(ErrorCode::kConstraint, "a mean distance is not a number");
  const std::vector<double> values(mean_distances.begin(), mean_distances.end());
  const double low = quantile(values, 0.25);
  const double high = quantile(values, 0.75);
  const double fence = high + (1 / threshold - 1) * (high - low);
  std::vector<uint8_t> out;
  out.reserve(values.size());
  for (const double mean : values) out.push_back(mean > fence ? 1 : 0);
  return out;
}

NearDuplicates near_duplicates(const Neighbours& neighbours, double threshold) {
  if (!(threshold >= 0 && std::isfinite(threshold)))
    throw Error(
        ErrorCode::kConstraint,
        fmt::format("the threshold of near duplicates must be 0 or more, not {}", threshold));
  const size_t rows = check_neighbours(neighbours);
  std::vector<double> nearest;
  nearest.reserve(rows);
  for (size_t row = 0; row < rows; ++row)
    nearest.push_back(neighbours.distances[row * neighbours.k]);
  NearDuplicates out;
  out.scale = median(nearest);
  out.scores.reserve(rows);
  for (const double d : nearest)
    out.scores.push_back(d < kSame ? 0 : -std::expm1(-d / std::max(out.scale, kLeastScale)));

  const double radius = std::max(threshold * out.scale, kSame);
  std::vector<std::vector<Pair>> pairs(rows);
  for (size_t at = 0; at < neighbours.rows.size(); ++at) {
    const uint64_t row = at / neighbours.k, other = neighbours.rows[at];
    const double distance = neighbours.distances[at];
    if (!(distance < radius)) continue;
    pairs[row].push_back({other, distance});
    pairs[other].push_back({row, distance});
  }
  out.duplicates.reserve(rows);
  for (std::vector<Pair>& list : pairs) out.duplicates.push_back(by_distance(list));
  return out;
}

}  // namespace cupel::learn
