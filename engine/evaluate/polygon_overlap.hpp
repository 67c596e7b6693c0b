#pragma once

#include <vector>

#include "engine/evaluate/objects.hpp"

/// Areas of polygons and of their intersections. The only place that knows Clipper.
///
/// A polygon is the union of its rings, each filled by the even-odd rule (COCO's reading, without
/// its raster). Rings may cross themselves, repeat points or have no area. A ring with fewer than 3
/// points, with a number that is not finite or beyond 1e12 either way counts for nothing.
/// Tangles, of more than 50,000 points or with tens of thousands of crossings, stand as their
/// bounding boxes, and a pair that crosses so often shares what its bounding boxes share, at most
/// the smaller one: no polygon takes more than a few seconds.
///
/// Precision: coordinates are rounded to a grid of 2^-20 of a pixel for polygons up to 256 pixels
/// wide and high, of 2^-16 up to 4,096 and so on; of a pair to the coarser of the two grids. Areas
/// are off by at most about a grid step times the length of the outlines, so IoU is right to 1e-6
/// for what is at least a pixel wide and high, mostly to 1e-8. The IoU of a polygon with itself is
/// 1, and no third object plays a part in the IoU of two.
namespace cupel::evaluate {

/// Polygons prepared for being intersected with one another. Not for several threads at once.
class PolygonFrame {
 public:
  PolygonFrame();
  ~PolygonFrame();
  PolygonFrame(PolygonFrame&&) noexcept;
  PolygonFrame& operator=(PolygonFrame&&) noexcept;

  void clear();
  /// Adds polygon `number` of `polygons`, or a box, and returns its number in the frame.
  size_t add(const Polygons& polygons, size_t number);
  size_t add(const Box& box);

  /// In square pixels.
  double area(size_t shape) const;
  double intersection(size_t a, size_t b) const;
  /// Intersection over union, for a crowd over the area of `detection`; 0 to 1.
  double iou(size_t detection, size_t truth, bool crowd = false) const;

 private:
  struct Outline;
  std::vector<Outline> outlines_;
};

/// The same for single objects.
double polygon_area(const Polygons& polygons, size_t number);
/// IoU of two objects of which each is its polygon or its box.
double shape_iou(const Shapes& a, size_t object, const Shapes& b, size_t other);
/// The share of the area of the object of `inner` that lies within the one of `outer`, 0 to 1.
double covered_share(const Shapes& inner, size_t object, const Shapes& outer, size_t other);
/// The smallest box around a polygon; NaN throughout where it has no point.
Box bounding_box(const Polygons& polygons, size_t number);

}  // namespace cupel::evaluate
