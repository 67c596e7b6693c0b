#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/evaluate/outcomes.hpp"

/// COCO's matching at ten thresholds for four ranges of area, in 40 bits a prediction.
///
/// For each item and label, by descending confidence (ties: rows), the first 100 predictions are
/// matched as pycocotools 2.0's evaluateImg does: an annotation counts in a range of area unless it
/// is a crowd or its area lies outside; a prediction takes, at a threshold t, the free annotation
/// of greatest IoU >= min(t, 1 - 1e-10), of equal ones the last; one that does not count only where
/// none that counts is to be had; crowds stay free. Bit area × 10 + threshold of
///   matched: it took an annotation;
///   ignored: it took one that does not count, or took none and its own area lies outside.
/// So it is a true positive where it is matched and not ignored, a false positive where neither.
/// Labels fit only if equal, and no floor of confidence applies, whatever the options of the
/// matching say. (pycocotools takes a match with an annotation of id 0 for none; this does not.)
namespace cupel::evaluate {

inline constexpr size_t kThresholds = 10, kAreas = 4;
inline constexpr int64_t kMostDetections = 100;

/// The range of area that a figure is about, both ends included, in square pixels.
enum class Area : uint8_t { kAll, kSmall, kMedium, kLarge };
inline constexpr std::array<std::array<double, 2>, kAreas> kAreaRanges = {
    {{0, 1e10}, {0, 1024}, {1024, 9216}, {9216, 1e10}}};

/// The IoU thresholds .50, .55 … .95, as numpy's linspace has them.
inline constexpr std::array<double, kThresholds> kIouThresholds = [] {
  std::array<double, kThresholds> out{};
  const double step = (0.95 - 0.5) / 9;
  for (size_t i = 0; i < kThresholds; ++i) out[i] = static_cast<double>(i) * step + 0.5;
  out.back() = 0.95;
  return out;
}();

/// No threshold asks for more: so an IoU of 1 is reached in spite of rounding.
inline constexpr double kSurelyReached = 1 - 1e-10;

/// The ten bits of the first range.
inline constexpr int64_t kOneRange = (int64_t{1} << kThresholds) - 1;

/// In which ranges an area lies outside: all ten bits of each such range.
inline int64_t outside_bits(double area) noexcept {
  int64_t out = 0;
  for (size_t range = 0; range < kAreas; ++range) {
    const bool outside = (area < kAreaRanges[range][0]) | (area > kAreaRanges[range][1]);
    out |= (static_cast<int64_t>(outside) * kOneRange) << (range * kThresholds);
  }
  return out;
}

/// What the bits say of a prediction for one threshold and range: a true or false positive or
/// ignored. For predictions of rank 0 to 99.
inline Outcome outcome_at(int64_t matched, int64_t ignored, size_t threshold,
                          Area area = Area::kAll) noexcept {
  const size_t bit = static_cast<size_t>(area) * kThresholds + threshold;
  if ((ignored >> bit & 1) != 0) return Outcome::kIgnored;
  return (matched >> bit & 1) != 0 ? Outcome::kTruePositive : Outcome::kFalsePositive;
}

}  // namespace cupel::evaluate
