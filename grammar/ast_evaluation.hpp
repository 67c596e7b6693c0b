#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "grammar/name.hpp"

/// The statements of evaluation. Options that were not given are empty.
namespace cupel::grammar {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct GivenNumber {
  double value = 0;
  Span span;
};

/// `"given" = "predicted"` of ALLOW.
struct LabelPair {
  Name given, predicted;
};
struct EvaluateRun {
  Name run;
  std::optional<Name> rule;
  std::optional<GivenNumber> iou, confidence;
  bool agnostic = false;  ///< CLASS AGNOSTIC
  std::vector<LabelPair> allowed;
};

/// The clauses that SHOW … OF RUN and COMPARE RUNS share; which statement takes which is judged
/// after parsing.
struct MetricsClauses {
  ExpressionPtr where;  ///< on items; may be null
  std::vector<ExpressionPtr> group_by;
  std::optional<GivenNumber> iou, confidence;
};
enum class EvaluationView { kMetrics, kConfusion, kErrors, kCurve };
struct ShowEvaluation {
  EvaluationView view = EvaluationView::kMetrics;
  Name run;
  MetricsClauses clauses;
};
struct CompareRuns {
  Name first, second;
  MetricsClauses clauses;
};

}  // namespace cupel::grammar
