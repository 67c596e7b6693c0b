#include "cli/demo/draw.hpp"

#include <algorithm>

namespace cupel::demo {
namespace {

constexpr double kLeastVisible = 0.4;
constexpr int kLeastSide = 8;  ///< pixels of the canvas

void draw_figure(Canvas& canvas, const Scene& scene, const Mood& mood, const Figure& figure,
                 uint8_t owner) {
  set_depth(canvas, mood, figure.depth);
  switch (figure.kind) {
    case Kind::kPedestrian:
    case Kind::kRider:
    case Kind::kBicycle: return draw_person(canvas, scene, mood, figure, owner);
    case Kind::kTrafficLight:
    case Kind::kTrafficSign: return draw_pole(canvas, scene, mood, figure, owner);
    default: return draw_vehicle(canvas, scene, mood, figure, owner);
  }
}

/// Sensor noise: each pixel a little lighter or darker, more so in the dark.
void add_grain(Image& image, const Mood& mood, uint64_t seed) {
  Random random(seed);
  const int reach = mood.dark ? 4 : 3;
  uint64_t bits = 0;
  for (size_t i = 0; i < image.rgb.size(); i += 3) {
    if (i % 24 == 0) bits = random.next();
    const int shift = static_cast<int>((bits & 0xFF) * (2 * reach + 1) >> 8) - reach;
    bits >>= 8;
    for (size_t c = i; c < i + 3; ++c) {
      image.rgb[c] = static_cast<uint8_t>(std::clamp(image.rgb[c] + shift, 0, 255));
    }
  }
}

bool worth_a_label(const Extent& extent, double visible) {
  return extent.pixels > 0 && visible >= kLeastVisible &&
         extent.right - extent.left >= kLeastSide && extent.bottom - extent.top >= kLeastSide;
}

}  // namespace

void draw_weather(Canvas& canvas, const Scene& scene, const Mood& mood) {
  canvas.set_haze({}, 0);
  Random random(scene.seed, 6, 0);
  if (scene.drive.weather == Weather::kRainy) {
    const Color drop = mood.dark ? Color{132, 138, 154} : Color{206, 212, 222};
    for (int i = 0; i < 170; ++i) {
      const double x = random.between(-20, kCanvasWidth);
      const double y = random.between(-20, kCanvasHeight);
      const int length = static_cast<int>(random.between(8, 22));
      for (int step = 0; step < length; ++step) {
        const auto left = static_cast<float>(x + step * 0.3);
        canvas.tint(static_cast<int>(y) + step, left, left + 1.4F, drop, 0.55F);
      }
    }
  }
  if (scene.drive.weather == Weather::kSnowy) {
    const Color flake = mood.dark ? Color{196, 200, 212} : Color{250, 251, 253};
    for (int i = 0; i < 260; ++i) {
      const auto x = static_cast<float>(random.between(0, kCanvasWidth));
      const int y = static_cast<int>(random.between(0, kCanvasHeight));
      const int size = 1 + static_cast<int>(random.below(4));
      for (int row = 0; row < size; ++row) {
        canvas.tint(y + row, x, x + static_cast<float>(size), flake, 0.85F);
      }
    }
  }
}

Picture draw(const Scene& scene, uint64_t grain) {
  Canvas canvas(static_cast<int>(kCanvasWidth), static_cast<int>(kCanvasHeight));
  const Mood mood = mood_of(scene.drive);
  draw_sky(canvas, scene, mood);
  draw_ground(canvas, scene, mood);
  draw_roadside(canvas, scene, mood);
  std::vector<Extent> extents;
  for (size_t i = 0; i < scene.figures.size(); ++i) {
    draw_figure(canvas, scene, mood, scene.figures[i], static_cast<uint8_t>(i + 1));
    extents.push_back(canvas.extent());
  }
  const std::vector<uint32_t> seen = canvas.pixels_by_owner();
  draw_weather(canvas, scene, mood);

  Picture picture{halve(canvas.image()), {}};
  add_grain(picture.image, mood, grain);
  for (size_t i = 0; i < extents.size(); ++i) {
    const Extent& extent = extents[i];
    const double visible =
        extent.pixels == 0 ? 0 : static_cast<double>(seen[i + 1]) / extent.pixels;
    if (!worth_a_label(extent, visible)) continue;
    const bool truncated = extent.left == 0 || extent.top == 0 || extent.right == canvas.width() ||
                           extent.bottom == canvas.height();
    picture.sights.push_back(
        {scene.figures[i],
         {extent.left / 2.0, extent.top / 2.0, (extent.right - extent.left) / 2.0,
          (extent.bottom - extent.top) / 2.0},
         visible,
         truncated});
  }
  return picture;
}

}  // namespace cupel::demo
