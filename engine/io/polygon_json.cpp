#include "engine/io/polygon_json.hpp"

namespace cupel::io {
namespace {

class Rings {
 public:
  Rings(std::vector<double>& xy, std::vector<uint64_t>& ends) : xy_(xy), ends_(ends) {}

  /// Points {x, y} or [x, y, …].
  bool points(const JsonNode& list) {
    if (!list.is_array() || list.empty()) return false;
    for (const JsonNode& point : list)
      if (!(point.is_object() ? named(point) : listed(point))) return false;
    ends_.push_back(xy_.size() / 2);
    return true;
  }

  /// Lists of x, y, x, y …
  bool flat(const JsonNode& lists) {
    if (!lists.is_array() || lists.empty()) return false;
    for (const JsonNode& list : lists) {
      if (!list.is_array()) return false;
      size_t count = 0;
      for (const JsonNode& number : list) {
        if (!number.is_number()) return false;
        xy_.push_back(number.number);
        ++count;
      }
      if (count % 2 != 0) return false;
      ends_.push_back(xy_.size() / 2);
    }
    return true;
  }

  /// Parts with vertices, or the points of a single part.
  bool parts(const JsonNode& list) {
    if (!list.is_array() || list.empty()) return false;
    if ((*list.begin()).is_array()) return points(list);
    for (const JsonNode& part : list) {
      const JsonNode* vertices = part.is_object() ? part.find("vertices") : nullptr;
      if (vertices == nullptr || !points(*vertices)) return false;
    }
    return true;
  }

 private:
  bool named(const JsonNode& point) {
    const JsonNode* x = point.find("x");
    const JsonNode* y = point.find("y");
    return x != nullptr && y != nullptr && add(*x, *y);
  }
  bool listed(const JsonNode& point) {
    if (!point.is_array() || point.empty()) return false;
    auto at = point.begin();
    const JsonNode& x = *at;
    ++at;
    return at != point.end() && add(x, *at);
  }
  bool add(const JsonNode& x, const JsonNode& y) {
    if (!x.is_number() || !y.is_number()) return false;
    xy_.push_back(x.number);
    xy_.push_back(y.number);
    return true;
  }

  std::vector<double>& xy_;
  std::vector<uint64_t>& ends_;
};

}  // namespace

bool PolygonReader::read(std::string_view geometry, std::vector<double>& xy,
                         std::vector<uint64_t>& ring_ends) {
  try {
    return read(document_.parse_copy(geometry), xy, ring_ends);
  } catch (const RecordError&) {
    return false;
  }
}

bool PolygonReader::read(const JsonNode& geometry, std::vector<double>& xy,
                         std::vector<uint64_t>& ring_ends) {
  const size_t points = xy.size();
  const size_t rings = ring_ends.size();
  Rings out(xy, ring_ends);
  bool read = false;
  if (const JsonNode* vertices = geometry.find("vertices")) {
    read = out.points(*vertices);
  } else if (const JsonNode* segmentation = geometry.find("segmentation")) {
    read = out.flat(*segmentation);
  } else if (const JsonNode* poly = geometry.find("poly2d")) {
    read = out.parts(*poly);
  }
  if (!read) {
    xy.resize(points);
    ring_ends.resize(rings);
  }
  return read;
}

}  // namespace cupel::io
