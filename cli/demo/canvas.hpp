#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cupel::demo {

/// Channels 0 to 255; values outside are cut when painted.
struct Color {
  float r = 0, g = 0, b = 0;
  friend Color operator*(Color c, float f) { return {c.r * f, c.g * f, c.b * f}; }
  friend Color operator*(Color c, Color f) { return {c.r * f.r, c.g * f.g, c.b * f.b}; }
};
Color mix(Color a, Color b, float share_of_b);

struct Point {
  float x = 0, y = 0;
};

/// Pixels of an RGB picture, row by row from the top.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;
};

/// The rectangle that a figure's pixels fill, half open, and how many there are.
struct Extent {
  int left = 0, top = 0, right = 0, bottom = 0;
  uint32_t pixels = 0;
};

/// A picture to paint on, which remembers whose each pixel is. Everything painted is shaded by
/// the light and the haze that are set. Coordinates are pixels and may lie outside.
class Canvas {
 public:
  Canvas(int width, int height);
  int width() const { return image_.width; }
  int height() const { return image_.height; }
  const Image& image() const { return image_; }

  void set_light(Color factor) { light_ = factor; }
  Color light() const { return light_; }
  void set_haze(Color color, float share) { haze_ = color, haze_share_ = share; }

  /// What is painted from here on belongs to `owner` (0: nobody).
  void begin(uint8_t owner);
  /// The extent of what the owner painted since begin(), without regard to who paints over it.
  Extent extent() const;
  /// Pixels that belong to each owner now.
  std::vector<uint32_t> pixels_by_owner() const;

  /// `lit`: a lamp, which shines whatever the light; haze dims it half.
  void span(int y, float left, float right, Color color, bool lit = false);
  void rectangle(float left, float top, float right, float bottom, Color color, bool lit = false);
  void ellipse(Point center, float radius_x, float radius_y, Color color, bool lit = false);
  void polygon(std::span<const Point> points, Color color, bool lit = false);
  void line(Point from, Point to, float thickness, Color color, bool lit = false);
  /// Mixes a colour in, as seen (neither light nor haze), and leaves the owners alone.
  void tint(int y, float left, float right, Color color, float share);
  /// Light around a lamp: added, fading to the radius; leaves the owners alone.
  void glow(Point center, float radius, Color color);

 private:
  Color shade(Color color, bool lit) const;
  void fill(int y, float left, float right, Color shaded);

  Image image_;
  std::vector<uint8_t> owners_;
  uint8_t owner_ = 0;
  Extent extent_;
  Color light_{1, 1, 1};
  Color haze_;
  float haze_share_ = 0;
};

/// Halves both sides, each pixel the mean of four. Sides must be even.
Image halve(const Image& image);

}  // namespace cupel::demo
