#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/evaluate/box.hpp"

/// The objects of a dataset as the functions of this room read them: arrays over all objects,
/// grouped by item. The arrays are the caller's and must outlive the view.
namespace cupel::evaluate {

/// Polygons by number. Polygon p consists of the rings ring_begin[p] to ring_begin[p + 1]; ring r
/// of the points point_begin[r] to point_begin[r + 1]; point i lies at (xy[2 i], xy[2 i + 1]).
/// Rings are closed by themselves. Any numbers are allowed (polygon_overlap.hpp says what a broken
/// ring counts for); the two lists of beginnings must ascend and end within the next array.
struct Polygons {
  std::span<const double> xy;
  std::span<const uint64_t> point_begin;
  std::span<const uint64_t> ring_begin;
};

/// Objects with a place. Those of item i are first[i] to first[i + 1] (so `first` has one number
/// more than there are items), within an item in the order that decides ties: rows.
struct Shapes {
  std::span<const uint64_t> first;
  /// Of polygons the bounding box: shapes whose boxes do not overlap do not overlap. An object
  /// with a number that is not finite has no place and is not evaluated.
  std::span<const double> x, y, width, height;
  /// In square pixels: only for COCO's small, medium and large. Of a detection COCO takes
  /// width × height, of a ground truth object what its file says.
  std::span<const double> area;
  std::span<const int32_t> label;  ///< from 0, dense: arrays by label are made
  /// Which polygon of `polygons` an object is, -1: it is its box. Empty: all are boxes.
  std::span<const int64_t> polygon;
  Polygons polygons;

  size_t items() const { return first.empty() ? 0 : first.size() - 1; }
  size_t size() const { return x.size(); }
  Box box(size_t object) const { return {x[object], y[object], width[object], height[object]}; }
  bool is_polygon(size_t object) const { return !polygon.empty() && polygon[object] >= 0; }
  bool has_place(size_t object) const { return evaluate::has_place(box(object)); }
};

struct Predictions {
  Shapes shapes;
  std::span<const double> confidence;  ///< NaN: not evaluated
};

struct Annotations {
  Shapes shapes;
  /// 1: a crowd, or otherwise to be ignored: it is never counted, may take any number of
  /// predictions, and makes them neither right nor wrong. Empty: none is.
  std::span<const uint8_t> crowd;

  bool is_crowd(size_t object) const { return !crowd.empty() && crowd[object] != 0; }
};

}  // namespace cupel::evaluate
