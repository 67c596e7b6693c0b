#include <algorithm>
#include <array>
#include <cmath>

#include "cli/demo/draw.hpp"

namespace cupel::demo {
namespace {

constexpr std::array<Color, 6> kBricks{{{158, 92, 76},
                                        {172, 150, 124},
                                        {128, 132, 140},
                                        {196, 186, 168},
                                        {106, 98, 94},
                                        {140, 116, 96}}};
constexpr Color kWindow{84, 108, 132};
constexpr Color kLitWindow{250, 212, 128};
constexpr Color kSnow{238, 240, 244};

bool snow_lies(const Drive& drive) { return drive.weather == Weather::kSnowy; }

/// A house front or wall: near the camera from `from` to `to` (side, depth), `height` metres up.
struct Wall {
  double from_side, from_depth, to_side, to_depth;
  double height;
};

Point corner(const Camera& camera, const Wall& wall, double along, double up) {
  // Straight lines stay straight when the inverse of the depth is what runs evenly.
  const double inverse = (1 - along) / wall.from_depth + along / wall.to_depth;
  const double depth = 1 / inverse;
  const double share = wall.from_depth == wall.to_depth
                           ? along
                           : (depth - wall.from_depth) / (wall.to_depth - wall.from_depth);
  const double side = wall.from_side + share * (wall.to_side - wall.from_side);
  return {camera.x(side, depth),
          camera.y(depth) - static_cast<float>(up * wall.height) * camera.scale(depth)};
}

void panel(Canvas& canvas, const Camera& camera, const Wall& wall, const std::array<double, 4>& at,
           Color color, bool lit) {
  const auto [left, right, low, high] = at;
  const std::array<Point, 4> points{
      corner(camera, wall, left, low), corner(camera, wall, left, high),
      corner(camera, wall, right, high), corner(camera, wall, right, low)};
  canvas.polygon(points, color, lit);
}

void draw_wall(Canvas& canvas, const Camera& camera, const Mood& mood, const Wall& wall,
               Color color, Random& random) {
  panel(canvas, camera, wall, {0, 1, 0, 1}, color, false);
  const int floors = std::max(1, static_cast<int>(wall.height / 3));
  const int columns = 4;
  for (int floor = 0; floor < floors; ++floor) {
    for (int i = 0; i < columns; ++i) {
      const bool lit = mood.dark && random.chance(0.4);
      const double left = (i + 0.22) / columns;
      const double low = (floor + 0.35) / floors;
      panel(canvas, camera, wall, {left, left + 0.56 / columns, low, low + 0.45 / floors},
            lit ? kLitWindow : kWindow, lit);
    }
  }
}

void draw_block(Canvas& canvas, const Scene& scene, const Mood& mood, double sign, double depth,
                double length, Random& random) {
  const Camera camera = camera_of(scene);
  const double near_side = sign * (road_half_width(scene.drive.place) + 3.2);
  const double far_side = near_side + sign * 14;
  const double height = random.between(9, 30);
  const Color color = kBricks[random.below(kBricks.size())];
  set_depth(canvas, mood, depth + length / 2);
  draw_wall(canvas, camera, mood, {near_side, depth, near_side, depth + length, height},
            color * 0.86F, random);
  set_depth(canvas, mood, depth);
  draw_wall(canvas, camera, mood, {far_side, depth, near_side, depth, height}, color, random);
}

void draw_house(Canvas& canvas, const Scene& scene, const Mood& mood, double sign, double depth,
                Random& random) {
  const Camera camera = camera_of(scene);
  const double near_side = sign * (road_half_width(scene.drive.place) + 6);
  const double far_side = near_side + sign * 9;
  const Color color = mix(kBricks[random.below(kBricks.size())], {224, 214, 198}, 0.45F);
  const double height = random.between(4.5, 6);
  set_depth(canvas, mood, depth);
  const Color roof = snow_lies(scene.drive) ? kSnow : Color{122, 62, 50};
  const float scale = camera.scale(depth);
  const float base = camera.y(depth) - static_cast<float>(height) * scale;
  const std::array<Point, 3> gable{
      Point{camera.x(far_side + sign * 0.6, depth), base},
      Point{camera.x((near_side + far_side) / 2, depth), base - 3 * scale},
      Point{camera.x(near_side - sign * 0.6, depth), base}};
  draw_wall(canvas, camera, mood, {near_side, depth, near_side, depth + 8, height}, color * 0.8F,
            random);
  canvas.polygon(gable, roof);
  draw_wall(canvas, camera, mood, {far_side, depth, near_side, depth, height}, color, random);
}

void draw_tree(Canvas& canvas, const Scene& scene, const Mood& mood, double side, double depth,
               Random& random) {
  const Camera camera = camera_of(scene);
  set_depth(canvas, mood, depth);
  const float scale = camera.scale(depth);
  const float x = camera.x(side, depth);
  const float y = camera.y(depth);
  const auto tall = static_cast<float>(random.between(3.6, 5.6));
  canvas.rectangle(x - 0.16F * scale, y - tall * 0.6F * scale, x + 0.16F * scale, y, {84, 62, 44});
  const bool fall = scene.drive.month >= 10 || scene.drive.month <= 2;
  Color leaves = fall ? Color{168, 108, 44} : Color{56, 108, 46};
  if (snow_lies(scene.drive)) leaves = {206, 214, 218};
  for (int i = 0; i < 4; ++i) {
    const auto dx = static_cast<float>(random.between(-0.7, 0.7));
    const auto dy = static_cast<float>(random.between(-0.5, 0.7));
    canvas.ellipse({x + dx * scale, y - (tall * 0.75F + dy) * scale}, 1.1F * scale, 0.95F * scale,
                   leaves * (0.85F + 0.1F * static_cast<float>(i)));
  }
}

void draw_hills(Canvas& canvas, const Scene& scene, const Mood& mood, Random& random) {
  set_depth(canvas, mood, 120);
  const double phase = random.between(0, 6);
  const double rough = random.between(0.012, 0.02);
  const Color color = snow_lies(scene.drive) ? Color{214, 220, 228} : Color{86, 112, 84};
  for (int y = static_cast<int>(scene.horizon) - 32; y < static_cast<int>(scene.horizon) + 2; ++y) {
    const double up = scene.horizon - y;
    float start = -1;
    for (int x = 0; x <= canvas.width(); ++x) {
      const double ridge =
          16 + 9 * std::sin(x * rough + phase) + 5 * std::sin(x * rough * 2.7 + phase);
      const bool inside = x < canvas.width() && up < ridge;
      if (inside && start < 0) start = static_cast<float>(x);
      if (!inside && start >= 0) {
        canvas.span(y, start, static_cast<float>(x), color);
        start = -1;
      }
    }
  }
}

void draw_rails(Canvas& canvas, const Scene& scene, const Mood& mood) {
  const Camera camera = camera_of(scene);
  for (const double side : {-11.6, 11.6}) {
    for (double depth = 60; depth >= 5; depth /= 1.12) {
      set_depth(canvas, mood, depth);
      const float scale = camera.scale(depth);
      const Point near{camera.x(side, depth), camera.y(depth) - 0.65F * scale};
      const double behind = depth * 1.12;
      const Point far{camera.x(side, behind), camera.y(behind) - 0.65F * camera.scale(behind)};
      canvas.rectangle(near.x - 0.06F * scale, near.y, near.x + 0.06F * scale, camera.y(depth),
                       {120, 122, 126});
      canvas.line(far, near, 0.3F * scale, {176, 180, 184});
    }
  }
}

void draw_lamp_post(Canvas& canvas, const Scene& scene, const Mood& mood, double sign,
                    double depth) {
  const Camera camera = camera_of(scene);
  set_depth(canvas, mood, depth);
  const float scale = camera.scale(depth);
  const double side = sign * (road_half_width(scene.drive.place) + 0.9);
  const Point foot{camera.x(side, depth), camera.y(depth)};
  const Point head{camera.x(side - sign * 1.5, depth), foot.y - 6.4F * scale};
  canvas.rectangle(foot.x - 0.07F * scale, head.y, foot.x + 0.07F * scale, foot.y, {88, 92, 98});
  canvas.line({foot.x, head.y}, head, 0.12F * scale, {88, 92, 98});
  canvas.ellipse(head, 0.4F * scale, 0.16F * scale, {255, 232, 170}, mood.dark);
  if (mood.dark) canvas.glow(head, 2.6F * scale, {120, 96, 50});
}

}  // namespace

void draw_roadside(Canvas& canvas, const Scene& scene, const Mood& mood) {
  canvas.begin(0);
  Random random(scene.seed, 5, 0);
  const Place place = scene.drive.place;
  if (place == Place::kHighway) {
    draw_hills(canvas, scene, mood, random);
    for (double depth = 90; depth > 14; depth -= random.between(5, 11)) {
      const double sign = random.chance(0.5) ? 1 : -1;
      draw_tree(canvas, scene, mood, sign * random.between(15, 26), depth, random);
    }
    draw_rails(canvas, scene, mood);
    return;
  }
  if (place == Place::kCity) {
    for (double depth = 92; depth > 4; depth -= 11) {
      for (const double sign : {-1.0, 1.0}) {
        if (random.chance(0.9)) draw_block(canvas, scene, mood, sign, depth, 10.2, random);
      }
    }
  } else {
    for (double depth = 90; depth > 8; depth -= 12) {
      for (const double sign : {-1.0, 1.0}) {
        draw_house(canvas, scene, mood, sign, depth, random);
        draw_tree(canvas, scene, mood, sign * random.between(10.5, 12.5), depth - 2.5, random);
      }
    }
  }
  for (double depth = 48; depth > 9; depth -= 13) {
    draw_lamp_post(canvas, scene, mood, -1, depth);
    draw_lamp_post(canvas, scene, mood, 1, depth);
  }
}

}  // namespace cupel::demo
