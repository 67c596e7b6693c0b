#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cupel/error.hpp"
#include "engine/exec/metrics.hpp"

// Which predictions are right, at which threshold.

namespace cupel::exec {
namespace {

using evaluate::Outcome;

constexpr double kSame = 1e-9;

/// Whether the outcomes are the stored ones.
bool as_stored(const EvaluatedRun& run) {
  return !run.iou || std::abs(*run.iou - run.record.iou) < kSame;
}

/// The number of a threshold on COCO's grid.
std::optional<size_t> on_grid(double iou) {
  for (size_t i = 0; i < evaluate::kThresholds; ++i)
    if (std::abs(evaluate::kIouThresholds[i] - iou) < kSame) return i;
  return std::nullopt;
}

[[noreturn]] void evaluate_again(const EvaluatedRun& run, std::string_view why, double iou) {
  throw Error(ErrorCode::kConstraint,
              fmt::format("{}; EVALUATE RUN \"{}\" again with IOU {}", why, run.run.name, iou));
}

}  // namespace

void check_iou(const EvaluatedRun& run) {
  if (as_stored(run)) return;
  const double iou = *run.iou;
  const plan::EvaluationRecord& record = run.record;
  if (!(iou > 0 && iou <= 1))
    throw Error(ErrorCode::kConstraint,
                fmt::format("IOU is a threshold above 0, at most 1, not {}", iou));
  if (record.rule == "nucleus") return;
  if (record.rule != "coco")
    evaluate_again(run,
                   fmt::format("the rule {} chose its matches at IOU {}, which says nothing of "
                               "another",
                               record.rule, record.iou),
                   iou);
  if (record.agnostic || record.allows)
    evaluate_again(run, "other thresholds than the evaluated one are known for equal labels only",
                   iou);
  if (!on_grid(iou))
    evaluate_again(run,
                   "matches by the rule coco are known at the thresholds 0.5, 0.55 … 0.95 and the "
                   "evaluated one",
                   iou);
}

void check_confidence(const EvaluatedRun& run) {
  const plan::EvaluationRecord& record = run.record;
  if (!run.confidence || *run.confidence == record.confidence) return;
  const auto again = [&](std::string_view why) {
    throw Error(ErrorCode::kConstraint,
                fmt::format("{}; EVALUATE RUN \"{}\" again with CONFIDENCE {}", why, run.run.name,
                            *run.confidence));
  };
  if (record.rule != "coco")
    again(fmt::format("by the rule {} a prediction that is left out changes the matches of others",
                      record.rule));
  if (*run.confidence < record.confidence)
    again(fmt::format("predictions below the confidence {} were not evaluated", record.confidence));
}

MatchParts parts_of(const EvaluatedRun& run) {
  MatchParts parts;
  if (as_stored(run)) return parts;
  (run.record.rule == "coco" ? parts.bits : parts.pairs) = true;
  return parts;
}

JudgedPredictions judge(const EvaluatedRun& run, const StoredPredictions& predictions) {
  JudgedPredictions judged{predictions.outcome, {}};
  judged.found.assign(predictions.size(), TextNumbers::kMissing);
  const bool stored = as_stored(run);
  const bool bits = run.record.rule == "coco";
  const size_t threshold = stored || !bits ? 0 : on_grid(*run.iou).value();
  for (size_t i = 0; i < predictions.size(); ++i) {
    Outcome& outcome = judged.outcome[i];
    if (run.confidence && predictions.confidence[i] < *run.confidence) outcome = Outcome::kNone;
    if (outcome == Outcome::kNone) continue;
    if (!stored && bits) {
      // Categories have no bits and no threshold; of boxes COCO looks at the first hundred.
      if (predictions.rank[i] >= 0)
        outcome =
            predictions.rank[i] < evaluate::kMostDetections
                ? evaluate::outcome_at(predictions.matched[i], predictions.ignored[i], threshold)
                : Outcome::kNone;
    } else if (!stored && outcome != Outcome::kIgnored && predictions.iou[i] >= 0) {
      const bool right = predictions.paired[i] != 0 && predictions.iou[i] >= *run.iou;
      outcome = right ? Outcome::kTruePositive : Outcome::kFalsePositive;
    }
    if (outcome == Outcome::kTruePositive)
      judged.found[i] = !stored && bits ? predictions.label[i] : predictions.matched_label[i];
  }
  return judged;
}

std::vector<int32_t> sorted_labels(const TextNumbers& labels) {
  std::vector<int32_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](int32_t a, int32_t b) { return labels.text(a) < labels.text(b); });
  return order;
}

}  // namespace cupel::exec
