#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "engine/evaluate/coco_bits.hpp"

/// COCO's figures from stored matches, and precision-recall curves. Nothing is matched again; for
/// the figures of a part of the items give the predictions and ground truth of those items, for a
/// group of labels those of the labels. Equal to pycocotools 2.0's accumulate and summarize.
namespace cupel::evaluate {

inline constexpr size_t kRecallPoints = 101;

/// Predictions with their bits, in any order. Columns of an evaluation, or parts of them.
struct StoredMatches {
  std::span<const int32_t> label;  ///< from 0, dense
  std::span<const double> confidence;
  std::span<const int64_t> matched, ignored, rank;
  /// Numbers that decide between equal confidences, lower first: the item. Equal or absent (empty)
  /// ones: as the arrays have them.
  std::span<const uint64_t> item;
};

/// How many annotations of a label count, by range of area.
class TruthCounts {
 public:
  void add(int32_t label, double area, bool crowd);
  /// Of a label beyond the greatest seen all are 0.
  const std::array<int64_t, kAreas>& of(int32_t label) const;
  size_t labels() const { return counts_.size(); }

 private:
  std::vector<std::array<int64_t, kAreas>> counts_;
};

/// The twelve. Missing where no annotation counts.
struct CocoFigures {
  std::optional<double> ap;  ///< mean over the thresholds and 101 points of recall
  std::optional<double> ap50, ap75;
  std::optional<double> ap_small, ap_medium, ap_large;
  std::optional<double> ar1, ar10, ar100;  ///< with at most so many predictions an item and label
  std::optional<double> ar_small, ar_medium, ar_large;
};

struct CocoResult {
  CocoFigures all;                    ///< each figure the mean over labels that have it
  std::vector<CocoFigures> by_label;  ///< up to the greatest label of predictions or ground truth
};

/// Takes O(n log n) time for n predictions, about 40 steps each, and 40 bytes a prediction.
CocoResult coco_figures(const StoredMatches& matches, const TruthCounts& truth);

struct CurvePoint {
  double recall = 0;     ///< 0, .01 … 1
  double precision = 0;  ///< the greatest at this recall or a greater one; 0 where not reached
  std::optional<double> confidence;  ///< the cut at which this recall is reached
};

/// Precision at 101 points of recall, of predictions taken together (give those of one label for
/// COCO's curve of the label): `outcome` says which are true and false positives, others do not
/// count; `positives` annotations are to be found. `item` as in StoredMatches. Empty where
/// positives is 0.
std::vector<CurvePoint> precision_curve(std::span<const double> confidence,
                                        std::span<const Outcome> outcome, int64_t positives,
                                        std::span<const uint64_t> item = {});

}  // namespace cupel::evaluate
