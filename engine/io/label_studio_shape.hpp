#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/io/record_parts.hpp"

/// The shapes that Label Studio draws on images. It counts in percent of the image, whose size
/// stands beside each of them.
namespace cupel::io {

/// `rectangle`, `ellipse`, `polygon`, `keypoint` or `brush`, from the type of a result (`rectangle`
/// or `rectanglelabels`); empty for types that are no such shape.
std::string_view shape_named(std::string_view result_type);

/// The size of the image in pixels.
struct ImageExtent {
  double width = 0;
  double height = 0;
};
/// `original_width` and `original_height` of a result; nothing where it has neither. Throws
/// RecordError.
std::optional<ImageExtent> extent_of(const JsonNode& result);

/// Sets the object's type, position, dimensions and area, and `geometry` to what these do not say,
/// as JSON (or empties it). The object's label is set. Throws RecordError with a path in `value.`.
void read_shape(std::string_view shape, const JsonNode& value, const ImageExtent& image,
                ObjectRecord& object, std::string& geometry);

}  // namespace cupel::io
