#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "engine/evaluate/match.hpp"

/// Objects as records, and the arrays that the room reads made of them.
namespace cupel::evaluate::scene {

struct Object {
  size_t item = 0;
  int32_t label = 0;
  Box box;
  double area = 0;
  double confidence = 0;                   ///< of predictions
  bool crowd = false;                      ///< of annotations
  std::vector<std::vector<double>> rings;  ///< none: its box
};

/// The arrays of objects that stand in ascending order of items.
class Arrays {
 public:
  Arrays(const std::vector<Object>& objects, size_t items);
  Arrays(const Arrays&) = delete;
  Arrays& operator=(const Arrays&) = delete;

  Predictions predictions() const { return {shapes(), confidence_}; }
  Annotations annotations() const { return {shapes(), crowd_}; }

 private:
  Shapes shapes() const;
  std::vector<uint64_t> first_, point_begin_{0}, ring_begin_{0};
  std::vector<double> x_, y_, width_, height_, area_, confidence_, xy_;
  std::vector<int32_t> label_;
  std::vector<uint8_t> crowd_;
  std::vector<int64_t> polygon_;
};

struct Scene {
  size_t items = 0;
  std::vector<Object> predictions, annotations;  ///< in ascending order of items

  Outcomes match(const MatchOptions& options = {}) const;
};

struct SceneOptions {
  size_t items = 4, most_annotations = 8, most_predictions = 12;
  int32_t labels = 3;
  /// How many different confidences there are, and in how many pixels' steps boxes lie: few and
  /// long make ties.
  int confidences = 8;
  double step = 8;
  double crowds = 0.2;
  bool polygons = false;
};
Scene random_scene(uint32_t seed, const SceneOptions& options = {});

/// The outline of a box, as a ring.
std::vector<double> ring_of(const Box& box);

}  // namespace cupel::evaluate::scene
