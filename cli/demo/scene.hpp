#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/demo/canvas.hpp"
#include "cli/demo/random.hpp"

namespace cupel::demo {

enum class Weather : uint8_t { kClear, kRainy, kSnowy, kFoggy, kOvercast };
enum class Daytime : uint8_t { kDay, kNight, kTwilight };
enum class Place : uint8_t { kCity, kHighway, kResidential };
enum class View : uint8_t { kFront, kRear, kLeft, kRight };
enum class Road : uint8_t { kDry, kWet, kSnowy, kIcy };
enum class Kind : uint8_t {
  kCar,
  kTruck,
  kBus,
  kPedestrian,
  kRider,
  kBicycle,
  kTrafficLight,
  kTrafficSign,
  kPoliceCar
};
inline constexpr size_t kKinds = 9;
inline constexpr size_t kRoads = 4;
enum class Facing : uint8_t { kAway, kToward, kLeft, kRight };

/// The words of the data set, indexed by the enumerations above.
inline constexpr std::array<std::string_view, 5> kWeatherWords{"clear", "rainy", "snowy", "foggy",
                                                               "overcast"};
inline constexpr std::array<std::string_view, 3> kDaytimeWords{"daytime", "night", "dawn/dusk"};
inline constexpr std::array<std::string_view, 3> kPlaceWords{"city street", "highway",
                                                             "residential"};
inline constexpr std::array<std::string_view, 4> kViewWords{"front", "rear", "left", "right"};
inline constexpr std::array<std::string_view, kRoads> kRoadWords{"dry", "wet", "snowy", "icy"};
inline constexpr std::array<std::string_view, kKinds> kKindWords{
    "car",     "truck",         "bus",          "pedestrian", "rider",
    "bicycle", "traffic light", "traffic sign", "police car"};
template <typename Word, typename Index>
std::string_view word(const Word& words, Index index) {
  return words[static_cast<size_t>(index)];
}

/// Something to draw. Metres: `side` right of the road's middle, `depth` ahead of the camera.
struct Figure {
  Kind kind = Kind::kCar;
  Facing facing = Facing::kAway;
  double side = 0;
  double depth = 10;
  Color color;
  std::string_view color_word;  ///< of cars and traffic lights
  uint64_t seed = 0;            ///< of its details
};

/// What the images of one drive have in common.
struct Drive {
  uint64_t number = 0;
  Weather weather = Weather::kClear;
  Daytime daytime = Daytime::kDay;
  Place place = Place::kCity;
  Road road = Road::kDry;
  int month = 1, day = 1, second = 0;  ///< of its first image, in 2021
};
inline constexpr uint32_t kFramesOfDrive = 20;

struct Scene {
  Drive drive;
  View view = View::kFront;
  float vanishing_x = 0, horizon = 0;  ///< pixels of the canvas
  uint64_t seed = 0;                   ///< of buildings, clouds, rain
  std::vector<Figure> figures;         ///< far to near
};

Drive make_drive(uint64_t seed, uint64_t number);
Scene make_scene(const Drive& drive, uint64_t seed, uint64_t image);

/// The canvas a scene is drawn on is twice the size of the image.
inline constexpr int kImageWidth = 256;
inline constexpr int kImageHeight = 144;
inline constexpr float kCanvasWidth = 2 * kImageWidth;
inline constexpr float kCanvasHeight = 2 * kImageHeight;

/// Where a place on the ground is seen: the camera stands 1.5 m above the middle of the road.
struct Camera {
  float vanishing_x = 0, horizon = 0;
  static constexpr float kDrop = 790;  ///< pixels below the horizon of the ground 1 m ahead
  float y(double depth) const { return horizon + kDrop / static_cast<float>(depth); }
  float scale(double depth) const { return kDrop / static_cast<float>(depth) / 1.5F; }
  float x(double side, double depth) const {
    return vanishing_x + static_cast<float>(side) * scale(depth);
  }
};
inline Camera camera_of(const Scene& scene) { return {scene.vanishing_x, scene.horizon}; }
/// Metres from the middle of the road to its edge.
inline double road_half_width(Place place) { return place == Place::kHighway ? 10.5 : 7.0; }

}  // namespace cupel::demo
