#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/demo/model.hpp"

/// The JSON lines of the data set, each with its line end. Every text in them is a fixed word or
/// an identifier of the generator, so that nothing needs escaping.
namespace cupel::demo {

/// "000012.png"
std::string reference_of(uint64_t image);
/// PREFIX000012-03: the number `index` of an image.
std::string object_id(std::string_view prefix, uint64_t image, size_t index);
/// {"x":1.5,"y":2,"width":3,"height":4}
std::string json_of(const Box& box);

std::string item_line(const Scene& scene, uint64_t image, Random& random);
std::string box_line(uint64_t image, size_t index, const Labelled& object);
std::string drivable_line(uint64_t image, const Scene& scene);
std::string category_line(uint64_t image, Road road);
std::string prediction_line(std::string_view prefix, uint64_t image, size_t index,
                            const Detection& detection);
std::string category_prediction_line(uint64_t image, const RoadGuess& guess);

}  // namespace cupel::demo
