#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/io/row_parts.hpp"

namespace cupel::io {

/// The outline of an object as YOLO has it: one ring. Several are joined by bridges of no width, as
/// is the habit: from the first point of the first ring there and back.
class YoloOutline {
 public:
  /// False when there is none; `why` says what is missing, behind the plural of the type.
  bool read(const ObjectParts& object, std::string_view& why);
  /// x, y, x, y … in pixels.
  const std::vector<double>& points() const { return points_; }
  ObjectParts::Box box_around() const;
  /// Counts what of the object's shape is not kept.
  void lose_rest(const ObjectParts& object, ExportLosses& losses) const;

 private:
  std::vector<double> points_;
  std::vector<uint64_t> ring_ends_;
};

}  // namespace cupel::io
