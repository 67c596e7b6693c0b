#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/yolo_dataset.hpp"

namespace cupel::io {

/// An object as a label file has it: all lengths are fractions of the image's width or height.
struct YoloObject {
  enum class Kind { kBox, kPolygon, kKeypoints };

  uint32_t class_number = 0;
  Kind kind = Kind::kBox;
  double center_x = 0, center_y = 0, width = 0, height = 0;  ///< but for polygons
  std::vector<double> points;  ///< x, y, x, y … of a polygon; x, y, visibility … of keypoints
  std::optional<double> confidence;
};

/// Reads the lines of label files. What a line means depends on the task and on how many fields it
/// has:
///   detect    5 class and box (centre, size)
///   segment   7, 9, 11 … class and polygon; 5 a box
///   obb       9 class and the corners of a turned box: a polygon
///   pose      5 and the keypoints: class, box, points of as many numbers as their shape says
/// One field more is a confidence. Without a task 5, 6 and 7, 11, 13 … fields can be told.
class YoloLines {
 public:
  /// `confidence_second`: a confidence stands behind the class instead of at the end.
  YoloLines(std::string task, KeypointShape keypoints, bool confidence_second);

  /// The object of a line that is not blank; valid until the next call. Throws RecordError.
  const YoloObject& read(std::string_view line);

 private:
  void split(std::string_view line);
  YoloObject::Kind kind_of(size_t fields, bool& confident) const;
  void read_class();
  void check_fractions() const;
  void read_box();
  void read_keypoints();

  std::string task_;
  KeypointShape keypoints_;
  bool confidence_second_;
  std::string_view class_;
  std::vector<double> numbers_;  ///< those behind the class
  YoloObject object_;
};

}  // namespace cupel::io
