#include "engine/learn/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/learn/index_sort.hpp"
#include "engine/learn/numeric.hpp"

namespace cupel::learn {
namespace {

constexpr double kNotZero = 1e-100;
constexpr size_t kStripe = 8;  // columns read at once: one cache line

/// The sum of all numbers, columns outermost.
double sum_by_column(const ClassMatrix& matrix) {
  const size_t n = matrix.classes;
  RunningSum sum;
  std::vector<double> columns(kStripe * n);
  for (size_t first = 0; first < n; first += kStripe) {
    const size_t width = std::min(kStripe, n - first);
    for (size_t row = 0; row < n; ++row)
      for (size_t j = 0; j < width; ++j) columns[j * n + row] = matrix.values[row * n + first + j];
    sum.add(std::span(columns).first(width * n));
  }
  return sum.total();
}

}  // namespace

void round_row(std::span<double> row, Ties ties) {
  const std::vector<double> exact(row.begin(), row.end());
  const double wanted = round_half_even(numpy_sum(std::span<const double>(exact)));
  for (double& value : row)
    if (value != 0) value = round_half_even(value);
  const auto total = [&] { return round_half_even(numpy_sum(std::span<const double>(row))); };
  for (double sum = total(); std::fabs(sum - wanted) > 1e-6; sum = total()) {
    const double missing = round_half_even(wanted - sum);
    const double step = missing < 0 ? -1 : 1;
    const auto count = std::min(static_cast<size_t>(std::fabs(missing)), row.size());
    std::vector<double> lost(row.size());
    for (size_t j = 0; j < row.size(); ++j) lost[j] = exact[j] - row[j];
    // The sort is ascending: those that gained most stand in front.
    const size_t front = missing < 0 ? count : row.size() - count;
    const std::vector<uint32_t> order = index_split(std::span<const double>(lost), front, ties);
    const size_t first = missing < 0 ? 0 : front;
    for (size_t i = 0; i < count; ++i) row[order[first + i]] += step;
  }
}

ClassMatrix calibrate_joint(const ClassMatrix& joint, std::span<const uint64_t> examples,
                            Ties ties) {
  const size_t n = joint.classes;
  ClassMatrix out = joint;
  for (size_t given = 0; given < n; ++given) {
    const auto row = std::span(out.values).subspan(given * n, n);
    const double sum = std::max(std::accumulate(row.begin(), row.end(), 0.0), kNotZero);
    const auto count = static_cast<double>(examples[given]);
    for (double& value : row)
      if (value != 0) value = value / sum * count;
  }
  const double all = std::max(sum_by_column(out), kNotZero);
  const auto total =
      static_cast<double>(std::accumulate(examples.begin(), examples.end(), uint64_t{0}));
  for (size_t given = 0; given < n; ++given) {
    const auto row = std::span(out.values).subspan(given * n, n);
    for (double& value : row)
      if (value != 0) value = value / all * total;
    round_row(row, ties);
  }
  return out;
}

}  // namespace cupel::learn
