#include "engine/evaluate/recall_points.hpp"

#include <limits>

namespace cupel::evaluate {

void RecallPoints::begin(int64_t positives) {
  const auto all = static_cast<double>(positives);
  int64_t needed = 0;
  for (size_t point = 0; point < kRecallPoints; ++point) {
    const double recall = static_cast<double>(point) * 0.01;
    while (static_cast<double>(needed) / all < recall) ++needed;
    needed_[point] = needed;
  }
}

void RecallPoints::precision(std::span<const uint32_t> hits,
                             std::array<double, kRecallPoints>& out) const {
  // The greatest ratio of found / seen so far, from the last true positive on; compared as whole
  // numbers. Of equal ones the one of more predictions, which the summand below leaves as it is.
  uint64_t found = 0, seen = 1;
  size_t point = kRecallPoints;
  const auto count = static_cast<int64_t>(hits.size());
  while (point > 0 && needed_[point - 1] > count) out[--point] = 0;
  for (auto hit = static_cast<uint64_t>(count); hit > 0; --hit) {
    const uint64_t here = hits[hit - 1];
    if (hit * seen > found * here) {
      found = hit;
      seen = here;
    }
    while (point > 0 && needed_[point - 1] == static_cast<int64_t>(hit)) {
      --point;
      out[point] = static_cast<double>(found) /
                   (static_cast<double>(seen) + std::numeric_limits<double>::epsilon());
    }
  }
  while (point > 0) {
    --point;
    out[point] = static_cast<double>(found) /
                 (static_cast<double>(seen) + std::numeric_limits<double>::epsilon());
  }
}

double RecallPoints::mean(std::span<const uint32_t> hits) const {
  std::array<double, kRecallPoints> points;
  precision(hits, points);
  double sum = 0;
  for (const double precision : points) sum += precision;
  return sum / kRecallPoints;
}

}  // namespace cupel::evaluate
