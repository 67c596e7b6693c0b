#include <algorithm>
#include <cmath>

#include "cli/demo/draw.hpp"

namespace cupel::demo {
namespace {

constexpr Color kGreyAir{176, 180, 186};

Color surface_of(Road road) {
  switch (road) {
    case Road::kWet: return {58, 62, 70};
    case Road::kSnowy: return {214, 218, 224};
    case Road::kIcy: return {166, 190, 208};
    case Road::kDry: break;
  }
  return {98, 98, 102};
}

Color verge_of(const Drive& drive) {
  if (drive.road == Road::kSnowy || drive.road == Road::kIcy) return {232, 236, 240};
  if (drive.place == Place::kCity) return {128, 124, 120};
  const bool fall = drive.month >= 10 || drive.month <= 2;
  return fall ? Color{122, 112, 66} : Color{84, 122, 58};
}

/// The marks of one row of the road, which lies `depth` metres ahead.
void draw_marks(Canvas& canvas, const Scene& scene, const Camera& camera, int y, double depth) {
  const bool buried = scene.drive.road == Road::kSnowy;
  const auto mark = [&](double side, double width, Color color) {
    if (buried) color = mix(color, surface_of(Road::kSnowy), 0.75F);
    canvas.span(y, camera.x(side - width / 2, depth), camera.x(side + width / 2, depth), color);
  };
  const double edge = road_half_width(scene.drive.place) - 0.3;
  const Color white{232, 232, 228};
  mark(-0.16, 0.14, {236, 190, 50});
  mark(0.16, 0.14, {236, 190, 50});
  mark(-edge, 0.14, white);
  mark(edge, 0.14, white);
  const double phase = depth + static_cast<double>(scene.seed % 9);
  if (std::fmod(phase, 9.0) < 4.0) {
    for (double side = 3.5; side < edge - 1; side += 3.5) {
      mark(side, 0.16, white);
      mark(-side, 0.16, white);
    }
  }
  const bool crossing = scene.drive.place == Place::kCity && scene.seed % 3 == 0;
  if (crossing && depth > 10.5 && depth < 14) {
    for (double side = -edge + 0.5; side < edge; side += 1.1) mark(side, 0.55, white);
  }
}

/// What weather leaves on one row of the road.
void draw_surface(Canvas& canvas, const Scene& scene, const Mood& mood, const Camera& camera, int y,
                  double depth) {
  const Road road = scene.drive.road;
  const double half = road_half_width(scene.drive.place);
  if (road == Road::kSnowy) {
    for (const double lane : {-5.25, -1.75, 1.75, 5.25}) {
      for (const double side : {lane - 0.75, lane + 0.75}) {
        canvas.span(y, camera.x(side - 0.2, depth), camera.x(side + 0.2, depth), {142, 146, 152});
      }
    }
  }
  if (road == Road::kWet || road == Road::kIcy) {
    const uint64_t stripe = (static_cast<uint64_t>(y) / 3 * 2654435761U + scene.seed) >> 7;
    const float share = road == Road::kWet ? 0.20F : 0.26F;
    canvas.tint(y, camera.x(-half, depth), camera.x(half, depth), mood.skyline,
                share * static_cast<float>(stripe % 8) / 8);
  }
}

void draw_clouds(Canvas& canvas, const Scene& scene, const Mood& mood) {
  if (scene.drive.weather == Weather::kFoggy) return;
  Random random(scene.seed, 3, 0);
  const bool clear = scene.drive.weather == Weather::kClear;
  const Color color = mood.dark ? Color{34, 38, 56}
                      : clear   ? Color{244, 246, 250}
                                : mix(mood.zenith, {90, 96, 106}, 0.35F);
  const size_t count = clear ? 2 + random.below(4) : 7;
  for (size_t i = 0; i < count; ++i) {
    const double x = random.between(0, kCanvasWidth);
    const double y = random.between(4, scene.horizon * 0.6);
    const double reach = random.between(24, clear ? 60 : 110);
    for (int puff = -2; puff <= 2; ++puff) {
      const double lift = random.between(0, 6);
      const Point center{static_cast<float>(x + puff * reach * 0.4), static_cast<float>(y - lift)};
      canvas.ellipse(center, static_cast<float>(reach * 0.45),
                     static_cast<float>(reach * (0.2 - 0.04 * std::abs(puff))),
                     mix(mood.zenith, color, clear && !mood.dark ? 0.8F : 0.6F), true);
    }
  }
}

void draw_lights_of_sky(Canvas& canvas, const Scene& scene, const Mood& mood) {
  if (scene.drive.weather != Weather::kClear) return;
  Random random(scene.seed, 4, 0);
  const auto x = static_cast<float>(random.between(60, kCanvasWidth - 60));
  if (mood.dark) {
    for (int i = 0; i < 60; ++i) {
      const auto star = static_cast<float>(random.between(0, kCanvasWidth));
      const auto y = static_cast<float>(random.between(0, scene.horizon));
      canvas.rectangle(star, y, star + 1.6F, y + 1.6F, {206, 210, 226}, true);
    }
    canvas.ellipse({x, 30}, 13, 13, {240, 238, 216}, true);
    canvas.ellipse({x + 6, 27}, 11, 11, mood.zenith, true);
  } else if (scene.drive.daytime == Daytime::kTwilight) {
    canvas.glow({x, scene.horizon - 6}, 120, {90, 60, 20});
    canvas.ellipse({x, scene.horizon - 6}, 22, 22, {255, 214, 120}, true);
  } else {
    canvas.glow({x, 26}, 80, {70, 66, 40});
    canvas.ellipse({x, 26}, 16, 16, {255, 248, 210}, true);
  }
}

}  // namespace

Mood mood_of(const Drive& drive) {
  Mood mood;
  mood.zenith = {74, 136, 214}, mood.skyline = {194, 218, 238};
  float grey = 0;
  switch (drive.weather) {
    case Weather::kClear: break;
    case Weather::kOvercast: grey = 0.9F, mood.sight = 260; break;
    case Weather::kRainy: grey = 1.0F, mood.sight = 110; break;
    case Weather::kSnowy: grey = 0.95F, mood.sight = 80; break;
    case Weather::kFoggy: grey = 1.0F, mood.sight = 21; break;
  }
  const Color air = drive.weather == Weather::kRainy   ? Color{128, 134, 144}
                    : drive.weather == Weather::kSnowy ? Color{206, 210, 218}
                                                       : kGreyAir;
  if (drive.daytime == Daytime::kTwilight) {
    mood.zenith = {78, 76, 132}, mood.skyline = {250, 164, 104};
    mood.ambient = {0.80F, 0.63F, 0.58F};
    grey *= 0.55F;
  } else if (grey > 0) {
    mood.ambient = Color{0.86F, 0.88F, 0.9F};
  }
  mood.zenith = mix(mood.zenith, air * 0.92F, grey);
  mood.skyline = mix(mood.skyline, air * 1.1F, grey);
  if (drive.daytime == Daytime::kNight) {
    mood.dark = true;
    mood.ambient = {0.40F, 0.42F, 0.52F};
    const Color cloud = drive.weather == Weather::kClear ? Color{10, 13, 34} : Color{34, 37, 48};
    mood.zenith = cloud;
    mood.skyline = mix(cloud, {72, 72, 90}, drive.weather == Weather::kFoggy ? 0.8F : 0.4F);
  }
  return mood;
}

void set_depth(Canvas& canvas, const Mood& mood, double depth) {
  canvas.set_light(mood.ambient);
  canvas.set_haze(mood.skyline, 1 - std::exp(-static_cast<float>(depth) / mood.sight));
}

void draw_sky(Canvas& canvas, const Scene& scene, const Mood& mood) {
  canvas.begin(0);
  canvas.set_haze({}, 0);
  const int last = static_cast<int>(scene.horizon) + 2;
  for (int y = 0; y < last; ++y) {
    const float t = static_cast<float>(y) / scene.horizon;
    canvas.span(y, 0, kCanvasWidth, mix(mood.zenith, mood.skyline, std::min(1.0F, t * t)), true);
  }
  draw_lights_of_sky(canvas, scene, mood);
  draw_clouds(canvas, scene, mood);
}

void draw_ground(Canvas& canvas, const Scene& scene, const Mood& mood) {
  canvas.begin(0);
  const Camera camera = camera_of(scene);
  const double half = road_half_width(scene.drive.place);
  const bool white = scene.drive.road == Road::kSnowy || scene.drive.road == Road::kIcy;
  for (int y = static_cast<int>(scene.horizon) + 1; y < canvas.height(); ++y) {
    const double depth = Camera::kDrop / (static_cast<float>(y) + 0.5F - scene.horizon);
    set_depth(canvas, mood, depth);
    canvas.span(y, 0, kCanvasWidth, verge_of(scene.drive));
    if (scene.drive.place != Place::kHighway) {
      const Color walk = white ? Color{222, 226, 230} : Color{158, 154, 148};
      canvas.span(y, camera.x(-half - 3, depth), camera.x(half + 3, depth), walk);
      canvas.span(y, camera.x(-half - 0.25, depth), camera.x(half + 0.25, depth), {190, 188, 182});
    }
    canvas.span(y, camera.x(-half, depth), camera.x(half, depth), surface_of(scene.drive.road));
    draw_marks(canvas, scene, camera, y, depth);
    draw_surface(canvas, scene, mood, camera, y, depth);
  }
}

}  // namespace cupel::demo
