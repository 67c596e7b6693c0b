#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cupel::evaluate {

/// Rows by descending confidence, as a stable sort by the negative confidence orders them when they
/// stand in order of items.
class ConfidenceOrder {
 public:
  /// Sorts `rows`. Of equal confidences the lower item goes first, of equal items the lower rank,
  /// then the lower row; `item` may be empty: then the lower row. Confidences are numbers.
  void sort(std::span<const double> confidence, std::span<const uint64_t> item,
            std::span<const int64_t> rank, std::span<size_t> rows);

 private:
  struct Keyed {
    double confidence;
    size_t row;
  };
  std::vector<Keyed> keyed_;
};

}  // namespace cupel::evaluate
