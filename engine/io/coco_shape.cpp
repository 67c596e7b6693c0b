#include "engine/io/coco_shape.hpp"

#include <algorithm>
#include <cmath>

#include "cupel/value.hpp"
#include "engine/io/polygon_json.hpp"

namespace cupel::io {
namespace {

void append_number(std::string& list, double number) {
  if (list.back() != '[') list += ',';
  list += format_number(number);
}

}  // namespace

bool CocoShape::read(const ObjectParts& object, ExportLosses& losses) {
  bbox.clear();
  area.clear();
  segmentation.clear();
  keypoints.clear();
  visible_keypoints = 0;
  outline_.clear();
  points_.clear();
  ring_ends_.clear();
  lost_.clear();
  if (object.type == "category" || object.type == "line" || object.type == "cuboid") return false;
  object.for_each_shape([&](const JsonNode& part) { read_part(object, part); });
  if (!object.box && !has_outline() && !has_keypoints()) return false;
  if (object.box) {
    for (const std::string_view digits : object.box_digits) {
      bbox += bbox.empty() ? "[" : ",";
      bbox += digits;
    }
    bbox += ']';
    const double product = object.box->width * object.box->height;
    if (std::isfinite(product)) area = format_number(product);
  } else {
    box_around(outline_.empty() ? points_ : outline_);
  }
  if (object.area != nullptr) area = object.area->raw;
  if (type() != object.type) losses.field(object.kind, "type");
  for (const std::string& path : lost_) losses.field(object.kind, path);
  return true;
}

void CocoShape::read_part(const ObjectParts& object, const JsonNode& part) {
  const bool filled = part.is_array() || part.is_object();
  const bool outline =
      (part.key == "segmentation" && filled) ||
      (object.type == "polygon" && (part.key == "vertices" || part.key == "poly2d"));
  if (outline && segmentation.empty()) {
    read_outline(object, part);
  } else if (part.key == "keypoints" && keypoints.empty()) {
    read_keypoints(part);
  } else {
    lost_.push_back("geometry." + std::string(part.key));
  }
}

void CocoShape::read_outline(const ObjectParts& object, const JsonNode& part) {
  const bool points = PolygonReader::read(*object.geometry, outline_, ring_ends_);
  if (part.key == "segmentation") {
    segmentation = part.raw;
    return;
  }
  if (!points) {
    lost_.push_back("geometry." + std::string(part.key));
    return;
  }
  // Curves become straight, and there is no place for how they were written.
  if (part.key == "poly2d") lost_.emplace_back("geometry.poly2d.types");
  segmentation = "[";
  size_t at = 0;
  for (const uint64_t end : ring_ends_) {
    segmentation += segmentation.size() == 1 ? "[" : ",[";
    for (; at < end * 2; ++at) append_number(segmentation, outline_[at]);
    segmentation += ']';
  }
  segmentation += ']';
}

void CocoShape::read_keypoints(const JsonNode& part) {
  const bool read = part.is_array() && (read_flat_keypoints(part) || read_named_keypoints(part));
  if (read) return;
  keypoints.clear();
  visible_keypoints = 0;
  lost_.emplace_back("geometry.keypoints");
}

/// COCO's own: x, y, v, x, y, v …
bool CocoShape::read_flat_keypoints(const JsonNode& list) {
  std::vector<double> numbers;
  for (const JsonNode& number : list) {
    if (!number.is_number()) return false;
    numbers.push_back(number.number);
  }
  if (numbers.size() % 3 != 0) return false;
  for (size_t i = 0; i < numbers.size(); i += 3) {
    if (numbers[i + 2] <= 0) continue;
    ++visible_keypoints;
    points_.insert(points_.end(), {numbers[i], numbers[i + 1]});
  }
  keypoints = list.raw;
  return true;
}

/// Points {x, y, visible}. One that is not visible but has a place is COCO's 1, "labeled".
bool CocoShape::read_named_keypoints(const JsonNode& list) {
  keypoints = "[";
  for (const JsonNode& point : list) {
    if (!point.is_object()) return false;
    const JsonNode* x = point.find("x");
    const JsonNode* y = point.find("y");
    const JsonNode* visible = point.find("visible");
    const bool placed = x != nullptr && y != nullptr && x->is_number() && y->is_number();
    const bool seen = visible == nullptr || (visible->kind == JsonKind::kBool
                                                 ? visible->boolean
                                                 : visible->is_number() && visible->number > 0);
    append_number(keypoints, placed ? x->number : 0);
    append_number(keypoints, placed ? y->number : 0);
    append_number(keypoints, !placed ? 0 : seen ? 2 : 1);
    if (!placed) continue;
    ++visible_keypoints;
    points_.insert(points_.end(), {x->number, y->number});
  }
  keypoints += ']';
  return true;
}

void CocoShape::box_around(const std::vector<double>& points) {
  if (points.empty()) return;  // a mask, or keypoints without a place
  double least[2] = {points[0], points[1]};
  double most[2] = {points[0], points[1]};
  for (size_t i = 0; i < points.size(); ++i) {
    least[i % 2] = std::min(least[i % 2], points[i]);
    most[i % 2] = std::max(most[i % 2], points[i]);
  }
  const double width = most[0] - least[0];
  const double height = most[1] - least[1];
  const double inside = outline_.empty() ? width * height : area_of_outline();
  if (!std::isfinite(inside) || !std::isfinite(width) || !std::isfinite(height)) return;
  bbox = "[";
  for (const double number : {least[0], least[1], width, height}) append_number(bbox, number);
  bbox += ']';
  area = format_number(inside);
}

double CocoShape::area_of_outline() const {
  double sum = 0;
  size_t begin = 0;
  for (const uint64_t end : ring_ends_) {
    double twice = 0;
    for (size_t i = begin; i < end; ++i) {
      const size_t next = i + 1 == end ? begin : i + 1;
      twice += outline_[2 * i] * outline_[2 * next + 1] - outline_[2 * next] * outline_[2 * i + 1];
    }
    sum += std::abs(twice) / 2;
    begin = end;
  }
  return sum;
}

std::string_view CocoShape::type() const {
  if (has_keypoints()) return "keypoints";
  if (!bbox.empty()) return "box";
  return segmentation.front() == '{' ? "segmentation" : "polygon";
}

}  // namespace cupel::io
