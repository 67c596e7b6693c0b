#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/evaluate/average_precision.hpp"
#include "engine/exec/item_groups.hpp"
#include "engine/exec/stored_matches.hpp"
#include "engine/plan/evaluation_record.hpp"

/// Figures of an evaluated run, from what EVALUATE wrote (docs/evaluation.md has the rules).
namespace cupel::exec {

/// An evaluated run, and with which thresholds its matches are looked at.
struct EvaluatedRun {
  storage::Run run;
  plan::EvaluationRecord record;
  std::optional<double> iou, confidence;
};

/// Throw kConstraint when the stored matches cannot tell of the threshold.
void check_iou(const EvaluatedRun& run);
void check_confidence(const EvaluatedRun& run);

/// One line of figures: of a group, or of a label in a group.
struct MetricsLine {
  size_t group = 0;
  std::optional<std::string> label;
  uint64_t images = 0, annotations = 0, predictions = 0, tp = 0, fp = 0, fn = 0;
  std::optional<double> precision, recall, f1;
  evaluate::CocoFigures coco;
};
/// Lines by group, then label.
std::vector<MetricsLine> metrics_of(const EvaluatedRun& run, const ItemGroups& groups,
                                    bool by_label, const Context& context);

struct ConfusionLine {
  std::optional<std::string> label, predicted;
  uint64_t count = 0;
};
/// Of the items of all groups: the most frequent first, then by label and predicted.
std::vector<ConfusionLine> confusion_of(const EvaluatedRun& run, const ItemGroups& groups,
                                        const Context& context);

struct ErrorLine {
  size_t group = 0;
  std::optional<std::string> label;
  const char* error = nullptr;
  uint64_t count = 0;
  double share = 0;  ///< of the errors of the group (and label)
};
/// By group, label, then the most frequent first. A missed object is of its own label, other errors
/// are of the predicted one.
std::vector<ErrorLine> errors_of(const EvaluatedRun& run, const ItemGroups& groups, bool by_label,
                                 const Context& context);

struct CurveLine {
  size_t group = 0;
  std::optional<std::string> label;
  evaluate::CurvePoint point;
};
std::vector<CurveLine> curve_of(const EvaluatedRun& run, const ItemGroups& groups, bool by_label,
                                const Context& context);

struct ComparisonLine {
  size_t group = 0;
  std::optional<std::string> label;
  const char* metric = nullptr;
  std::optional<double> first, second;
};
std::vector<ComparisonLine> compare_runs(const EvaluatedRun& first, const EvaluatedRun& second,
                                         const ItemGroups& groups, bool by_label,
                                         const Context& context);

// --- shared by these

/// What the stored matches say of each prediction at the run's thresholds, and the label of the
/// annotation that it found (true positives; kMissing: none).
struct JudgedPredictions {
  std::vector<evaluate::Outcome> outcome;
  std::vector<int32_t> found;
};
JudgedPredictions judge(const EvaluatedRun& run, const StoredPredictions& predictions);
/// The columns that judge() needs.
MatchParts parts_of(const EvaluatedRun& run);
/// Label numbers in the order of their texts.
std::vector<int32_t> sorted_labels(const TextNumbers& labels);

}  // namespace cupel::exec
