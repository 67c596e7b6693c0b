#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/evaluate/average_precision.hpp"

namespace cupel::evaluate {

/// Precision at 101 points of recall, as pycocotools' accumulate computes it, from the places of
/// the true positives alone: between two of them precision only falls, so nothing else decides.
class RecallPoints {
 public:
  /// Begins with `positives` > 0 annotations to be found.
  void begin(int64_t positives);
  /// hits[k]: how many predictions stand up to the true positive k, it included. Writes for each
  /// point the greatest precision at or behind the first place where its recall is reached, 0
  /// where it is not.
  void precision(std::span<const uint32_t> hits, std::array<double, kRecallPoints>& out) const;
  double mean(std::span<const uint32_t> hits) const;
  /// How many true positives a point takes.
  int64_t needed(size_t point) const { return needed_[point]; }

 private:
  std::array<int64_t, kRecallPoints> needed_{};
};

}  // namespace cupel::evaluate
