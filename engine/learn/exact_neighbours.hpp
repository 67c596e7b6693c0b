#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "engine/learn/outliers.hpp"

namespace cupel::learn {

/// The k nearest others of each row of a matrix, by comparing every row with every other: the
/// plain way, for small data and as the check of faster ones. O(N² · columns) time, in blocks of
/// rows that stay in the cache; beside the result, eight bytes a row.
///
/// `values` is N × columns, row-major, float or double. Distances are computed in double; equal
/// ones are ordered by row. A cosine distance is at least 0, and 1 from and to a row whose squared
/// length is 0. `poll` is called for each pair of blocks; it may throw to end.
///
/// Throws Error(kConstraint), naming the row, for a number that is not finite or, squared, leaves
/// the range of double; and if there are no columns, `values` is not a whole number of rows, or k
/// is not 1 to N - 1.
template <typename T>
Neighbours exact_neighbours(std::span<const T> values, size_t columns, size_t k, Metric metric,
                            const std::function<void()>& poll = {});

}  // namespace cupel::learn
