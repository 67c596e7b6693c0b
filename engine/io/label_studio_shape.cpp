#include "engine/io/label_studio_shape.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "cupel/table.hpp"
#include "engine/io/json_text.hpp"

namespace cupel::io {
namespace {

constexpr std::string_view kValue = "value.";

const JsonNode& need(const JsonNode& value, std::string_view key) {
  const JsonNode* found = value.find(key);
  if (found == nullptr || found->is_null()) missing(fmt::format("{}{}", kValue, key));
  return *found;
}

/// Beyond this no sum of coordinates, and nothing squared, is ever infinite.
constexpr double kMostPixels = 1e15;

double pixels_of(double percent, double of, std::string_view where) {
  const double pixels = percent * of / 100;
  if (std::abs(pixels) <= kMostPixels) return pixels;
  throw RecordError{std::string(where), fmt::format("is {}, which is far off any image", percent)};
}

double share(const JsonNode& value, std::string_view key, double of) {
  const double percent = number_of(need(value, key), kValue);
  return pixels_of(percent, of, fmt::format("{}{}", kValue, key));
}

void append_number(std::string& out, std::string_view key, double number) {
  append_key(out, key);
  out += format_number(number);
}

/// Degrees, clockwise.
double rotation_of(const JsonNode& value) {
  const JsonNode* rotation = value.find("rotation");
  return rotation == nullptr || rotation->is_null() ? 0 : number_of(*rotation, kValue);
}

void read_rectangle(const JsonNode& value, const ImageExtent& image, ObjectRecord& object,
                    std::string& geometry) {
  object.type = "box";
  object.x = share(value, "x", image.width);
  object.y = share(value, "y", image.height);
  object.width = share(value, "width", image.width);
  object.height = share(value, "height", image.height);
  const double rotation = rotation_of(value);
  if (rotation == 0) return;
  geometry = "{";
  append_number(geometry, "rotation", rotation);
  geometry += '}';
}

/// The box around an ellipse, which stays in the geometry.
void read_ellipse(const JsonNode& value, const ImageExtent& image, ObjectRecord& object,
                  std::string& geometry) {
  const double x = share(value, "x", image.width);
  const double y = share(value, "y", image.height);
  const double radius_x = share(value, "radiusX", image.width);
  const double radius_y = share(value, "radiusY", image.height);
  const double rotation = rotation_of(value);
  // Not turned, the radii are the half extents; the sine of 0 leaves them exact.
  const double angle = rotation * std::numbers::pi / 180;
  const double half_x = std::hypot(radius_x * std::cos(angle), radius_y * std::sin(angle));
  const double half_y = std::hypot(radius_x * std::sin(angle), radius_y * std::cos(angle));
  object.type = "box";
  object.x = x - half_x;
  object.y = y - half_y;
  object.width = 2 * half_x;
  object.height = 2 * half_y;
  object.area = std::numbers::pi * radius_x * radius_y;
  geometry = "{\"ellipse\":{";
  append_number(geometry, "x", x);
  append_number(geometry, "y", y);
  append_number(geometry, "radius_x", radius_x);
  append_number(geometry, "radius_y", radius_y);
  append_number(geometry, "rotation", rotation);
  geometry += "}}";
}

void append_vertex(std::string& out, const JsonNode& point, size_t index,
                   const ImageExtent& image) {
  std::array<double, 2> percent{};
  size_t count = 0;
  const std::string where = fmt::format("value.points[{}]", index);
  if (!point.is_array()) throw RecordError{where, "must be a list, but is " + point.in_words()};
  for (const JsonNode& number : point) {
    if (!number.is_number()) {
      throw RecordError{fmt::format("{}[{}]", where, count),
                        "must be a number, but is " + number.in_words()};
    }
    if (count < 2) percent[count] = number.number;
    ++count;
  }
  if (count != 2) {
    throw RecordError{where, fmt::format("must be [x, y], but has {} elements", count)};
  }
  out += index == 0 ? "{" : ",{";
  append_number(out, "x", pixels_of(percent[0], image.width, where));
  append_number(out, "y", pixels_of(percent[1], image.height, where));
  out += '}';
}

void read_polygon(const JsonNode& value, const ImageExtent& image, ObjectRecord& object,
                  std::string& geometry) {
  const JsonNode* closed = value.find("closed");
  const bool open = closed != nullptr && closed->kind == JsonKind::kBool && !closed->boolean;
  object.type = open ? "line" : "polygon";
  geometry = "{\"vertices\":[";
  size_t index = 0;
  for (const JsonNode& point : list_of(need(value, "points"), kValue)) {
    append_vertex(geometry, point, index++, image);
  }
  geometry += "]}";
}

void read_keypoint(const JsonNode& value, const ImageExtent& image, ObjectRecord& object,
                   std::string& geometry) {
  object.type = "keypoints";
  geometry = "{\"keypoints\":[{";
  append_number(geometry, "x", share(value, "x", image.width));
  append_number(geometry, "y", share(value, "y", image.height));
  geometry += ",\"visible\":true}],\"names\":[";
  append_text(geometry, object.label);
  geometry += "]}";
}

/// Label Studio's own run lengths, of pixels with four channels.
void read_brush(const JsonNode& value, const ImageExtent& image, ObjectRecord& object,
                std::string& geometry) {
  object.type = "segmentation";
  geometry = "{\"label_studio_rle\":{\"rle\":";
  append_compact(geometry, list_of(need(value, "rle"), kValue).raw);
  append_number(geometry, "width", image.width);
  append_number(geometry, "height", image.height);
  geometry += "}}";
}

}  // namespace

std::string_view shape_named(std::string_view result_type) {
  for (const std::string_view shape : {"rectangle", "ellipse", "polygon", "keypoint", "brush"}) {
    if (!result_type.starts_with(shape)) continue;
    const std::string_view suffix = result_type.substr(shape.size());
    if (suffix.empty() || suffix == "labels") return shape;
  }
  return {};
}

std::optional<ImageExtent> extent_of(const JsonNode& result) {
  const auto size = [&](const char* key) {
    const JsonNode* found = result.find(key);
    if (found == nullptr || found->is_null()) return 0.0;
    const int64_t pixels = integer_of(*found);
    if (pixels <= 0) throw RecordError{key, fmt::format("is {}, but must be positive", pixels)};
    return static_cast<double>(pixels);
  };
  const ImageExtent extent{size("original_width"), size("original_height")};
  if (extent.width == 0 && extent.height == 0) return std::nullopt;
  if (extent.width == 0) missing("original_width");
  if (extent.height == 0) missing("original_height");
  return extent;
}

void read_shape(std::string_view shape, const JsonNode& value, const ImageExtent& image,
                ObjectRecord& object, std::string& geometry) {
  object.x = object.y = object.width = object.height = object.area = std::nullopt;
  geometry.clear();
  if (shape == "rectangle") return read_rectangle(value, image, object, geometry);
  if (shape == "ellipse") return read_ellipse(value, image, object, geometry);
  if (shape == "polygon") return read_polygon(value, image, object, geometry);
  if (shape == "keypoint") return read_keypoint(value, image, object, geometry);
  read_brush(value, image, object, geometry);
}

}  // namespace cupel::io
