#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/learn/label_issues.hpp"

/// The pruning filters written down as plainly as they can be, for a whole matrix in memory and
/// equal numbers by row.
namespace cupel::learn::naive {

struct Input {
  std::vector<double> numbers;  ///< rows × columns
  size_t columns = 0;
  std::vector<int32_t> labels;

  size_t rows() const { return labels.size(); }
  double at(size_t row, size_t k) const { return numbers[row * columns + k]; }
};

/// The rows that a pruning filter flags, given the calibrated joint ([given][true]).
std::vector<uint64_t> prune(const Input& input, const ClassMatrix& calibrated, Filter filter);

}  // namespace cupel::learn::naive
