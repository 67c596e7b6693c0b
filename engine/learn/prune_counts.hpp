#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/learn/label_issues.hpp"

namespace cupel::learn {

/// A true class, and how many examples of one given class may be flagged as being of it.
struct PruneCount {
  uint32_t guess = 0;
  uint64_t count = 0;
};

/// How many examples to flag, by given class.
struct PruneCounts {
  std::vector<double> kept;       ///< examples of the class that are right
  std::vector<PruneCount> pairs;  ///< those above zero off the diagonal, by given, then true
  std::vector<size_t> first;      ///< classes + 1: where a given class begins in `pairs`

  std::span<const PruneCount> of(size_t given) const {
    return std::span(pairs).subspan(first[given], first[given + 1] - first[given]);
  }
};

struct PruneRequest {
  double at_least = 1;    ///< kept of each class
  double frac_noise = 1;  ///< the share of the estimated errors to flag
  /// How many to remove of each class, in the proportions of the estimate; empty: as estimated.
  std::span<const int64_t> remove;
  Ties ties = Ties::kRowOrder;
};

/// From the calibrated joint: keeps `at_least` of each class (taken evenly from the others), scales
/// by frac_noise, and drops fractions.
PruneCounts count_prunes(const ClassMatrix& calibrated, std::span<const uint64_t> examples,
                         const PruneRequest& request);

}  // namespace cupel::learn
