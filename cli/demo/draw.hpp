#pragma once

#include <vector>

#include "cli/demo/canvas.hpp"
#include "cli/demo/scene.hpp"

namespace cupel::demo {

/// The light of a scene: what falls on things, what far things fade into.
struct Mood {
  Color ambient{1, 1, 1};
  Color zenith, skyline;  ///< of the sky
  float sight = 400;      ///< metres after which two thirds of a thing are haze
  bool dark = false;      ///< lamps are on
};
Mood mood_of(const Drive& drive);
/// Sets the canvas to the light at a depth.
void set_depth(Canvas& canvas, const Mood& mood, double depth);

/// Each paints one layer; together, in this order, they are the picture.
void draw_sky(Canvas& canvas, const Scene& scene, const Mood& mood);
void draw_ground(Canvas& canvas, const Scene& scene, const Mood& mood);
void draw_roadside(Canvas& canvas, const Scene& scene, const Mood& mood);
void draw_vehicle(Canvas& canvas, const Scene& scene, const Mood& mood, const Figure& figure,
                  uint8_t owner);
void draw_person(Canvas& canvas, const Scene& scene, const Mood& mood, const Figure& figure,
                 uint8_t owner);
void draw_pole(Canvas& canvas, const Scene& scene, const Mood& mood, const Figure& figure,
               uint8_t owner);
void draw_weather(Canvas& canvas, const Scene& scene, const Mood& mood);

/// A rectangle in pixels of the image.
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

/// A figure that can be seen in the picture.
struct Sight {
  Figure figure;
  Box box;                 ///< within the image, around all of the figure
  double visible = 1;      ///< share of its pixels that nothing nearer hides
  bool truncated = false;  ///< cut by the picture's edge
};

struct Picture {
  Image image;
  std::vector<Sight> sights;  ///< far to near; figures mostly hidden or tiny are left out
};

/// Draws a scene. `grain` is the seed of the noise: the same scene with another grain is nearly
/// the same picture.
Picture draw(const Scene& scene, uint64_t grain);

}  // namespace cupel::demo
