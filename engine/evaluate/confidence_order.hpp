#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cupel::evaluate {

/// Rows by descending confidence, as a stable sort by the negative confidence orders them when they
/// stand in order of items. Keeps its memory from one call to the next.
class ConfidenceOrder {
 public:
  /// Sorts `rows`, which ascend. Of equal confidences the lower item goes first, of equal items the
  /// lower rank, then the lower row; `item` may be empty: then the lower row. Confidences are
  /// numbers.
  void sort(std::span<const double> confidence, std::span<const uint64_t> item,
            std::span<const int64_t> rank, std::span<size_t> rows);

 private:
  struct Keyed {
    uint64_t key;  ///< ascends as the confidence descends
    size_t row;
  };
  void sort_by_digits();
  void order_ties(std::span<const uint64_t> item, std::span<const int64_t> rank);

  static constexpr int kDigitBits = 11, kDigits = 6;
  std::vector<Keyed> keyed_, other_;
  std::array<std::array<size_t, 1 << kDigitBits>, kDigits> counts_;
};

}  // namespace cupel::evaluate
