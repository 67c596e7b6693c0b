#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/learn/object_issues.hpp"

namespace cupel::learn {

/// Throws Error(kConstraint) for options outside of their ranges.
void check_options(const ObjectOptions& options);

/// Throws Error(kConstraint) for what object_issues.hpp says of images and boxes; `number` is the
/// image's, for the sentence.
void check_image(const ObjectImage& image, size_t number, int32_t classes);

}  // namespace cupel::learn
