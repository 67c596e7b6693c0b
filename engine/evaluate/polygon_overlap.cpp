#include "engine/evaluate/polygon_overlap.hpp"

#include <algorithm>
#include <clipper.hpp>
#include <limits>
#include <optional>

#include "engine/evaluate/tangle.hpp"

namespace cupel::evaluate {
namespace {

using ClipperLib::IntPoint;
using ClipperLib::Path;
using ClipperLib::Paths;

constexpr double kFarthest = 1e12;
/// Clipper is at its fastest, and needs no wider arithmetic, within 30 bits; two outlines that
/// overlap are together at most twice as wide as the wider one.
constexpr int kFinest = 20, kGridStep = 4, kBits = 28;

struct Ring {
  size_t begin = 0, points = 0;  ///< among the outline's points
};

bool counts(const double* xy, size_t points) {
  const auto within = [](double number) { return std::abs(number) <= kFarthest; };
  return points >= 3 && std::all_of(xy, xy + 2 * points, within);
}

/// The finest grid (2^-grid of a pixel) on which a width or height takes no more than kBits.
int grid_of(double extent) {
  int grid = kFinest;
  while (std::ldexp(extent, grid) > static_cast<double>(1 << kBits)) grid -= kGridStep;
  return grid;
}

IntPoint snapped(double x, double y, double scale) {
  return {std::llround(x * scale), std::llround(y * scale)};
}

Paths moved(Paths paths, IntPoint by) {
  for (Path& path : paths) {
    for (IntPoint& point : path) point = {point.X + by.X, point.Y + by.Y};
  }
  return paths;
}

/// In squares of the grid; holes run the other way round and are taken off.
double area_of(const Paths& paths) {
  double twice = 0;
  for (const Path& path : paths) {
    for (size_t at = 2; at < path.size(); ++at) {
      const auto x = [&](size_t i) { return static_cast<double>(path[i].X - path[0].X); };
      const auto y = [&](size_t i) { return static_cast<double>(path[i].Y - path[0].Y); };
      twice += x(at - 1) * y(at) - x(at) * y(at - 1);
    }
  }
  return std::abs(twice) / 2;
}

bool is_tangle_of(const Paths& a, const Paths& b = {}) {
  std::vector<Side> sides;
  for (const Paths* paths : {&a, &b}) {
    for (const Path& path : *paths) {
      for (size_t at = 0; at < path.size(); ++at) {
        const IntPoint &from = path[at], &to = path[at + 1 < path.size() ? at + 1 : 0];
        sides.push_back({static_cast<double>(from.X), static_cast<double>(from.Y),
                         static_cast<double>(to.X), static_cast<double>(to.Y)});
      }
    }
  }
  return is_tangle(sides);
}

/// What lies in any of the paths by a rule of filling; nothing for a tangle, or if Clipper gives
/// up.
std::optional<Paths> filled(const Paths& paths, ClipperLib::PolyFillType fill) {
  if (is_tangle_of(paths)) return std::nullopt;
  ClipperLib::Clipper clipper;
  if (!clipper.AddPaths(paths, ClipperLib::ptSubject, true)) return Paths{};  // none has an area
  Paths out;
  if (!clipper.Execute(ClipperLib::ctUnion, out, fill, fill)) return std::nullopt;
  return out;
}

/// What lies in any of the rings, likewise.
std::optional<Paths> united(const Paths& rings) {
  Paths each;
  for (const Path& ring : rings) {
    const std::optional<Paths> own = filled({ring}, ClipperLib::pftEvenOdd);
    if (!own) return std::nullopt;
    each.insert(each.end(), own->begin(), own->end());
  }
  return rings.size() > 1 ? filled(each, ClipperLib::pftNonZero) : each;
}

/// In squares of the grid, likewise.
std::optional<double> area_of_both(const Paths& a, const Paths& b) {
  if (is_tangle_of(a, b)) return std::nullopt;
  ClipperLib::Clipper clipper;
  Paths both;
  if (!clipper.AddPaths(a, ClipperLib::ptSubject, true) ||
      !clipper.AddPaths(b, ClipperLib::ptClip, true))
    return 0;
  if (!clipper.Execute(ClipperLib::ctIntersection, both, ClipperLib::pftNonZero,
                       ClipperLib::pftNonZero))
    return std::nullopt;
  return area_of(both);
}

double in_pixels(double squares, int grid) { return std::ldexp(squares, -2 * grid); }

}  // namespace

/// The points as they came (of the rings that count), and the outline on its own grid with its
/// box's corner at 0.
struct PolygonFrame::Outline {
  std::vector<double> xy;
  std::vector<Ring> rings;
  double left = 0, top = 0, right = 0, bottom = 0;
  int grid = kFinest;
  Paths paths;
  double area = 0;

