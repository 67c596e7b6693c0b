#include "engine/evaluate/error_kinds.hpp"

#include "engine/evaluate/steps.hpp"

namespace cupel::evaluate {
namespace {

/// The greatest IoU of one prediction with annotations of some sort, and the first that has it.
struct Greatest {
  double iou = 0;
  int64_t annotation = kNobody;

  void see(const Overlap& pair) {
    if (pair.iou > iou) *this = {pair.iou, pair.annotation};
  }
};

struct Seen {
  Greatest fitting, other, found, any;
};

Seen look_around(const Inputs& inputs, const Overlaps& overlaps, uint32_t prediction,
                 const ObjectOutcomes& truths) {
  Seen seen;
  const int32_t label = inputs.predictions.shapes.label[overlaps.first_prediction + prediction];
  for (size_t at = overlaps.begin[prediction]; at < overlaps.begin[prediction + 1]; ++at) {
    const Overlap& pair = overlaps.pairs[at];
    const size_t truth = overlaps.first_annotation + pair.annotation;
    if (inputs.annotations.is_crowd(truth)) continue;
    seen.any.see(pair);
    if (!inputs.fits(inputs.annotations.shapes.label[truth], label)) {
      seen.other.see(pair);
      continue;
    }
    seen.fitting.see(pair);
    if (truths.outcome[truth] == Outcome::kTruePositive) seen.found.see(pair);
  }
  return seen;
}

ErrorKind kind_of(const Seen& seen, const MatchOptions& options) {
  if (seen.fitting.annotation != kNobody && seen.fitting.iou >= options.background &&
      seen.fitting.iou <= options.iou)
    return ErrorKind::kLocalization;
  if (seen.other.iou >= options.iou) return ErrorKind::kClassification;
  if (seen.found.iou >= options.iou) return ErrorKind::kDuplicate;
  if (seen.any.iou <= options.background) return ErrorKind::kBackground;
  return ErrorKind::kBoth;
}

}  // namespace

void write_errors(const Inputs& inputs, Scratch::Arrays& arrays, Outcomes& out) {
  const Overlaps& overlaps = arrays.overlaps;
  for (const uint32_t at : overlaps.edges.annotation) {
    const size_t object = overlaps.first_annotation + at;
    if (out.annotations.outcome[object] == Outcome::kFalseNegative)
      out.annotations.error[object] = ErrorKind::kMissed;
  }
  for (const uint32_t prediction : overlaps.order) {
    const size_t object = overlaps.first_prediction + prediction;
    if (out.predictions.outcome[object] != Outcome::kFalsePositive) continue;
    const Seen seen = look_around(inputs, overlaps, prediction, out.annotations);
    const ErrorKind kind = kind_of(seen, inputs.options);
    out.predictions.error[object] = kind;
    if (kind != ErrorKind::kLocalization && kind != ErrorKind::kClassification) continue;
    const Greatest& about = kind == ErrorKind::kLocalization ? seen.fitting : seen.other;
    ErrorKind& error =
        out.annotations.error[overlaps.first_annotation + static_cast<size_t>(about.annotation)];
    if (error == ErrorKind::kMissed) error = kind;
  }
}

}  // namespace cupel::evaluate
