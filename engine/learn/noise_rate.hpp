#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/learn/examples.hpp"
#include "engine/learn/prune_counts.hpp"
#include "engine/learn/rows.hpp"

namespace cupel::learn {

struct NoiseRateRequest {
  uint64_t min_examples = 1;  ///< classes of so many examples or fewer (or of one) are left alone
  Ties ties = Ties::kRowOrder;
  /// kCleanlab1: all examples with the last margin are flagged, whatever `ties` says.
  Compat compat = Compat::kCleanlab2;
  bool single_precision = false;  ///< margins of probabilities rounded to binary32
  const std::function<void()>* poll = nullptr;
  size_t memory = 0;  ///< bytes for margins held at a time; more takes more passes. 0: by size
};

/// Flags, for each given class k and true class j with a prune count, that many examples of class k
/// with the largest margins p[j] - p[k]. By row of the matrix: 1 if flagged. One pass; one or more
/// further ones where the last place of some pair is tied.
template <typename T>
std::vector<uint8_t> flag_by_noise_rate(const Rows<T>& matrix, const Examples& examples,
                                        const PruneCounts& prunes, const NoiseRateRequest& request);

}  // namespace cupel::learn
