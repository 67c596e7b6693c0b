// The three rules by which pairs are chosen (match.hpp spells them out).
#include <tuple>

#include "engine/evaluate/steps.hpp"

namespace cupel::evaluate {
namespace {

/// Whether a rule may choose a pair: of an annotation that counts, with a label that fits.
bool may_match(const Inputs& inputs, const Overlaps& overlaps, const Overlap& pair) {
  const size_t truth = overlaps.first_annotation + pair.annotation;
  const size_t prediction = overlaps.first_prediction + pair.prediction;
  return !inputs.annotations.is_crowd(truth) &&
         inputs.fits(inputs.annotations.shapes.label[truth],
                     inputs.predictions.shapes.label[prediction]);
}

void choose(const Overlap& pair, Scratch::Arrays& arrays) {
  arrays.matches[pair.prediction] = {pair.annotation, pair.iou};
  arrays.taken[pair.annotation] = 1;
}

void match_coco(const Inputs& inputs, Scratch::Arrays& arrays) {
  const Overlaps& overlaps = arrays.overlaps;
  for (const uint32_t prediction : overlaps.order) {
    Overlap best{prediction, 0, 0};
    for (size_t at = overlaps.begin[prediction]; at < overlaps.begin[prediction + 1]; ++at) {
      const Overlap& pair = overlaps.pairs[at];
      if (pair.iou < inputs.reach || pair.iou < best.iou || arrays.taken[pair.annotation] != 0)
        continue;
      if (may_match(inputs, overlaps, pair)) best = pair;
    }
    if (best.iou > 0) choose(best, arrays);
  }
}

/// The pairs of evaluated predictions that a rule may choose, with at least this IoU.
void find_candidates(const Inputs& inputs, double least, Scratch::Arrays& arrays) {
  const Overlaps& overlaps = arrays.overlaps;
  arrays.candidates.clear();
  for (const uint32_t prediction : overlaps.order) {
    for (size_t at = overlaps.begin[prediction]; at < overlaps.begin[prediction + 1]; ++at) {
      const Overlap& pair = overlaps.pairs[at];
      if (pair.iou >= least && may_match(inputs, overlaps, pair)) arrays.candidates.push_back(pair);
    }
  }
}

void match_nucleus(const Inputs& inputs, Scratch::Arrays& arrays) {
  find_candidates(inputs, 0, arrays);
  const double* confidence =
      inputs.predictions.confidence.data() + arrays.overlaps.first_prediction;
  std::sort(arrays.candidates.begin(), arrays.candidates.end(),
            [&](const Overlap& a, const Overlap& b) {
              if (a.iou != b.iou) return a.iou > b.iou;
              if (confidence[a.prediction] != confidence[b.prediction])
                return confidence[a.prediction] > confidence[b.prediction];
              return std::tie(a.prediction, a.annotation) < std::tie(b.prediction, b.annotation);
            });
  for (const Overlap& pair : arrays.candidates) {
    if (arrays.matches[pair.prediction].annotation == kNobody && arrays.taken[pair.annotation] == 0)
      choose(pair, arrays);
  }
}

void match_optimal(const Inputs& inputs, Scratch::Arrays& arrays) {
  find_candidates(inputs, inputs.reach, arrays);
  const Overlaps& overlaps = arrays.overlaps;
  auto& candidates = arrays.candidates;
  std::sort(candidates.begin(), candidates.end(), [](const Overlap& a, const Overlap& b) {
    return std::tie(a.prediction, a.annotation) < std::tie(b.prediction, b.annotation);
  });
  arrays.edges.clear();
  for (const Overlap& pair : candidates)
    arrays.edges.push_back({pair.prediction, pair.annotation, pair.iou});
  const std::vector<int64_t>& chosen = arrays.assignment.solve(
      overlaps.predictions, overlaps.annotations, arrays.edges, inputs.options.poll);
  for (const Overlap& pair : candidates) {
    if (chosen[pair.prediction] == pair.annotation) choose(pair, arrays);
  }
}

}  // namespace

void choose_matches(const Inputs& inputs, Scratch::Arrays& arrays) {
  Overlaps& overlaps = arrays.overlaps;
  const double* confidence = inputs.predictions.confidence.data() + overlaps.first_prediction;
  while (!overlaps.order.empty() && confidence[overlaps.order.back()] < inputs.options.confidence)
    overlaps.order.pop_back();
  arrays.matches.assign(overlaps.predictions, {});
  arrays.taken.assign(overlaps.annotations, 0);
  switch (inputs.options.rule) {
    case Rule::kCoco: return match_coco(inputs, arrays);
    case Rule::kNucleus: return match_nucleus(inputs, arrays);
    case Rule::kOptimal: return match_optimal(inputs, arrays);
  }
}

}  // namespace cupel::evaluate
