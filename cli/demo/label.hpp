#pragma once

#include <optional>
#include <vector>

#include "cli/demo/draw.hpp"

namespace cupel::demo {

/// What is wrong, on purpose, with an image as a whole.
enum class ImageFault : uint8_t { kNone, kUnlabelled, kMislabelled, kNearDuplicate };
/// The fault of each image: exactly one in fifty (at least one) unlabelled, as many with a wrong
/// category, one in a hundred nearly the same as the image before it. An image has one at most,
/// and the original of a near duplicate has none. Fewer where there are too few images.
std::vector<ImageFault> plan_faults(uint32_t images, uint64_t seed);

/// What is wrong, on purpose, with the annotation of one object.
enum class BoxFault : uint8_t { kNone, kMislabelled, kMissed, kPoliceMissed, kPoliceAsCar };

/// An object that is in the picture, and what the annotator made of it.
struct Labelled {
  Sight sight;
  BoxFault fault = BoxFault::kNone;
  std::optional<Kind> given;  ///< nothing: no annotation
};

/// Everything known about one image.
struct Labels {
  ImageFault fault = ImageFault::kNone;
  std::vector<Labelled> objects;
  Road true_road = Road::kDry;
  std::optional<Road> road;  ///< the category given
  bool drivable = false;     ///< the polygon of the drivable area is given
};
Labels label(const Scene& scene, const std::vector<Sight>& sights, ImageFault fault,
             Random& random);

/// The road as a polygon of the image, clockwise from the far left.
std::vector<Point> drivable_area(const Scene& scene);

/// What is easily taken for `kind`, the likeliest first.
std::vector<Kind> lookalikes(Kind kind);
std::vector<Road> lookalikes(Road road);

}  // namespace cupel::demo
