#include "engine/learn/suggest.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <functional>

namespace cupel::learn {
namespace {

constexpr size_t kDensityNeighbours = 10;

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Rows units(std::span<const double> vectors, size_t width) {
  Rows rows =
      Eigen::Map<const Rows>(vectors.data(), static_cast<Eigen::Index>(vectors.size() / width),
                             static_cast<Eigen::Index>(width));
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const double most = rows.row(i).cwiseAbs().maxCoeff();
    if (most == 0) continue;
    rows.row(i) /= most;
    rows.row(i) /= std::sqrt(rows.row(i).squaredNorm());
  }
  return rows;
}

/// The mean similarity to the nearest others of the pool, in [0, 1].
double density_of(const Rows& pool, Eigen::Index row) {
  const Eigen::VectorXd product = pool * pool.row(row).transpose();
  std::vector<double> others;
  for (Eigen::Index i = 0; i < product.size(); ++i)
    if (i != row) others.push_back(product[i]);
  const size_t count = std::min(kDensityNeighbours, others.size());
  if (count == 0) return 1;
  std::partial_sort(others.begin(), others.begin() + static_cast<ptrdiff_t>(count), others.end(),
                    std::greater<>());
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += others[i];
  return (sum / static_cast<double>(count) + 1) / 2;
}

}  // namespace

std::vector<uint64_t> uncertain_rows(std::span<const double> scores, size_t pool,
                                     std::span<const uint64_t> excluded) {
  std::vector<uint64_t> rows;
  for (uint64_t row = 0; row < scores.size(); ++row)
    if (!std::isnan(scores[row]) && !std::binary_search(excluded.begin(), excluded.end(), row))
      rows.push_back(row);
  const auto less_sure = [&](uint64_t a, uint64_t b) {
    const double first = std::fabs(scores[a]), second = std::fabs(scores[b]);
    return first < second || (first == second && a < b);
  };
  const size_t count = std::min(pool, rows.size());
  std::partial_sort(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(count), rows.end(),
                    less_sure);
  rows.resize(count);
  return rows;
}

std::vector<size_t> suggest(const SuggestPool& given, size_t count) {
  if (given.scores.empty()) return {};
  const Rows pool = units(given.vectors, given.width);
  std::vector<double> worth, nearest(given.scores.size(), -1);
  for (Eigen::Index i = 0; i < pool.rows(); ++i)
    worth.push_back((1 - std::fabs(given.scores[static_cast<size_t>(i)])) * density_of(pool, i));
  const auto stay_away_from = [&](const auto& row) {
    const Eigen::VectorXd product = pool * row.transpose();
    for (size_t i = 0; i < nearest.size(); ++i)
      nearest[i] = std::max(nearest[i], product[static_cast<Eigen::Index>(i)]);
  };
  const Rows known = units(given.known, given.width);
  for (Eigen::Index i = 0; i < known.rows(); ++i) stay_away_from(known.row(i));

  std::vector<size_t> chosen;
  std::vector<uint8_t> taken(worth.size());
  while (chosen.size() < std::min(count, worth.size())) {
    size_t best = worth.size();
    double most = 0;
    for (size_t i = 0; i < worth.size(); ++i) {
      const double value = worth[i] * (1 - nearest[i]);
      if (taken[i] != 0 || (best != worth.size() && !(value > most))) continue;
      best = i;
      most = value;
    }
    chosen.push_back(best);
    taken[best] = 1;
    stay_away_from(pool.row(static_cast<Eigen::Index>(best)));
  }
  return chosen;
}

}  // namespace cupel::learn
