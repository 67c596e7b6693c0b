#pragma once

#include <cstdint>
#include <vector>

#include "engine/learn/object_issues.hpp"

namespace cupel::learn {

/// Images of a model that sees nearly all of the boxes, with boxes left out, shifted and renamed
/// among the labels. No two confidences are equal. The first image has a shifted box.
std::vector<ObjectImage> random_scenes(uint32_t seed, size_t count, int32_t classes);

/// Images crowded with boxes and predictions of few different confidences.
std::vector<ObjectImage> crowded_scenes(uint32_t seed, size_t count, int32_t classes);

}  // namespace cupel::learn
