#pragma once

#include <cstdint>
#include <vector>

#include "engine/evaluate/objects.hpp"
#include "engine/evaluate/polygon_overlap.hpp"

/// Who overlaps whom in an item: what all rules and errors are told from.
namespace cupel::evaluate {

/// A prediction and an annotation, counted from the item's first.
struct Overlap {
  uint32_t prediction = 0, annotation = 0;
  double iou = 0;  ///< above 0; with a crowd the crowd IoU
};

/// One item while it is worked on. Its memory is used again for the next one.
struct Overlaps {
  size_t first_prediction = 0, first_annotation = 0;  ///< in the whole arrays
  size_t predictions = 0, annotations = 0;            ///< how many the item has
  /// In ascending order of prediction, then annotation. Those of prediction p are begin[p] to
  /// begin[p + 1]. Objects without place or confidence are in none.
  std::vector<Overlap> pairs;
  std::vector<size_t> begin;
  /// The predictions with place and confidence, by descending confidence (ties: rows).
  std::vector<uint32_t> order;

  /// Annotations as the search reads them: those that have a place.
  struct Edges {
    std::vector<double> left, top, right, bottom, area;
    std::vector<uint32_t> annotation;
  } edges;
  std::vector<uint32_t> hits;
};

/// Makes `out` speak of an item.
void find_overlaps(const Predictions& predictions, const Annotations& annotations, size_t item,
                   PolygonFrame& frame, Overlaps& out);

}  // namespace cupel::evaluate
