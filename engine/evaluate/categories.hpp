#pragma once

#include "engine/evaluate/match.hpp"

/// Matching of categories: labels of the whole item, each within a taxonomy.
namespace cupel::evaluate {

struct Categories {
  std::span<const uint64_t> first;    ///< by item, as in Shapes
  std::span<const int32_t> taxonomy;  ///< any numbers; categories without one share a number
  std::span<const int32_t> label;
  std::span<const double> confidence;  ///< of predictions; NaN: not evaluated
  std::span<const uint8_t> crowd;      ///< of annotations: 1: to be ignored. Empty: none is
};

/// By descending confidence (ties: rows) each prediction takes the first free annotation of its
/// item and taxonomy whose label fits (equal, or allowed; CLASS AGNOSTIC, the rule and the IoU play
/// no part) and is a true positive. Without one it is `ignored` if an annotation to be ignored
/// fits, else a false positive:
///   duplicate       an annotation fits, which is taken: its partner is the first such one
///   classification  the taxonomy has annotations: its partner is the first that is left over, else
///                   the first
///   background      otherwise
/// A false negative is a classification error if it is the partner of one, the first of which is
/// its own partner; else it is missed. `iou` is NaN throughout, and COCO's bits stay 0.
///
/// Writes the entries of the items' objects as match_items does, and takes
/// O(predictions × annotations) time an item.
void match_categories(const Categories& predictions, const Categories& annotations,
                      const MatchOptions& options, size_t first, size_t last, Outcomes& out);

}  // namespace cupel::evaluate
