#include "engine/evaluate/overlaps.hpp"

#include <algorithm>

namespace cupel::evaluate {
namespace {

void read_edges(const Annotations& annotations, Overlaps& out) {
  Overlaps::Edges& edges = out.edges;
  for (auto* list : {&edges.left, &edges.top, &edges.right, &edges.bottom, &edges.area})
    list->clear();
  edges.annotation.clear();
  for (size_t at = 0; at < out.annotations; ++at) {
    const size_t object = out.first_annotation + at;
    if (!annotations.shapes.has_place(object)) continue;
    const Box box = annotations.shapes.box(object);
    edges.left.push_back(box.x);
    edges.top.push_back(box.y);
    edges.right.push_back(box.width + box.x);
    edges.bottom.push_back(box.height + box.y);
    edges.area.push_back(box.width * box.height);
    edges.annotation.push_back(static_cast<uint32_t>(at));
  }
  out.hits.resize(edges.annotation.size() + 1);
}

/// Writes which annotations overlap a box, and returns how many. Nearly all pairs do not, and no
/// branch tells them apart: a wrong guess costs more than the comparisons.
size_t find_hits(const Overlaps::Edges& edges, const Box& box, uint32_t* hits) {
  const double left = box.x, top = box.y;
  const double right = box.width + box.x, bottom = box.height + box.y;
  const double* lefts = edges.left.data();
  const double* tops = edges.top.data();
  const double* rights = edges.right.data();
  const double* bottoms = edges.bottom.data();
  const auto count = static_cast<uint32_t>(edges.annotation.size());
  size_t found = 0;
  for (uint32_t at = 0; at < count; ++at) {
    hits[found] = at;
    found += static_cast<size_t>((lefts[at] < right) & (left < rights[at]) & (tops[at] < bottom) &
                                 (top < bottoms[at]));
  }
  return found;
}

/// Appends the pairs of one prediction, as box.hpp has intersection and IoU, operation by
/// operation.
void add_pairs(const Annotations& annotations, const Box& box, uint32_t prediction, Overlaps& out) {
  const Overlaps::Edges& edges = out.edges;
  const double right = box.width + box.x, bottom = box.height + box.y;
  const double own = box.width * box.height;
  const size_t found = find_hits(edges, box, out.hits.data());
  for (size_t hit = 0; hit < found; ++hit) {
    const uint32_t at = out.hits[hit], annotation = edges.annotation[at];
    const double width = std::min(right, edges.right[at]) - std::max(box.x, edges.left[at]);
    const double height = std::min(bottom, edges.bottom[at]) - std::max(box.y, edges.top[at]);
    if (!(width > 0 && height > 0)) continue;  // a box without size
    const double both = width * height;
    const bool crowd = annotations.is_crowd(out.first_annotation + annotation);
    const double ratio = both / (crowd ? own : own + edges.area[at] - both);
    if (ratio > 0) out.pairs.push_back({prediction, annotation, ratio});
  }
}

/// Puts the IoU of outlines in place of the IoU of boxes where one of the two is a polygon.
void refine_polygons(const Predictions& predictions, const Annotations& annotations,
                     PolygonFrame& frame, Overlaps& out) {
  frame.clear();
  constexpr size_t kNotAdded = SIZE_MAX;
  const auto add = [&](const Shapes& shapes, size_t object) {
    return shapes.is_polygon(object)
               ? frame.add(shapes.polygons, static_cast<size_t>(shapes.polygon[object]))
               : frame.add(shapes.box(object));
  };
  std::vector<size_t> truths(out.annotations, kNotAdded);
  size_t kept = 0, shape = 0;
  uint32_t shape_of = UINT32_MAX;
  for (Overlap pair : out.pairs) {
    const size_t prediction = out.first_prediction + pair.prediction;
    const size_t annotation = out.first_annotation + pair.annotation;
    if (predictions.shapes.is_polygon(prediction) || annotations.shapes.is_polygon(annotation)) {
      if (shape_of != pair.prediction) shape = add(predictions.shapes, prediction);
      shape_of = pair.prediction;
      size_t& truth = truths[pair.annotation];
      if (truth == kNotAdded) truth = add(annotations.shapes, annotation);
      pair.iou = frame.iou(shape, truth, annotations.is_crowd(annotation));
    }
    if (pair.iou > 0) out.pairs[kept++] = pair;
  }
  out.pairs.resize(kept);
}

void index_pairs(Overlaps& out) {
  out.begin.assign(out.predictions + 1, 0);
  for (const Overlap& pair : out.pairs) ++out.begin[pair.prediction + 1];
  for (size_t at = 0; at < out.predictions; ++at) out.begin[at + 1] += out.begin[at];
}

}  // namespace

void find_overlaps(const Predictions& predictions, const Annotations& annotations, size_t item,
                   PolygonFrame& frame, Overlaps& out) {
  const Shapes& shapes = predictions.shapes;
  out.first_prediction = shapes.first[item];
  out.first_annotation = annotations.shapes.first[item];
  out.predictions = shapes.first[item + 1] - out.first_prediction;
  out.annotations = annotations.shapes.first[item + 1] - out.first_annotation;
  out.pairs.clear();
  out.order.clear();
  read_edges(annotations, out);
  for (size_t at = 0; at < out.predictions; ++at) {
    const size_t object = out.first_prediction + at;
    if (std::isnan(predictions.confidence[object]) || !shapes.has_place(object)) continue;
    out.order.push_back(static_cast<uint32_t>(at));
    add_pairs(annotations, shapes.box(object), static_cast<uint32_t>(at), out);
  }
  const double* confidence = predictions.confidence.data() + out.first_prediction;
  std::sort(out.order.begin(), out.order.end(), [&](uint32_t a, uint32_t b) {
    return confidence[a] != confidence[b] ? confidence[a] > confidence[b] : a < b;
  });
  if (!shapes.polygon.empty() || !annotations.shapes.polygon.empty())
    refine_polygons(predictions, annotations, frame, out);
  index_pairs(out);
}

}  // namespace cupel::evaluate
