#pragma once

#include <cstdint>
#include <vector>

#include "engine/learn/object_issues.hpp"

namespace cupel::learn {

/// An image that keeps its boxes.
struct Scene {
  std::vector<LabelledBox> labels;
  std::vector<PredictedBox> predictions;
  double width = 0, height = 0;
};

inline ObjectIssues issues_in(const std::vector<Scene>& scenes, int32_t classes,
                              const ObjectOptions& options = {}) {
  std::vector<ObjectImage> images;
  for (const Scene& scene : scenes)
    images.push_back({scene.labels, scene.predictions, scene.width, scene.height});
  return find_object_issues(images, classes, options);
}

/// Images of a model that sees nearly all of the boxes, with boxes left out, shifted and renamed
/// among the labels. No two confidences are equal. The first image has a shifted box.
std::vector<Scene> random_scenes(uint32_t seed, size_t count, int32_t classes);

/// Images crowded with boxes and predictions of few different confidences.
std::vector<Scene> crowded_scenes(uint32_t seed, size_t count, int32_t classes);

}  // namespace cupel::learn
