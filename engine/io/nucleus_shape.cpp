#include "engine/io/nucleus_shape.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "cupel/value.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/polygon_json.hpp"

namespace cupel::io {
namespace {

using Keys = std::initializer_list<std::string_view>;

/// Appends the members of these names, as they are.
void append_members(std::string& out, const JsonNode& geometry, Keys keys) {
  for (const std::string_view key : keys) {
    const JsonNode* member = geometry.find(key);
    if (member == nullptr) continue;
    append_key(out, key);
    out += member->raw;
  }
}

void append_number(std::string& out, std::string_view key, double number) {
  append_key(out, key);
  out += format_number(number);
}

template <typename Test>
bool all_of(const JsonNode& list, Test&& test) {
  for (const JsonNode& element : list) {
    if (!test(element)) return false;
  }
  return true;
}

bool is_point(const JsonNode& node) {
  return node.is_object() && node.find("x") != nullptr && node.find("y") != nullptr;
}

/// Counts what of a geometry is none of these.
void lose_all_but(const ObjectParts& object, Keys keys, ExportLosses& losses) {
  for (const JsonNode& member : *object.geometry) {
    if (std::find(keys.begin(), keys.end(), member.key) == keys.end())
      losses.field(object.kind, "geometry." + std::string(member.key));
  }
}

/// Vertices as they are, or made of the one ring that another format wrote.
bool append_vertices(std::string& out, const ObjectParts& object, ExportLosses& losses,
                     std::string_view& why) {
  const JsonNode& geometry = *object.geometry;
  const JsonNode* vertices = geometry.find("vertices");
  if (vertices != nullptr && vertices->is_array() && all_of(*vertices, is_point)) {
    append_members(out, geometry, {"vertices"});
    lose_all_but(object, {"vertices"}, losses);
    return true;
  }
  std::vector<double> points;
  std::vector<uint64_t> ends;
  if (!PolygonReader::read(geometry, points, ends)) return false;
  if (ends.size() > 1) {
    why = " of several rings";
    return false;
  }
  append_key(out, "vertices");
  out += '[';
  for (size_t i = 0; i < points.size(); i += 2) {
    out += i == 0 ? "{" : ",{";
    append_number(out, "x", points[i]);
    append_number(out, "y", points[i + 1]);
    out += '}';
  }
  out += ']';
  const bool coco = geometry.find("segmentation") != nullptr;
  lose_all_but(object, {coco ? "segmentation" : "poly2d"}, losses);
  if (!coco) losses.field(object.kind, "geometry.poly2d.types");
  return true;
}

/// COCO's x, y, v, x, y, v … as points with names, which Nucleus wants.
bool append_flat_keypoints(std::string& out, const JsonNode& list) {
  std::vector<double> numbers;
  for (const JsonNode& number : list) {
    if (!number.is_number()) return false;
    numbers.push_back(number.number);
  }
  if (numbers.empty() || numbers.size() % 3 != 0) return false;
  append_key(out, "keypoints");
  std::string names = "[";
  for (size_t i = 0; i < numbers.size(); i += 3) {
    out += i == 0 ? "[{" : ",{";
    if (numbers[i + 2] > 0) {
      append_number(out, "x", numbers[i]);
      append_number(out, "y", numbers[i + 1]);
    }
    append_key(out, "visible");
    out += numbers[i + 2] > 1 ? "true}" : "false}";
    names += i == 0 ? "\"" : ",\"";
    names += std::to_string(i / 3 + 1) + '"';
  }
  out += ']';
  append_key(out, "names");
  out += names + ']';
  return true;
}

bool append_keypoints(std::string& out, const JsonNode& geometry) {
  const JsonNode* list = geometry.find("keypoints");
  if (list == nullptr || !list->is_array()) return false;
  const auto named = [](const JsonNode& point) { return point.is_object(); };
  if (!all_of(*list, named)) return append_flat_keypoints(out, *list);
  append_members(out, geometry, {"keypoints", "names", "skeleton"});
  return true;
}

}  // namespace

const JsonNode* mask_url_of(const ObjectParts& object) {
  if (object.type != "segmentation" || object.geometry == nullptr) return nullptr;
  const JsonNode* url = object.geometry->find("mask_url");
  return url != nullptr && url->is_text() ? url : nullptr;
}

bool append_nucleus_geometry(std::string& out, const ObjectParts& object, ExportLosses& losses,
                             std::string_view& why) {
  why = {};
  if (object.type == "category") {
    if (object.geometry != nullptr) lose_all_but(object, {}, losses);
    return true;
  }
  if (object.geometry == nullptr) return false;
  const JsonNode& geometry = *object.geometry;
  if (object.type == "box") {
    if (!object.box) return false;
    append_members(out, geometry, {"x", "y", "width", "height"});
    lose_all_but(object, {"x", "y", "width", "height"}, losses);
  } else if (object.type == "polygon" || object.type == "line") {
    if (!append_vertices(out, object, losses, why)) return false;
  } else if (object.type == "keypoints") {
    if (!append_keypoints(out, geometry)) return false;
    lose_all_but(object, {"keypoints", "names", "skeleton"}, losses);
  } else if (object.type == "cuboid") {
    if (geometry.find("position") == nullptr || geometry.find("dimensions") == nullptr)
      return false;
    append_members(out, geometry, {"position", "dimensions", "yaw"});
    lose_all_but(object, {"position", "dimensions", "yaw"}, losses);
  } else {
    why = " without mask_url";
    return false;
  }
  return true;
}

}  // namespace cupel::io
