#include "engine/io/yolo_outline.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/io/polygon_json.hpp"

namespace cupel::io {
namespace {

constexpr size_t kLeastPoints = 3;

}  // namespace

bool YoloOutline::read(const ObjectParts& object, std::string_view& why) {
  points_.clear();
  ring_ends_.clear();
  why = " without an outline";
  if (object.geometry == nullptr || !PolygonReader::read(*object.geometry, points_, ring_ends_)) {
    return false;
  }
  if (ring_ends_.size() > 1) {
    const std::vector<double> rings = std::move(points_);
    points_.clear();
    const auto append = [&](uint64_t point) {
      points_.insert(points_.end(), {rings[2 * point], rings[2 * point + 1]});
    };
    uint64_t begin = 0;
    for (const uint64_t end : ring_ends_) {
      for (uint64_t point = begin; point < end; ++point) append(point);
      if (end > begin) append(begin);
      if (begin > 0) append(0);
      begin = end;
    }
  }
  if (points_.size() >= 2 * kLeastPoints) return true;
  why = " of fewer than three points";
  return false;
}

ObjectParts::Box YoloOutline::box_around() const {
  std::array<double, 2> least = {points_[0], points_[1]};
  std::array<double, 2> most = least;
  for (size_t i = 0; i < points_.size(); ++i) {
    least[i % 2] = std::min(least[i % 2], points_[i]);
    most[i % 2] = std::max(most[i % 2], points_[i]);
  }
  return {least[0], least[1], most[0] - least[0], most[1] - least[1]};
}

void YoloOutline::lose_rest(const ObjectParts& object, ExportLosses& losses) const {
  std::string_view outline = "poly2d";
  for (const std::string_view key : {"segmentation", "vertices"}) {
    if (object.geometry->find(key) != nullptr) outline = key;
  }
  object.for_each_shape([&](const JsonNode& part) {
    if (part.key != outline) losses.field(object.kind, "geometry." + std::string(part.key));
  });
  if (outline == "poly2d") losses.field(object.kind, "geometry.poly2d.types");
  if (ring_ends_.size() > 1) losses.field(object.kind, "separate rings");
  if (object.box && *object.box != box_around()) losses.field(object.kind, "box");
}

}  // namespace cupel::io
