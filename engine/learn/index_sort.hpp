#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/learn/label_issues.hpp"

/// Sorts of indices by key, ascending. Keys must be numbers (no NaN).
namespace cupel::learn {

/// The permutation that sorts `keys`: equal keys by index (kRowOrder), or as numpy's `argsort`
/// leaves them without its vector instructions (kNumpy: introsort, median of three, insertion sort
/// for 16 keys or fewer, heap sort past a depth of 2 log2 n).
template <typename Key>
std::vector<uint32_t> index_sort(std::span<const Key> keys, Ties ties);

/// A permutation whose first `front` indices are, as a set, those of index_sort. Takes linear time.
template <typename Key>
std::vector<uint32_t> index_split(std::span<const Key> keys, size_t front, Ties ties);

}  // namespace cupel::learn
