#pragma once

#include <algorithm>
#include <cmath>

/// Axis-aligned boxes and how two of them lie to each other. Pixels, origin top left.
namespace cupel::evaluate {

/// Its left upper corner and its size. A box of which a number is not finite or whose size is not
/// positive overlaps nothing.
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

/// Whether all numbers of a box are finite.
inline bool has_place(const Box& box) noexcept {
  // A sum with one that is not finite is not finite; one of finite numbers nearly always is.
  return std::isfinite(box.x + box.y + box.width + box.height) ||
         (std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
          std::isfinite(box.height));
}

/// The area that both cover, 0 where they only touch.
inline double intersection(const Box& a, const Box& b) noexcept {
  if (!has_place(a) || !has_place(b)) return 0;
  const double width = std::min(a.width + a.x, b.width + b.x) - std::max(a.x, b.x);
  if (!(width > 0)) return 0;
  const double height = std::min(a.height + a.y, b.height + b.y) - std::max(a.y, b.y);
  return height > 0 ? width * height : 0;
}

/// Intersection over union of a detection and a ground truth box in double, in the order of
/// operations of pycocotools' bbIou, so equal to it in every bit. For a crowd box the intersection
/// over the detection's area instead. 0 where no ratio exists (areas beyond the range of double).
inline double iou(const Box& detection, const Box& truth, bool crowd = false) noexcept {
  const double both = intersection(detection, truth);
  if (!(both > 0)) return 0;
  const double area = detection.width * detection.height;
  const double ratio = both / (crowd ? area : area + truth.width * truth.height - both);
  return ratio > 0 ? ratio : 0;
}

/// The share of the area of `inner` that lies within `outer`, 0 to 1. What lacks no more than
/// rounding does counts as whole, as in COCO's thresholds: of a box within another, position plus
/// size minus position is often a little less than the size.
inline double covered_share(const Box& inner, const Box& outer) noexcept {
  const double share = iou(inner, outer, true);
  return share < 1 - 1e-10 ? share : 1;
}

/// The least distance between a point of one and a point of the other: 0 where they touch or
/// overlap; NaN where a number is NaN.
inline double gap(const Box& a, const Box& b) noexcept {
  const auto apart = [](double from, double size, double other, double other_size) {
    return std::max({0.0, other - (from + size), from - (other + other_size)});
  };
  if (std::isnan(a.x + a.y + a.width + a.height + b.x + b.y + b.width + b.height))
    return std::nan("");
  return std::hypot(apart(a.x, a.width, b.x, b.width), apart(a.y, a.height, b.y, b.height));
}

}  // namespace cupel::evaluate
