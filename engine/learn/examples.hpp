#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/learn/label_issues.hpp"

namespace cupel::learn {

/// Whether labels may be of one class only (cleanlab lets pass what is all zeros, as a class that
/// no example has is in the multi-label case).
enum class OneClass { kRefused, kAllowedIfZero, kAllowed };

/// The examples of a matrix, by given class.
struct Examples {
  std::span<const int32_t> labels;  ///< by row; the caller's
  size_t classes = 0;
  std::vector<uint64_t> counts;  ///< n_k
  std::vector<size_t> first;     ///< classes + 1: where the class begins in `rows`
  std::vector<uint32_t> rows;    ///< by class, ascending in each
  uint64_t total = 0;

  std::span<const uint32_t> of(size_t given) const {
    return std::span(rows).subspan(first[given], first[given + 1] - first[given]);
  }
};

/// Checks the labels of an N × K matrix and groups its rows. Throws as label_issues.hpp says.
Examples group_examples(std::span<const int32_t> labels, size_t rows, size_t classes,
                        OneClass one_class);

}  // namespace cupel::learn
