#pragma once

#include <algorithm>
#include <cmath>

#include "engine/learn/object_issues.hpp"

namespace cupel::learn {

/// Intersection over union; 0 for boxes that do not overlap.
inline double overlap_of(const ObjectBox& a, const ObjectBox& b) noexcept {
  constexpr double kLeastUnion = 1e-6;
  const double width = std::min(a.x2, b.x2) - std::max(a.x1, b.x1);
  const double height = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
  if (width < 0 || height < 0) return 0;
  const double both = width * height;
  const double first = (a.x2 - a.x1) * (a.y2 - a.y1);
  const double second = (b.x2 - b.x1) * (b.y2 - b.y1);
  return both / std::max(first + second - both, kLeastUnion);
}

/// How alike a label box and a predicted box of one image are, 0 to 1.
class BoxSimilarity {
 public:
  BoxSimilarity(const ObjectImage& image, const ObjectOptions& options) noexcept
      : alpha_(options.alpha), factor_(options.distance_factor) {
    constexpr double kUsualDiagonal = 1000;
    if (options.relative_distances && image.width > 0 && image.height > 0)
      unit_ = std::hypot(image.width, image.height) / kUsualDiagonal;
  }

  /// `overlap` is that of the two boxes.
  double operator()(const ObjectBox& a, const ObjectBox& b, double overlap) const noexcept {
    return overlap * alpha_ + (1 - alpha_) * nearness(a, b);
  }

 private:
  /// Past this exponent 1 - (1 - e^-x) is 0, so the exponential need not be taken.
  static constexpr double kFar = 40;

  double nearness(const ObjectBox& a, const ObjectBox& b) const noexcept {
    const double dx = (a.x1 + a.x2) / 2 - (b.x1 + b.x2) / 2;
    const double dy = (a.y1 + a.y2) / 2 - (b.y1 + b.y2) / 2;
    const double exponent = factor_ * (std::sqrt(dx * dx + dy * dy) / unit_);
    if (exponent > kFar) return 0;
    // The two subtractions are the reference's: they turn what is below 2^-54 into 0, and the
    // least similarity that is not 0 goes into scores.
    return 1 - (1 - std::exp(-exponent));
  }

  double alpha_, factor_;
  double unit_ = 1;
};

}  // namespace cupel::learn
