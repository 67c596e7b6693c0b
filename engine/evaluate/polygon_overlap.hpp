#pragma once

#include <memory>

#include "engine/evaluate/objects.hpp"

/// Areas of polygons and of their intersections. The only place that knows Clipper.
///
/// A polygon is the union of its rings, each filled by the even-odd rule (COCO's reading, without
/// its raster). Rings may cross themselves, repeat points or have no area. A ring with fewer than 3
/// points, with a number that is not finite or beyond 1e12 either way counts for nothing.
///
/// Precision: coordinates are rounded to a grid of 2^-20 of a pixel, or of 2^-29 of the greater
/// side of the frame if that is coarser; areas are off by at most a few grid steps times the length
/// of the outlines, so IoU of objects that are not tiny in their frame is right to about 1e-7.
namespace cupel::evaluate {

/// Polygons of one frame (an item), prepared for being intersected with one another. Keeps its
/// memory from one frame to the next. Not for several threads at once.
class PolygonFrame {
 public:
  PolygonFrame();
  ~PolygonFrame();
  PolygonFrame(PolygonFrame&&) noexcept;
  PolygonFrame& operator=(PolygonFrame&&) noexcept;

  /// Begins a frame that contains the box `bounds`; what reaches beyond it by more than its size
  /// counts for nothing. Polygons added before are gone.
  void begin(const Box& bounds);
  /// Adds polygon `number` of `polygons`, or a box, and returns its number in the frame.
  size_t add(const Polygons& polygons, size_t number);
  size_t add(const Box& box);

  /// In square pixels.
  double area(size_t shape) const;
  double intersection(size_t a, size_t b);
  /// Intersection over union, for a crowd over the area of `detection`; 0 to 1.
  double iou(size_t detection, size_t truth, bool crowd = false);

 private:
  struct Shapes;
  std::unique_ptr<Shapes> shapes_;
};

/// The same for single polygons, each pair in a frame of its own.
double polygon_area(const Polygons& polygons, size_t number);
/// IoU of two objects of which each is its polygon or its box.
double shape_iou(const Shapes& a, size_t object, const Shapes& b, size_t other);
/// The share of the area of the object of `inner` that lies within the one of `outer`, 0 to 1.
double covered_share(const Shapes& inner, size_t object, const Shapes& outer, size_t other);
/// The smallest box around a polygon; NaN throughout where it has no point.
Box bounding_box(const Polygons& polygons, size_t number);

}  // namespace cupel::evaluate
