#include "engine/evaluate/match.hpp"

#include "cupel/error.hpp"
#include "engine/evaluate/coco_bits.hpp"
#include "engine/evaluate/steps.hpp"

namespace cupel::evaluate {
namespace {

void check(const MatchOptions& options) {
  if (!(options.iou > 0 && options.iou <= 1))
    throw Error(ErrorCode::kConstraint, "the IoU threshold must be above 0 and at most 1");
  if (!(options.background >= 0 && options.background <= options.iou))
    throw Error(ErrorCode::kConstraint,
                "the background threshold must lie between 0 and the IoU threshold");
  if (std::isnan(options.confidence))
    throw Error(ErrorCode::kConstraint, "the least confidence must be a number");
}

struct Writer {
  const Inputs& inputs;
  const Overlaps& overlaps;
  std::vector<Match>& matches;
  Outcomes& out;

  size_t prediction(size_t at) const { return overlaps.first_prediction + at; }
  size_t annotation(size_t at) const { return overlaps.first_annotation + at; }

  static void write(ObjectOutcomes& to, size_t object, Outcome outcome, size_t partner, double iou,
                    bool paired) {
    to.outcome[object] = outcome;
    to.partner[object] = static_cast<int64_t>(partner);
    to.iou[object] = iou;
    to.paired[object] = paired ? 1 : 0;
  }

  /// The crowd that a prediction belongs to, if any.
  const Overlap* crowd_of(size_t at) const {
    const Overlap* best = nullptr;
    const int32_t label = inputs.predictions.shapes.label[prediction(at)];
    for (size_t i = overlaps.begin[at]; i < overlaps.begin[at + 1]; ++i) {
      const Overlap& pair = overlaps.pairs[i];
      const size_t truth = annotation(pair.annotation);
      if (pair.iou >= inputs.reach && inputs.annotations.is_crowd(truth) &&
          inputs.fits(inputs.annotations.shapes.label[truth], label) &&
          (best == nullptr || pair.iou >= best->iou))
        best = &pair;
    }
    return best;
  }

  void write_prediction(size_t at) {
    const size_t object = prediction(at);
    const Match& match = matches[at];
    if (match.iou >= inputs.reach) {
      write(out.predictions, object, Outcome::kTruePositive,
            annotation(static_cast<size_t>(match.annotation)), match.iou, true);
    } else if (const Overlap* crowd = crowd_of(at)) {
      write(out.predictions, object, Outcome::kIgnored, annotation(crowd->annotation), crowd->iou,
            true);
      matches[at] = {};
    } else if (match.annotation != kNobody) {
      write(out.predictions, object, Outcome::kFalsePositive,
            annotation(static_cast<size_t>(match.annotation)), match.iou, true);
    } else {
      write_overlapping(at);
    }
  }

  void write_overlapping(size_t at) {
    out.predictions.outcome[prediction(at)] = Outcome::kFalsePositive;
    const Overlap* best = nullptr;
    for (size_t i = overlaps.begin[at]; i < overlaps.begin[at + 1]; ++i) {
      const Overlap& pair = overlaps.pairs[i];
      if (!inputs.annotations.is_crowd(annotation(pair.annotation)) &&
          (best == nullptr || pair.iou > best->iou))
        best = &pair;
    }
    if (best != nullptr)
      write(out.predictions, prediction(at), Outcome::kFalsePositive, annotation(best->annotation),
            best->iou, false);
  }

  void write_annotations() {
    ObjectOutcomes& to = out.annotations;
    for (const uint32_t at : overlaps.edges.annotation)
      to.outcome[annotation(at)] =
          inputs.annotations.is_crowd(annotation(at)) ? Outcome::kIgnored : Outcome::kFalseNegative;
    for (const uint32_t at : overlaps.order) {
      const Match& match = matches[at];
      if (match.annotation == kNobody) continue;
      write(to, annotation(static_cast<size_t>(match.annotation)),
            match.iou >= inputs.reach ? Outcome::kTruePositive : Outcome::kFalseNegative,
            prediction(at), match.iou, true);
    }
    for (const Overlap& pair : overlaps.pairs) {
      const size_t object = annotation(pair.annotation);
      if (out.predictions.outcome[prediction(pair.prediction)] == Outcome::kNone) continue;
      if (to.paired[object] == 0 && !(pair.iou <= to.iou[object]))
        write(to, object, to.outcome[object], prediction(pair.prediction), pair.iou, false);
    }
  }

  void count(size_t item) const {
    for (const uint32_t at : overlaps.order) {
      const Outcome outcome = out.predictions.outcome[prediction(at)];
      out.tp[item] += outcome == Outcome::kTruePositive ? 1 : 0;
      out.fp[item] += outcome == Outcome::kFalsePositive ? 1 : 0;
    }
    for (const uint32_t at : overlaps.edges.annotation)
      out.fn[item] += out.annotations.outcome[annotation(at)] == Outcome::kFalseNegative ? 1 : 0;
  }
};

}  // namespace

LabelsFit::LabelsFit(const std::vector<std::pair<int32_t, int32_t>>& allowed, bool any)
    : allowed_(allowed), any_(any) {
  std::sort(allowed_.begin(), allowed_.end());
}

Scratch::Scratch() : arrays_(std::make_unique<Arrays>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

void write_outcomes(const Inputs& inputs, size_t item, Scratch::Arrays& arrays, Outcomes& out) {
  Writer writer{inputs, arrays.overlaps, arrays.matches, out};
  for (const uint32_t at : arrays.overlaps.order) writer.write_prediction(at);
  writer.write_annotations();
  writer.count(item);
}

void match_items(const Predictions& predictions, const Annotations& annotations,
                 const MatchOptions& options, size_t first, size_t last, Scratch& scratch,
                 Outcomes& out) {
  check(options);
  const Inputs inputs{predictions, annotations, options,
                      LabelsFit(options.allowed, options.class_agnostic),
                      std::min(options.iou, kSurelyReached)};
  Scratch::Arrays& arrays = scratch.arrays();
  for (size_t item = first; item < last; ++item) {
    if (options.poll) options.poll();
    find_overlaps(predictions, annotations, item, arrays.frame, arrays.overlaps);
    write_coco_bits(inputs, arrays, out.coco);
    choose_matches(inputs, arrays);
    write_outcomes(inputs, item, arrays, out);
    write_errors(inputs, arrays, out);
  }
}

}  // namespace cupel::evaluate
