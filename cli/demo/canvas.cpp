#include "cli/demo/canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cupel::demo {
namespace {

uint8_t channel(float value) { return static_cast<uint8_t>(std::clamp(value, 0.0F, 255.0F)); }

/// The first pixel whose centre lies at or right of `x`, kept within the picture.
int edge(float x, int limit) {
  return static_cast<int>(std::clamp(std::ceil(x - 0.5F), 0.0F, static_cast<float>(limit)));
}

}  // namespace

Color mix(Color a, Color b, float share_of_b) {
  const Color kept = a * (1 - share_of_b);
  const Color added = b * share_of_b;
  return {kept.r + added.r, kept.g + added.g, kept.b + added.b};
}

Canvas::Canvas(int width, int height)
    : image_{width, height, std::vector<uint8_t>(static_cast<size_t>(width) * height * 3)},
      owners_(static_cast<size_t>(width) * height) {}

void Canvas::begin(uint8_t owner) {
  owner_ = owner;
  extent_ = {width(), height(), 0, 0, 0};
}

Extent Canvas::extent() const { return extent_.pixels == 0 ? Extent{} : extent_; }

std::vector<uint32_t> Canvas::pixels_by_owner() const {
  std::vector<uint32_t> counts(256);
  for (const uint8_t owner : owners_) ++counts[owner];
  return counts;
}

Color Canvas::shade(Color color, bool lit) const {
  return lit ? mix(color, haze_, haze_share_ * 0.5F) : mix(color * light_, haze_, haze_share_);
}

void Canvas::fill(int y, float left, float right, Color shaded) {
  if (y < 0 || y >= height()) return;
  const int first = edge(left, width());
  const int last = edge(right, width());
  if (first >= last) return;
  const std::array<uint8_t, 3> bytes{channel(shaded.r), channel(shaded.g), channel(shaded.b)};
  const size_t row = static_cast<size_t>(y) * width();
  for (size_t i = row + first; i < row + last; ++i) {
    std::copy(bytes.begin(), bytes.end(), &image_.rgb[i * 3]);
    extent_.pixels += owners_[i] != owner_ ? 1 : 0;
    owners_[i] = owner_;
  }
  extent_.left = std::min(extent_.left, first);
  extent_.right = std::max(extent_.right, last);
  extent_.top = std::min(extent_.top, y);
  extent_.bottom = std::max(extent_.bottom, y + 1);
}

void Canvas::span(int y, float left, float right, Color color, bool lit) {
  fill(y, left, right, shade(color, lit));
}

void Canvas::rectangle(float left, float top, float right, float bottom, Color color, bool lit) {
  const Color shaded = shade(color, lit);
  const int last = edge(bottom, height());
  for (int y = edge(top, height()); y < last; ++y) fill(y, left, right, shaded);
}

void Canvas::ellipse(Point center, float radius_x, float radius_y, Color color, bool lit) {
  const Color shaded = shade(color, lit);
  const int last = edge(center.y + radius_y, height());
  for (int y = edge(center.y - radius_y, height()); y < last; ++y) {
    const float t = (static_cast<float>(y) + 0.5F - center.y) / radius_y;
    const float half = radius_x * std::sqrt(std::max(0.0F, 1 - t * t));
    fill(y, center.x - half, center.x + half, shaded);
  }
}

void Canvas::polygon(std::span<const Point> points, Color color, bool lit) {
  const Color shaded = shade(color, lit);
  const auto [low, high] = std::minmax_element(
      points.begin(), points.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
  const int last = edge(high->y, height());
  std::vector<float> crossings;
  for (int y = edge(low->y, height()); y < last; ++y) {
    const float middle = static_cast<float>(y) + 0.5F;
    crossings.clear();
    for (size_t i = 0; i < points.size(); ++i) {
      const Point a = points[i];
      const Point b = points[(i + 1) % points.size()];
      if ((a.y <= middle) == (b.y <= middle)) continue;
      crossings.push_back(a.x + (middle - a.y) / (b.y - a.y) * (b.x - a.x));
    }
    std::sort(crossings.begin(), crossings.end());
    for (size_t i = 0; i + 1 < crossings.size(); i += 2) {
      fill(y, crossings[i], crossings[i + 1], shaded);
    }
  }
}

void Canvas::line(Point from, Point to, float thickness, Color color, bool lit) {
  const float length = std::max(std::hypot(to.x - from.x, to.y - from.y), 1e-3F);
  const float dx = (to.y - from.y) / length * thickness / 2;
  const float dy = (from.x - to.x) / length * thickness / 2;
  const std::array<Point, 4> corners{Point{from.x + dx, from.y + dy}, Point{to.x + dx, to.y + dy},
                                     Point{to.x - dx, to.y - dy}, Point{from.x - dx, from.y - dy}};
  polygon(corners, color, lit);
}

void Canvas::tint(int y, float left, float right, Color color, float share) {
  if (y < 0 || y >= height()) return;
  const size_t row = static_cast<size_t>(y) * width();
  const size_t last = row + edge(right, width());
  for (size_t i = row + edge(left, width()); i < last; ++i) {
    uint8_t* pixel = &image_.rgb[i * 3];
    const Color old{static_cast<float>(pixel[0]), static_cast<float>(pixel[1]),
                    static_cast<float>(pixel[2])};
    const Color now = mix(old, color, share);
    pixel[0] = channel(now.r), pixel[1] = channel(now.g), pixel[2] = channel(now.b);
  }
}

void Canvas::glow(Point center, float radius, Color color) {
  const int last_y = edge(center.y + radius, height());
  const int last_x = edge(center.x + radius, width());
  for (int y = edge(center.y - radius, height()); y < last_y; ++y) {
    for (int x = edge(center.x - radius, width()); x < last_x; ++x) {
      const float dx = (static_cast<float>(x) + 0.5F - center.x) / radius;
      const float dy = (static_cast<float>(y) + 0.5F - center.y) / radius;
      const float fade = std::max(0.0F, 1 - dx * dx - dy * dy);
      const float strength = fade * fade;
      uint8_t* pixel = &image_.rgb[(static_cast<size_t>(y) * width() + x) * 3];
      pixel[0] = channel(static_cast<float>(pixel[0]) + color.r * strength);
      pixel[1] = channel(static_cast<float>(pixel[1]) + color.g * strength);
      pixel[2] = channel(static_cast<float>(pixel[2]) + color.b * strength);
    }
  }
}

Image halve(const Image& image) {
  Image half{image.width / 2, image.height / 2, {}};
  half.rgb.resize(static_cast<size_t>(half.width) * half.height * 3);
  const size_t stride = static_cast<size_t>(image.width) * 3;
  size_t to = 0;
  for (int y = 0; y < half.height; ++y) {
    const uint8_t* row = &image.rgb[static_cast<size_t>(y) * 2 * stride];
    for (int x = 0; x < half.width; ++x, row += 6) {
      for (size_t c = 0; c < 3; ++c) {
        const int sum = row[c] + row[c + 3] + row[stride + c] + row[stride + c + 3];
        half.rgb[to++] = static_cast<uint8_t>((sum + 2) / 4);
      }
    }
  }
  return half;
}

}  // namespace cupel::demo
