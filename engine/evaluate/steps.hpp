#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/evaluate/assignment.hpp"
#include "engine/evaluate/match.hpp"
#include "engine/evaluate/overlaps.hpp"

/// The steps that match_items consists of, and what they share.
namespace cupel::evaluate {

/// Whether a prediction's label is right for an annotation's, as MatchOptions has it.
class LabelsFit {
 public:
  LabelsFit(const std::vector<std::pair<int32_t, int32_t>>& allowed, bool any);
  bool operator()(int32_t truth, int32_t predicted) const {
    return truth == predicted || any_ ||
           (!allowed_.empty() &&
            std::binary_search(allowed_.begin(), allowed_.end(), std::pair(truth, predicted)));
  }

 private:
  std::vector<std::pair<int32_t, int32_t>> allowed_;
  bool any_;
};

struct Inputs {
  const Predictions& predictions;
  const Annotations& annotations;
  const MatchOptions& options;
  LabelsFit fits;
  double reach = 0;  ///< the IoU of a true positive
};

/// A prediction's annotation, counted from the item's first.
struct Match {
  int64_t annotation = kNobody;
  double iou = 0;
};

struct CocoCandidate {
  double iou = 0;
  uint32_t annotation = 0;
  int64_t reached = 0;  ///< at which of COCO's 40 settings the IoU suffices
};

struct Scratch::Arrays {
  PolygonFrame frame;
  Overlaps overlaps;
  std::vector<Match> matches;       ///< by prediction of the item: what the rule chose
  std::vector<uint8_t> taken;       ///< by annotation of the item: whether the rule chose it
  std::vector<Overlap> candidates;  ///< pairs that may be chosen
  std::vector<AssignmentEdge> edges;
  Assignment assignment;
  std::vector<CocoCandidate> coco_candidates;  ///< of one prediction, the best first
  std::vector<int64_t> bits_taken;   ///< by annotation: at which of COCO's 40 settings it is taken
  std::vector<int64_t> bits_beyond;  ///< by annotation: at which it does not count
  std::vector<int64_t> of_label;     ///< 0 for each label, between two uses
};

// In this order, each from what the ones before left in the arrays. `arrays.overlaps` is the item.
void write_coco_bits(const Inputs& inputs, Scratch::Arrays& arrays, CocoBits& out);
/// Drops the predictions below the floor from `overlaps.order`, then chooses by the rule.
void choose_matches(const Inputs& inputs, Scratch::Arrays& arrays);
void write_outcomes(const Inputs& inputs, size_t item, Scratch::Arrays& arrays, Outcomes& out);
void write_errors(const Inputs& inputs, Scratch::Arrays& arrays, Outcomes& out);

}  // namespace cupel::evaluate
