#include "tests/support/random_query.hpp"

// Random statements of evaluation.

namespace cupel::testing {

using namespace grammar;

std::optional<GivenNumber> RandomSyntax::maybe_number() {
  if (!chance(30)) return std::nullopt;
  return GivenNumber{static_cast<double>(below(1000)) / 1000, {}};
}

EvaluateRun RandomSyntax::evaluate_run() {
  EvaluateRun result;
  result.run = name();
  result.rule = maybe_name();
  result.iou = maybe_number();
  result.confidence = maybe_number();
  result.agnostic = chance(30);
  if (chance(30))
    for (size_t i = 1 + below(3); i > 0; --i) result.allowed.push_back({name(), name()});
  return result;
}

MetricsClauses RandomSyntax::metrics_clauses() {
  MetricsClauses result;
  if (chance(50)) result.where = condition(2);
  if (chance(40))
    for (size_t i = 1 + below(3); i > 0; --i) result.group_by.push_back(condition(1));
  result.iou = maybe_number();
  result.confidence = maybe_number();
  return result;
}

void RandomSyntax::evaluation_statement(Statement& result) {
  switch (below(3)) {
    case 0: result.node = evaluate_run(); break;
    case 1: {
      ShowEvaluation show;
      show.view = static_cast<EvaluationView>(below(4));
      show.run = name();
      show.clauses = metrics_clauses();
      result.node = std::move(show);
      break;
    }
    default: {
      CompareRuns compare;
      compare.first = name();
      compare.second = name();
      compare.clauses = metrics_clauses();
      result.node = std::move(compare);
    }
  }
}

}  // namespace cupel::testing
