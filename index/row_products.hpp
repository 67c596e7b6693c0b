#pragma once

#include <cstddef>
#include <span>

#include "storage/vectors.hpp"

/// The inner loops under similarity.hpp, one version for each kind of processor.
///
/// Every version computes the same: components are widened to double (which is exact), component j
/// is multiplied and added to running sum j mod kLanes, and the sums are added up in halves: i to
/// i + kLanes/2, then i + kLanes/4, and so on. Products and sums are rounded one after the other,
/// never fused. So all versions give the same bits.
namespace cupel::index {

inline constexpr size_t kLanes = 16;

struct RowProducts {
  double product = 0;  ///< of the query and the row
  double square = 0;   ///< of the row and itself
};

struct RowKernels {
  const char* name;  ///< of the processor's feature: "avx512", "avx2", "plain"
  /// By element: out[i] for the row of `width` components at rows[i]. The query is padded with
  /// zeros to a multiple of kLanes.
  using Products = void (*)(const std::byte* const* rows, size_t count, size_t width,
                            const double* query, RowProducts* out);
  Products products[3];
  /// out[i] is the product of a and rows[i]; `padded` is a multiple of kLanes.
  void (*dots)(const double* a, const double* const* rows, size_t count, size_t padded,
               double* out);
};

/// The best one for this machine.
const RowKernels& row_kernels();
/// Every one that this machine can run, the best first.
std::span<const RowKernels* const> all_row_kernels();

/// Widens a row to doubles, padded with zeros to a multiple of kLanes.
void widen_row(storage::Element element, const std::byte* row, size_t width, double* out);

inline size_t padded_width(size_t width) { return (width + kLanes - 1) / kLanes * kLanes; }

}  // namespace cupel::index
