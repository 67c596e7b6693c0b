#pragma once

#include <cstdint>
#include <vector>

#include "engine/evaluate/objects.hpp"
#include "engine/evaluate/polygon_overlap.hpp"

/// Who overlaps whom in an item: what all rules and errors are told from.
namespace cupel::evaluate {

/// A prediction and an annotation, by their indexes in the whole arrays.
struct Overlap {
  uint64_t prediction = 0, annotation = 0;
  double iou = 0;  ///< above 0; with a crowd the crowd IoU
};

/// The pairs of one item that overlap, in ascending order of prediction, then annotation.
struct Overlaps {
  std::vector<Overlap> pairs;
};

/// Fills `out` with the pairs of an item; objects without place or confidence are in none.
void find_overlaps(const Predictions& predictions, const Annotations& annotations, size_t item,
                   PolygonFrame& frame, Overlaps& out);

}  // namespace cupel::evaluate
