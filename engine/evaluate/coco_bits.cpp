#include "engine/evaluate/coco_bits.hpp"

namespace cupel::evaluate {

int64_t outside_bits(double area) noexcept {
  constexpr int64_t kRange = (int64_t{1} << kThresholds) - 1;
  int64_t out = 0;
  for (size_t range = 0; range < kAreas; ++range) {
    if (area < kAreaRanges[range][0] || area > kAreaRanges[range][1])
      out |= kRange << (range * kThresholds);
  }
  return out;
}

}  // namespace cupel::evaluate