  void add_ring(const double* from, size_t points) {
    if (!counts(from, points)) return;
    rings.push_back({xy.size() / 2, points});
    xy.insert(xy.end(), from, from + 2 * points);
  }
  void finish() {
    if (xy.empty()) return;
    left = right = xy[0];
    top = bottom = xy[1];
    for (size_t at = 0; at < xy.size(); at += 2) {
      left = std::min(left, xy[at]);
      right = std::max(right, xy[at]);
      top = std::min(top, xy[at + 1]);
      bottom = std::max(bottom, xy[at + 1]);
    }
    grid = grid_of(std::max(right - left, bottom - top));
    paths = on(grid, corner(grid));
    area = in_pixels(area_of(paths), grid);
  }
  IntPoint corner(int on_grid) const { return snapped(left, top, std::ldexp(1.0, on_grid)); }
  /// On a grid, so moved that `origin` is 0. A tangle is its bounding box.
  Paths on(int on_grid, IntPoint origin) const {
    const double scale = std::ldexp(1.0, on_grid);
    Paths out;
    for (const Ring& ring : rings) {
      Path& path = out.emplace_back();
      for (size_t at = ring.begin; at < ring.begin + ring.points; ++at)
        path.push_back(snapped(xy[2 * at], xy[2 * at + 1], scale));
    }
    if (const std::optional<Paths> whole = united(moved(out, {-origin.X, -origin.Y})))
      return *whole;
    const IntPoint begin = snapped(left, top, scale), end = snapped(right, bottom, scale);
    return moved({{begin, {end.X, begin.Y}, end, {begin.X, end.Y}}}, {-origin.X, -origin.Y});
  }
  Box box() const { return {left, top, right - left, bottom - top}; }
  bool apart(const Outline& other) const {
    return !(std::min(right, other.right) > std::max(left, other.left)) ||
           !(std::min(bottom, other.bottom) > std::max(top, other.top));
  }
};

PolygonFrame::PolygonFrame() = default;
PolygonFrame::~PolygonFrame() = default;
PolygonFrame::PolygonFrame(PolygonFrame&&) noexcept = default;
PolygonFrame& PolygonFrame::operator=(PolygonFrame&&) noexcept = default;

void PolygonFrame::clear() { outlines_.clear(); }

size_t PolygonFrame::add(const Polygons& polygons, size_t number) {
  Outline outline;
  for (size_t ring = polygons.ring_begin[number]; ring < polygons.ring_begin[number + 1]; ++ring) {
    const size_t begin = polygons.point_begin[ring];
    outline.add_ring(polygons.xy.data() + 2 * begin, polygons.point_begin[ring + 1] - begin);
  }
  outline.finish();
  outlines_.push_back(std::move(outline));
  return outlines_.size() - 1;
}

size_t PolygonFrame::add(const Box& box) {
  const double right = box.x + box.width, bottom = box.y + box.height;
  const double corners[] = {box.x, box.y, right, box.y, right, bottom, box.x, bottom};
  Outline outline;
  if (box.width > 0 && box.height > 0) outline.add_ring(corners, 4);
  outline.finish();
  outlines_.push_back(std::move(outline));
  return outlines_.size() - 1;
}

double PolygonFrame::area(size_t shape) const { return outlines_[shape].area; }

double PolygonFrame::intersection(size_t a, size_t b) const {
  const Outline& one = outlines_[a];
  const Outline& other = outlines_[b];
  if (one.apart(other) || one.area == 0 || other.area == 0) return 0;
  const int grid = std::min(one.grid, other.grid);
  const IntPoint origin = one.corner(grid), corner = other.corner(grid);
  const Paths first = one.grid == grid ? one.paths : one.on(grid, origin);
  const Paths second = other.grid == grid
                           ? moved(other.paths, {corner.X - origin.X, corner.Y - origin.Y})
                           : other.on(grid, origin);
  if (const std::optional<double> squares = area_of_both(first, second))
    return in_pixels(*squares, grid);
  return std::min({evaluate::intersection(one.box(), other.box()), one.area, other.area});
}

double PolygonFrame::iou(size_t detection, size_t truth, bool crowd) const {
  const double both = intersection(detection, truth);
  if (!(both > 0)) return 0;
  return std::min(1.0, both / (crowd ? area(detection) : area(detection) + area(truth) - both));
}

double polygon_area(const Polygons& polygons, size_t number) {
  PolygonFrame frame;
  return frame.area(frame.add(polygons, number));
}

namespace {

size_t add_object(PolygonFrame& frame, const Shapes& shapes, size_t object) {
  return shapes.is_polygon(object)
             ? frame.add(shapes.polygons, static_cast<size_t>(shapes.polygon[object]))
             : frame.add(shapes.box(object));
}

double iou_of(const Shapes& a, size_t object, const Shapes& b, size_t other, bool crowd) {
  if (!a.has_place(object) || !b.has_place(other)) return 0;
  if (!a.is_polygon(object) && !b.is_polygon(other)) return iou(a.box(object), b.box(other), crowd);
  if (intersection(a.box(object), b.box(other)) == 0) return 0;
  PolygonFrame frame;
  const size_t one = add_object(frame, a, object);
  return frame.iou(one, add_object(frame, b, other), crowd);
}

}  // namespace

double shape_iou(const Shapes& a, size_t object, const Shapes& b, size_t other) {
  return iou_of(a, object, b, other, false);
}

double covered_share(const Shapes& inner, size_t object, const Shapes& outer, size_t other) {
  return std::min(1.0, iou_of(inner, object, outer, other, true));
}

Box bounding_box(const Polygons& polygons, size_t number) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const size_t begin = polygons.point_begin[polygons.ring_begin[number]];
  const size_t end = polygons.point_begin[polygons.ring_begin[number + 1]];
  if (begin == end) return {none, none, none, none};
  double left = polygons.xy[2 * begin], right = left;
  double top = polygons.xy[2 * begin + 1], bottom = top;
  for (size_t at = begin; at < end; ++at) {
    left = std::min(left, polygons.xy[2 * at]);
    right = std::max(right, polygons.xy[2 * at]);
    top = std::min(top, polygons.xy[2 * at + 1]);
    bottom = std::max(bottom, polygons.xy[2 * at + 1]);
  }
  return {left, top, right - left, bottom - top};
}

}  // namespace cupel::evaluate
