#include "engine/learn/prune_counts.hpp"

#include <algorithm>
#include <cmath>

#include "engine/learn/calibrate.hpp"
#include "engine/learn/numeric.hpp"

namespace cupel::learn {
namespace {

/// The counts of one given class: how the calibrated row is split among the true classes.
void keep_at_least(std::span<double> row, size_t given, const PruneRequest& request) {
  const double had = row[given];
  const double kept = std::max(had, request.at_least);
  const auto nonzero =
      static_cast<double>(std::ranges::count_if(row, [](double v) { return v != 0; }));
  const double share = (kept - had) / std::max(nonzero - 1, 1.0);
  if (share != 0)
    for (double& value : row) value = std::max(value - share, 0.0);
  row[given] = kept;
  if (request.frac_noise != 1) {
    std::vector<double> lost(row.begin(), row.end());
    for (double& value : row) value *= request.frac_noise;
    row[given] = kept;
    for (size_t j = 0; j < row.size(); ++j) lost[j] -= row[j];
    row[given] = kept + numpy_sum(std::span<const double>(lost));
  }
  for (double& value : row) value = std::trunc(value);
}

/// Appends the row of one given class. What is not finite counts as nothing.
void append(PruneCounts& out, std::span<const double> row, size_t given) {
  for (size_t j = 0; j < row.size(); ++j)
    if (j != given && row[j] >= 1 && std::isfinite(row[j]))
      out.pairs.push_back({static_cast<uint32_t>(j), static_cast<uint64_t>(row[j])});
  out.kept.push_back(row[given]);
  out.first.push_back(out.pairs.size());
}

/// Scales the counts, [given][true], so that `remove` examples of each class go. The true classes
/// are the rows of cleanlab's matrix; it divides each by the row sum of its *given* class.
void scale_to_removed(ClassMatrix& counts, std::span<const uint64_t> examples,
                      const PruneRequest& request) {
  const size_t n = counts.classes;
  std::vector<double> row_sums(n);
  for (size_t given = 0; given < n; ++given)
    for (size_t guess = 0; guess < n; ++guess) row_sums[guess] += counts.at(given, guess);
  std::vector<double> row(n);
  for (size_t guess = 0; guess < n; ++guess) {
    for (size_t given = 0; given < n; ++given)
      row[given] = counts.at(given, guess) / row_sums[given];
    const double noise = numpy_sum(std::span<const double>(row)) - row[guess];
    const auto removed = static_cast<double>(request.remove[guess]);
    for (double& value : row) value = value * removed / noise;
    row[guess] = static_cast<double>(examples[guess]) - removed;
    round_row(row, request.ties);
    for (size_t given = 0; given < n; ++given) counts.values[given * n + guess] = row[given];
  }
}

}  // namespace

PruneCounts count_prunes(const ClassMatrix& calibrated, std::span<const uint64_t> examples,
                         const PruneRequest& request) {
  const size_t n = calibrated.classes;
  PruneCounts out;
  out.first.push_back(0);
  if (request.remove.empty()) {
    std::vector<double> row(n);
    for (size_t given = 0; given < n; ++given) {
      std::copy_n(calibrated.values.begin() + static_cast<ptrdiff_t>(given * n), n, row.begin());
      keep_at_least(row, given, request);
      append(out, row, given);
    }
    return out;
  }
  ClassMatrix counts = calibrated;
  for (size_t given = 0; given < n; ++given)
    keep_at_least(std::span(counts.values).subspan(given * n, n), given, request);
  scale_to_removed(counts, examples, request);
  for (size_t given = 0; given < n; ++given)
    append(out, std::span<const double>(counts.values).subspan(given * n, n), given);
  return out;
}

}  // namespace cupel::learn
