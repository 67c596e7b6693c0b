#pragma once

#include <array>
#include <vector>

#include "cli/demo/label.hpp"

namespace cupel::demo {

/// How good a simulated detector is.
struct Skill {
  double miss = 0;            ///< share of legible objects it does not see
  double confuse = 0;         ///< share of objects that it takes for something else
  double jitter = 0;          ///< deviation of a box's edges, as a share of its side
  double imagine = 0;         ///< doubtful boxes an image where nothing is
  double lowest = 0.5;        ///< confidences begin here
  bool knows_faults = false;  ///< It is right, and sure, where the annotations are wrong.
};
inline constexpr Skill kLargeModel{0.04, 0.03, 0.03, 0.15, 0.55, true};
inline constexpr Skill kSmallModel{0.18, 0.12, 0.07, 0.6, 0.35, false};

/// Probabilities in ten-thousandths, which sum to 10,000; the likeliest is what was predicted.
template <size_t n>
using Shares = std::array<int, n>;

struct Detection {
  Kind kind = Kind::kCar;
  Box box;  ///< within the image
  double confidence = 0;
  Shares<kKinds> shares{};
  bool planted = false;  ///< a false positive to be found
};

/// What the detector sees in an image. With `plant`, some detections are confident and of nothing.
std::vector<Detection> detect(const Labels& labels, const Skill& skill, bool plant, Random& random);

struct RoadGuess {
  Road road = Road::kDry;
  double confidence = 0;
  Shares<kRoads> shares{};
};
/// What it takes the road for.
RoadGuess guess_road(Road road, const Skill& skill, bool sure, Random& random);

/// The intersection of two boxes by their union.
double overlap(const Box& a, const Box& b);

}  // namespace cupel::demo
