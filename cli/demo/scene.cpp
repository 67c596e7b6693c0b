#include "cli/demo/scene.hpp"

#include <algorithm>
#include <cmath>

namespace cupel::demo {
namespace {

enum Purpose : uint64_t { kDrivePurpose = 1, kScenePurpose = 2 };

struct Paint {
  std::string_view word;
  Color color;
};
constexpr std::array<Paint, 8> kCarPaints{{{"white", {228, 230, 232}},
                                           {"black", {42, 43, 48}},
                                           {"grey", {128, 132, 138}},
                                           {"silver", {186, 190, 196}},
                                           {"red", {186, 34, 38}},
                                           {"blue", {38, 74, 160}},
                                           {"green", {40, 112, 72}},
                                           {"yellow", {226, 186, 40}}}};
constexpr std::array<Color, 5> kTruckPaints{
    {{214, 214, 208}, {150, 108, 72}, {92, 104, 118}, {60, 100, 150}, {170, 172, 160}}};
constexpr std::array<Color, 3> kBusPaints{{{232, 176, 28}, {196, 40, 44}, {44, 138, 92}}};
constexpr std::array<Paint, 3> kLights{
    {{"red", {255, 40, 36}}, {"yellow", {255, 204, 30}}, {"green", {40, 240, 110}}}};
constexpr std::array<Color, 8> kClothes{{{200, 50, 60},
                                         {50, 80, 170},
                                         {230, 200, 70},
                                         {40, 40, 46},
                                         {60, 130, 80},
                                         {220, 220, 224},
                                         {220, 120, 50},
                                         {120, 70, 140}}};

Road road_of(Weather weather, Random& random) {
  switch (weather) {
    case Weather::kRainy: return Road::kWet;
    case Weather::kSnowy: return random.chance(0.3) ? Road::kIcy : Road::kSnowy;
    case Weather::kFoggy: return random.chance(0.3) ? Road::kWet : Road::kDry;
    case Weather::kOvercast: return random.chance(0.2) ? Road::kWet : Road::kDry;
    case Weather::kClear: break;
  }
  return Road::kDry;
}

int second_of(Daytime daytime, Random& random) {
  double hour = random.between(8.5, 16);
  if (daytime == Daytime::kNight) hour = random.between(21.2, 23.7);
  if (daytime == Daytime::kTwilight) hour = random.chance(0.5) ? 6.5 : random.between(18.5, 19.4);
  return static_cast<int>(hour * 3600);
}

template <size_t n>
Color any(const std::array<Color, n>& colors, Random& random) {
  return colors[random.below(n)];
}

void place_vehicle(Figure& figure, Place place, Random& random) {
  const bool own_side = random.chance(0.55);
  const size_t lane = random.below(place == Place::kHighway ? 3 : 2);
  figure.side = (own_side ? 1 : -1) * (1.75 + 3.5 * static_cast<double>(lane));
  figure.side += random.between(-0.3, 0.3);
  figure.facing = own_side ? Facing::kAway : Facing::kToward;
  const bool large = figure.kind == Kind::kTruck || figure.kind == Kind::kBus;
  figure.depth = large ? random.between(11, 42) : random.between(7.5, 40);
  if (place != Place::kHighway && random.chance(0.2)) {
    figure.facing = random.chance(0.5) ? Facing::kLeft : Facing::kRight;
    figure.depth = large ? random.between(19, 36) : random.between(12, 30);
    figure.side = random.between(-8, 8);
  }
}

void paint_vehicle(Figure& figure, Random& random) {
  if (figure.kind == Kind::kTruck) figure.color = any(kTruckPaints, random);
  if (figure.kind == Kind::kBus) figure.color = any(kBusPaints, random);
  if (figure.kind == Kind::kCar) {
    const Paint& paint = kCarPaints[random.below(kCarPaints.size())];
    figure.color = paint.color, figure.color_word = paint.word;
  }
  if (figure.kind == Kind::kPoliceCar) {
    figure.color = kCarPaints[0].color, figure.color_word = "white";
  }
}

void place_person(Figure& figure, Place place, Random& random) {
  figure.color = any(kClothes, random);
  figure.facing = random.chance(0.5) ? Facing::kLeft : Facing::kRight;
  const double edge = road_half_width(place);
  figure.side = (random.chance(0.5) ? 1 : -1) * (edge + random.between(0.6, 2.8));
  figure.depth = random.between(8, 28);
  if (figure.kind == Kind::kPedestrian && random.chance(0.3)) {
    figure.side = random.between(-edge, edge);
    figure.depth = random.between(10, 16);
  }
  if (figure.kind == Kind::kRider) {
    figure.side = (random.chance(0.6) ? 1 : -1) * random.between(edge - 2.4, edge - 0.6);
    figure.depth = random.between(8, 26);
  }
}

void place_pole(Figure& figure, Place place, Random& random) {
  figure.facing = Facing::kToward;
  figure.side =
      (random.chance(0.65) ? 1 : -1) * (road_half_width(place) + random.between(0.5, 1.5));
  figure.depth = random.between(11, 27);
  if (figure.kind == Kind::kTrafficLight) {
    const Paint& light = kLights[random.pick({0.42, 0.13, 0.45})];
    figure.color = light.color, figure.color_word = light.word;
  }
}

Kind kind_of(Place place, Random& random) {
  static constexpr std::array<Kind, 8> kOrder{
      Kind::kCar,   Kind::kTruck,   Kind::kBus,          Kind::kPedestrian,
      Kind::kRider, Kind::kBicycle, Kind::kTrafficLight, Kind::kTrafficSign};
  size_t at = 0;
  if (place == Place::kCity) {
    at = random.pick({0.42, 0.06, 0.06, 0.16, 0.06, 0.04, 0.12, 0.08});
  } else if (place == Place::kHighway) {
    at = random.pick({0.64, 0.20, 0.05, 0.0, 0.01, 0.0, 0.0, 0.10});
  } else {
    at = random.pick({0.50, 0.04, 0.03, 0.16, 0.08, 0.08, 0.02, 0.09});
  }
  const bool police = kOrder[at] == Kind::kCar && random.chance(0.02);
  return police ? Kind::kPoliceCar : kOrder[at];
}

Figure make_figure(Place place, Random& random) {
  Figure figure;
  figure.kind = kind_of(place, random);
  figure.seed = random.next();
  switch (figure.kind) {
    case Kind::kPedestrian:
    case Kind::kRider:
    case Kind::kBicycle: place_person(figure, place, random); break;
    case Kind::kTrafficLight:
    case Kind::kTrafficSign: place_pole(figure, place, random); break;
    default: place_vehicle(figure, place, random); paint_vehicle(figure, random);
  }
  return figure;
}

double half_width(const Figure& figure) {
  const bool across = figure.facing == Facing::kLeft || figure.facing == Facing::kRight;
  switch (figure.kind) {
    case Kind::kCar:
    case Kind::kPoliceCar: return across ? 2.2 : 0.95;
    case Kind::kTruck: return across ? 4.0 : 1.25;
    case Kind::kBus: return across ? 5.5 : 1.3;
    case Kind::kRider:
    case Kind::kBicycle: return 0.9;
    default: return 0.4;
  }
}

/// Whether two figures would stand in one another.
bool collide(const Figure& a, const Figure& b) {
  return std::abs(a.depth - b.depth) < 3.5 &&
         std::abs(a.side - b.side) < half_width(a) + half_width(b) + 0.3;
}

/// Whether most of the figure is inside the picture.
bool in_view(const Figure& figure, const Camera& camera) {
  const float reach = static_cast<float>(half_width(figure)) * camera.scale(figure.depth);
  const float center = camera.x(figure.side, figure.depth);
  return center > -reach * 0.2F && center < kCanvasWidth + reach * 0.2F;
}

}  // namespace

Drive make_drive(uint64_t seed, uint64_t number) {
  Random random(seed, kDrivePurpose, number);
  Drive drive;
  drive.number = number;
  drive.weather = static_cast<Weather>(random.pick({0.45, 0.18, 0.12, 0.10, 0.15}));
  drive.daytime = static_cast<Daytime>(random.pick({0.55, 0.30, 0.15}));
  drive.place = static_cast<Place>(random.pick({0.55, 0.20, 0.25}));
  drive.road = road_of(drive.weather, random);
  static constexpr std::array<int, 3> kWinter{12, 1, 2};
  const size_t month = random.below(12);
  drive.month = drive.weather == Weather::kSnowy ? kWinter[month % 3] : static_cast<int>(month) + 1;
  drive.day = static_cast<int>(random.below(28)) + 1;
  drive.second = second_of(drive.daytime, random);
  return drive;
}

Scene make_scene(const Drive& drive, uint64_t seed, uint64_t image) {
  Random random(seed, kScenePurpose, image);
  Scene scene;
  scene.drive = drive;
  scene.view = static_cast<View>(random.pick({0.55, 0.15, 0.15, 0.15}));
  const float shift = scene.view == View::kLeft ? 130.0F : scene.view == View::kRight ? -130.0F : 0;
  scene.vanishing_x = kCanvasWidth / 2 + shift + static_cast<float>(random.between(-24, 24));
  scene.horizon = kCanvasHeight * 0.45F + static_cast<float>(random.between(-8, 8));
  scene.seed = random.next();
  const Place place = drive.place;
  const size_t most = place == Place::kCity ? 9 : place == Place::kHighway ? 6 : 7;
  const size_t wanted = 3 + random.below(most);
  for (size_t attempt = 0; attempt < wanted * 4 && scene.figures.size() < wanted; ++attempt) {
    const Figure figure = make_figure(place, random);
    const bool taken = std::any_of(scene.figures.begin(), scene.figures.end(),
                                   [&](const Figure& other) { return collide(figure, other); });
    if (!taken && in_view(figure, camera_of(scene))) scene.figures.push_back(figure);
  }
  std::sort(scene.figures.begin(), scene.figures.end(),
            [](const Figure& a, const Figure& b) { return a.depth > b.depth; });
  return scene;
}

}  // namespace cupel::demo
