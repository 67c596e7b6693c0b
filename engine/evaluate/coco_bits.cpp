#include "engine/evaluate/coco_bits.hpp"

#include <algorithm>

#include "engine/evaluate/steps.hpp"

namespace cupel::evaluate {
namespace {

constexpr int64_t kEveryRange = int64_t{1} | int64_t{1} << 10 | int64_t{1} << 20 | int64_t{1} << 30;

/// The bits, in every range, of the thresholds that an IoU reaches. Counted without a branch: where
/// an IoU lies cannot be guessed.
int64_t reached_bits(double iou) {
  size_t reached = 0;
  for (const double threshold : kIouThresholds)
    reached += static_cast<size_t>(iou >= std::min(threshold, kSurelyReached));
  return ((int64_t{1} << reached) - 1) * kEveryRange;
}

/// Gives a prediction to the best of its candidates at all 40 settings at once: where several
/// would do, the greatest IoU, then the last; those that count before those that do not.
struct Taker {
  int64_t matched = 0, ignored = 0;

  void take(Scratch::Arrays& arrays, const Annotations& annotations) {
    for (const bool counting : {true, false}) {
      for (const CocoCandidate& candidate : arrays.coco_candidates) {
        int64_t& taken = arrays.bits_taken[candidate.annotation];
        const int64_t beyond = arrays.bits_beyond[candidate.annotation];
        const int64_t now = candidate.reached & ~taken & ~matched & (counting ? ~beyond : beyond);
        matched |= now;
        if (!counting) ignored |= now;
        const size_t object = arrays.overlaps.first_annotation + candidate.annotation;
        if (!annotations.is_crowd(object)) taken |= now;
      }
    }
  }
};

void read_annotations(const Annotations& annotations, Scratch::Arrays& arrays) {
  const Overlaps& overlaps = arrays.overlaps;
  arrays.bits_taken.assign(overlaps.annotations, 0);
  arrays.bits_beyond.resize(overlaps.annotations);
  for (size_t at = 0; at < overlaps.annotations; ++at) {
    const size_t object = overlaps.first_annotation + at;
    arrays.bits_beyond[at] = annotations.is_crowd(object)
                                 ? kOneRange * kEveryRange
                                 : outside_bits(annotations.shapes.area[object]);
  }
}

void find_candidates(const Predictions& predictions, const Annotations& annotations,
                     uint32_t prediction, Scratch::Arrays& arrays) {
  const Overlaps& overlaps = arrays.overlaps;
  const int32_t label = predictions.shapes.label[overlaps.first_prediction + prediction];
  auto& candidates = arrays.coco_candidates;
  candidates.clear();
  for (size_t at = overlaps.begin[prediction]; at < overlaps.begin[prediction + 1]; ++at) {
    const Overlap& pair = overlaps.pairs[at];
    if (pair.iou >= kIouThresholds[0] &&
        annotations.shapes.label[overlaps.first_annotation + pair.annotation] == label)
      candidates.push_back({pair.iou, pair.annotation, reached_bits(pair.iou)});
  }
  if (candidates.size() < 2) return;
  std::sort(candidates.begin(), candidates.end(),
            [](const CocoCandidate& a, const CocoCandidate& b) {
              return a.iou != b.iou ? a.iou > b.iou : a.annotation > b.annotation;
            });
}

}  // namespace

void write_coco_bits(const Inputs& inputs, Scratch::Arrays& arrays, CocoBits& out) {
  const auto& [predictions, annotations, options, fits, reach] = inputs;
  const Overlaps& overlaps = arrays.overlaps;
  read_annotations(annotations, arrays);
  for (const uint32_t prediction : overlaps.order) {
    const size_t object = overlaps.first_prediction + prediction;
    const auto label = static_cast<size_t>(predictions.shapes.label[object]);
    if (label >= arrays.of_label.size()) arrays.of_label.resize(label + 1, 0);
    out.rank[object] = arrays.of_label[label]++;
    if (out.rank[object] >= kMostDetections) continue;
    find_candidates(predictions, annotations, prediction, arrays);
    Taker taker;
    taker.take(arrays, annotations);
    out.matched[object] = taker.matched;
    out.ignored[object] =
        taker.ignored | (~taker.matched & outside_bits(predictions.shapes.area[object]));
  }
  for (const uint32_t prediction : overlaps.order) {
    const size_t object = overlaps.first_prediction + prediction;
    arrays.of_label[static_cast<size_t>(predictions.shapes.label[object])] = 0;
  }
}

}  // namespace cupel::evaluate
