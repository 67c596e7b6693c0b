#pragma once

#include <cstddef>
#include <cstdint>

/// The inner loops over the columns of one row, in the widest vectors the processor has. Compares,
/// maxima and single differences only, so every processor gives the same bits.
namespace cupel::learn {

template <typename Real>
struct RowLimits {
  const Real* cutoffs;  ///< by column: from here on an example is confident of the class
  Real low, high;       ///< the range of a probability, both included
};

template <typename Real>
struct RowSummary {
  Real others_most;   ///< the largest of the columns that are not the given one
  int32_t predicted;  ///< the column of the largest number, the lowest one where equal
  int32_t guess;      ///< the class the row is counted for, or -1: no number reaches its cutoff
  bool in_range;
};

template <typename Real>
struct RowKernels {
  /// Summarises a row of `columns` >= 2 numbers whose given class is `given`. Without cutoffs
  /// (null) nothing is counted and `guess` is -1.
  RowSummary<Real> (*summarize)(const Real* row, size_t columns, size_t given,
                                const RowLimits<Real>& limits);
  /// Writes the columns where row[j] - own > above[j] to `hits` (room for all); returns how many.
  size_t (*find_margins)(const Real* row, size_t columns, Real own, const Real* above,
                         uint32_t* hits);
};

/// Those of this processor for rows of so many columns; Real is float or double.
template <typename Real>
const RowKernels<Real>& row_kernels(size_t columns);

}  // namespace cupel::learn
