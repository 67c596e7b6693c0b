#pragma once

#include <algorithm>
#include <array>

#include "cli/demo/draw.hpp"

namespace cupel::demo {

/// Draws a figure in its own metres: x right of its middle (mirrored on request), y up from the
/// ground it stands on.
class Pen {
 public:
  Pen(Canvas& canvas, const Camera& camera, const Figure& figure, bool mirrored = false)
      : canvas_(canvas),
        origin_{camera.x(figure.side, figure.depth), camera.y(figure.depth)},
        scale_(camera.scale(figure.depth)),
        flip_(mirrored ? -1.0F : 1.0F) {}

  Point at(float x, float y) const {
    return {origin_.x + flip_ * x * scale_, origin_.y - y * scale_};
  }
  float scale() const { return scale_; }

  void box(float left, float low, float right, float high, Color color, bool lit = false) {
    const Point a = at(left, high);
    const Point b = at(right, low);
    canvas_.rectangle(std::min(a.x, b.x), a.y, std::max(a.x, b.x), b.y, color, lit);
  }
  void disc(float x, float y, float radius, Color color, bool lit = false) {
    oval(x, y, radius, radius, color, lit);
  }
  void oval(float x, float y, float radius_x, float radius_y, Color color, bool lit = false) {
    canvas_.ellipse(at(x, y), radius_x * scale_, radius_y * scale_, color, lit);
  }
  template <size_t n>
  void shape(const float (&points)[n][2], Color color, bool lit = false) {
    std::array<Point, n> placed;
    for (size_t i = 0; i < n; ++i) placed[i] = at(points[i][0], points[i][1]);
    canvas_.polygon(placed, color, lit);
  }
  void stroke(float x0, float y0, float x1, float y1, float thickness, Color color) {
    canvas_.line(at(x0, y0), at(x1, y1), thickness * scale_, color);
  }
  void glow(float x, float y, float radius, Color color) {
    canvas_.glow(at(x, y), radius * scale_, color);
  }
  /// The dark patch under a thing, which is nobody's.
  void shadow(float half_width) {
    canvas_.begin(0);
    for (int i = -2; i <= 2; ++i) {
      const float reach = half_width * (1.1F - 0.08F * static_cast<float>(i * i));
      const Point left = at(-reach, 0);
      const Point right = at(reach, 0);
      const int y = static_cast<int>(origin_.y) + i;
      canvas_.tint(y, std::min(left.x, right.x), std::max(left.x, right.x), {14, 14, 18}, 0.5F);
    }
  }

 private:
  Canvas& canvas_;
  Point origin_;
  float scale_;
  float flip_;
};

}  // namespace cupel::demo
