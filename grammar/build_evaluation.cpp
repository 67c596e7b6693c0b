#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "grammar/build.hpp"

// The statements of evaluation.

namespace cupel::grammar {
namespace {

void once(bool given, std::string_view words, Span span) {
  if (given)
    throw Error(ErrorCode::kSyntax, fmt::format("the option {} is given twice", words), span);
}

}  // namespace

bool Builder::evaluation_statement(Parser::StatementContext* tree, Statement& result) {
  if (auto* t = tree->evaluateRun()) {
    result.node = evaluate_run(t);
  } else if (auto* t = tree->showEvaluation()) {
    ShowEvaluation node;
    if (t->K_CONFUSION() != nullptr) node.view = EvaluationView::kConfusion;
    if (t->K_ERRORS() != nullptr) node.view = EvaluationView::kErrors;
    if (t->K_CURVE() != nullptr) node.view = EvaluationView::kCurve;
    node.run = name_or_text(t->nameOrText());
    for (auto* option : t->metricsOption()) metrics_option(option, node.clauses);
    result.node = std::move(node);
  } else if (auto* t = tree->compareRuns()) {
    CompareRuns node;
    node.first = name_or_text(t->nameOrText(0));
    node.second = name_or_text(t->nameOrText(1));
    for (auto* option : t->metricsOption()) metrics_option(option, node.clauses);
    result.node = std::move(node);
  } else {
    return false;
  }
  return true;
}

GivenNumber Builder::given_number(Parser::NumberContext* tree) const {
  return {decimal(tree), span(tree)};
}

EvaluateRun Builder::evaluate_run(Parser::EvaluateRunContext* tree) {
  EvaluateRun result;
  result.run = name_or_text(tree->nameOrText());
  for (auto* option : tree->evaluateOption()) {
    const Span at = span(option);
    if (option->K_RULE() != nullptr) {
      once(result.rule.has_value(), "RULE", at);
      result.rule = name_or_text(option->nameOrText());
    } else if (option->K_IOU() != nullptr) {
      once(result.iou.has_value(), "IOU", at);
      result.iou = given_number(option->number());
    } else if (option->K_CONFIDENCE() != nullptr) {
      once(result.confidence.has_value(), "CONFIDENCE", at);
      result.confidence = given_number(option->number());
    } else if (option->K_AGNOSTIC() != nullptr) {
      once(result.agnostic, "CLASS AGNOSTIC", at);
      result.agnostic = true;
    } else {
      once(!result.allowed.empty(), "ALLOW", at);
      for (auto* pair : option->allowedPair())
        result.allowed.push_back(
            {name_or_text(pair->nameOrText(0)), name_or_text(pair->nameOrText(1))});
    }
  }
  return result;
}

void Builder::metrics_option(Parser::MetricsOptionContext* tree, MetricsClauses& clauses) {
  const Span at = span(tree);
  if (auto* where = tree->whereClause()) {
    once(clauses.where != nullptr, "WHERE", at);
    clauses.where = condition(where->condition(), Place::kField);
  } else if (auto* group = tree->groupByClause()) {
    once(!clauses.group_by.empty(), "GROUP BY", at);
    for (auto* key : group->condition()) clauses.group_by.push_back(condition(key, Place::kField));
  } else if (tree->K_IOU() != nullptr) {
    once(clauses.iou.has_value(), "IOU", at);
    clauses.iou = given_number(tree->number());
  } else {
    once(clauses.confidence.has_value(), "CONFIDENCE", at);
    clauses.confidence = given_number(tree->number());
  }
}

}  // namespace cupel::grammar
