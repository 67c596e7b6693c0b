#include "engine/learn/object_input.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <string_view>

#include "cupel/error.hpp"

namespace cupel::learn {
namespace {

/// Farther than any image reaches, and small enough that areas and distances stay finite.
constexpr double kMostCoordinate = 1e12;
constexpr double kWeightSlack = 1e-6;

/// A box in its image, as a sentence names it.
struct BoxPlace {
  size_t image;
  std::string_view kind;
  size_t box;
};

[[noreturn]] void refuse(const BoxPlace& place, const std::string& what) {
  throw Error(ErrorCode::kConstraint,
              fmt::format("image {}, {} {}: {}", place.image, place.kind, place.box, what));
}

void check_box(const ObjectBox& box, const BoxPlace& place) {
  for (const double x : {box.x1, box.y1, box.x2, box.y2})
    if (!(std::fabs(x) <= kMostCoordinate))
      refuse(place,
             fmt::format("a corner at {} is not a place; corners are numbers up to 1e12", x));
  if (box.x2 < box.x1 || box.y2 < box.y1)
    refuse(place, fmt::format("a box from ({}, {}) to ({}, {}) has a negative size", box.x1, box.y1,
                              box.x2, box.y2));
}

void check_class(int32_t label, int32_t classes, const BoxPlace& place) {
  if (label < 0 || label >= classes)
    refuse(place, fmt::format("class {} is not one of the {} classes", label, classes));
}

void check_range(double value, double low, double high, std::string_view name) {
  if (!(value >= low && value <= high))
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} must be from {} to {}, not {}", name, low, high, value));
}

}  // namespace

void check_options(const ObjectOptions& options) {
  check_range(options.alpha, 0, 1, "the weight of the overlap");
  check_range(options.low_probability, 0, 1, "the low probability");
  check_range(options.high_probability, 0, 1, "the high probability");
  check_range(options.issue_share, 0, 1, "the share of precision below which a box is an issue");
  check_range(options.overlooked_weight, 0, 1, "the weight of overlooked boxes");
  check_range(options.badloc_weight, 0, 1, "the weight of badly placed boxes");
  check_range(options.swap_weight, 0, 1, "the weight of swapped classes");
  const double sum = options.overlooked_weight + options.badloc_weight + options.swap_weight;
  if (std::fabs(sum - 1) > kWeightSlack)
    throw Error(ErrorCode::kConstraint,
                fmt::format("the three weights of an image's score must sum to 1, not {}", sum));
  if (!(options.distance_factor >= 0 && std::isfinite(options.distance_factor)))
    throw Error(
        ErrorCode::kConstraint,
        fmt::format("the factor of distances must be 0 or more, not {}", options.distance_factor));
  if (!(options.temperature > 0 && std::isfinite(options.temperature)))
    throw Error(ErrorCode::kConstraint,
                fmt::format("the temperature must be above 0, not {}", options.temperature));
}

void check_image(const ObjectImage& image, size_t number, int32_t classes) {
  for (const double size : {image.width, image.height})
    if (!(size >= 0 && size <= kMostCoordinate))
      throw Error(
          ErrorCode::kConstraint,
          fmt::format("image {}: a width or height of {} is not a size; give a number up to "
                      "1e12, or 0 if it is not known",
                      number, size));
  for (size_t l = 0; l < image.labels.size(); ++l) {
    const BoxPlace place{number, "label box", l};
    check_box(image.labels[l].box, place);
    check_class(image.labels[l].label, classes, place);
  }
  for (size_t m = 0; m < image.predictions.size(); ++m) {
    const BoxPlace place{number, "predicted box", m};
    const PredictedBox& prediction = image.predictions[m];
    check_box(prediction.box, place);
    check_class(prediction.label, classes, place);
    if (!(prediction.confidence >= 0 && prediction.confidence <= 1))
      refuse(place, fmt::format("a confidence of {} is not between 0 and 1; divide by the largest "
                                "one if it is on another scale",
                                prediction.confidence));
  }
}

}  // namespace cupel::learn
