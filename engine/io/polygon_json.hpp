#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/io/json_document.hpp"

namespace cupel::io {

/// Reads the rings of polygons from an object's `geometry` (record.hpp) as formats write them:
/// `vertices` of {x, y} or [x, y], COCO's `segmentation` lists, BDD100K's `poly2d`. One thread.
class PolygonReader {
 public:
  /// Appends the points (x, y, x, y …) and for each ring the number of points in `xy` at its end.
  /// False, with nothing appended, when the text has no polygon that can be read.
  bool read(std::string_view geometry, std::vector<double>& xy, std::vector<uint64_t>& ring_ends);
  /// The same of a parsed object.
  static bool read(const JsonNode& geometry, std::vector<double>& xy,
                   std::vector<uint64_t>& ring_ends);

 private:
  JsonDocument document_;
};

}  // namespace cupel::io
