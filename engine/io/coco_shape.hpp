#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/row_parts.hpp"

namespace cupel::io {

/// The shape of an object as COCO has it, each part as JSON, empty where there is none. Its memory
/// is reused from one object to the next. One thread.
class CocoShape {
 public:
  std::string bbox, area, segmentation, keypoints;
  int64_t visible_keypoints = 0;

  /// False when COCO has no such shape: category labels, lines, cuboids, and what has neither box
  /// nor outline; nothing is counted then. Otherwise what of `geometry` and `type` the file does
  /// not keep is.
  bool read(const ObjectParts& object, ExportLosses& losses);

 private:
  void read_part(const ObjectParts& object, const JsonNode& part);
  void read_keypoints(const JsonNode& part);
  bool read_flat_keypoints(const JsonNode& list);
  bool read_named_keypoints(const JsonNode& list);
  void read_outline(const ObjectParts& object, const JsonNode& part);
  /// Of what has no box of its own.
  void box_around(const std::vector<double>& points);
  double area_of_outline() const;
  bool has_outline() const { return !segmentation.empty() && segmentation != "[]"; }
  bool has_keypoints() const { return !keypoints.empty() && keypoints != "[]"; }
  /// What a reader takes it for.
  std::string_view type() const;

  std::vector<double> outline_;  ///< x, y, x, y …
  std::vector<uint64_t> ring_ends_;
  std::vector<double> points_;     ///< the keypoints that have a place
  std::vector<std::string> lost_;  ///< paths
};

}  // namespace cupel::io
