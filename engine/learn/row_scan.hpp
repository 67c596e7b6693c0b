#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/learn/element.hpp"
#include "engine/learn/examples.hpp"
#include "engine/learn/thresholds.hpp"

namespace cupel::learn {

/// What one pass over whole rows finds out. Vectors are by row of the matrix.
template <typename Real>
struct RowScan {
  std::vector<int32_t> predicted;  ///< kNoLabel where there is no example
  std::vector<Real> others_most;   ///< the largest p of another class; empty unless asked for
  /// Confidently another class than the given one.
  std::vector<uint8_t> off_diagonal;
  /// The given class is as likely as any: never flagged by the pruning filters.
  std::vector<uint8_t> fits;
  ClassMatrix joint;  ///< the confident joint; 0 × 0 if there are no cutoffs
};

struct ScanRequest {
  bool counts = true;  ///< fill joint and off_diagonal
  bool others_most = false;
  Compat compat = Compat::kCleanlab2;
  const std::function<void()>* poll = nullptr;
};

/// Reads every number once, checks it (kCleanlab2: [-1e-6, 1 + 1e-6]; kCleanlab1: within 1,000),
/// and counts each example at [given][guess]: the only class that reaches its cutoff, or the most
/// likely class if several do. In cleanlab 2 a class counts itself at least once.
template <typename T>
RowScan<RealOf<T>> scan_rows(const Rows<T>& matrix, const Examples& examples,
                             const Thresholds& thresholds, const ScanRequest& request);

}  // namespace cupel::learn
