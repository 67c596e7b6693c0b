#include "grammar/print_evaluation.hpp"

#include <fmt/format.h>

#include <string_view>

#include "grammar/print.hpp"

namespace cupel::grammar {
namespace {

std::string number(std::string_view words, const std::optional<GivenNumber>& given) {
  return given ? fmt::format(" {} {}", words, given->value) : std::string();
}

std::string print(const MetricsClauses& clauses) {
  std::string text;
  if (clauses.where) text += " WHERE " + print(*clauses.where);
  for (const ExpressionPtr& key : clauses.group_by)
    text += (&key == &clauses.group_by.front() ? " GROUP BY " : ", ") + print(*key);
  return text + number("IOU", clauses.iou) + number("CONFIDENCE", clauses.confidence);
}

std::string_view word(EvaluationView view) {
  switch (view) {
    case EvaluationView::kMetrics: return "METRICS";
    case EvaluationView::kConfusion: return "CONFUSION";
    case EvaluationView::kErrors: return "ERRORS";
    case EvaluationView::kCurve: break;
  }
  return "CURVE";
}

}  // namespace

std::string print(const EvaluateRun& s) {
  std::string text = "EVALUATE RUN " + quote_text(s.run.text);
  if (s.rule) text += " RULE " + print_name(s.rule->text);
  text += number("IOU", s.iou);
  if (s.agnostic) text += " CLASS AGNOSTIC";
  for (const LabelPair& pair : s.allowed)
    text += fmt::format("{}{} = {}", &pair == &s.allowed.front() ? " ALLOW (" : ", ",
                        quote_text(pair.given.text), quote_text(pair.predicted.text));
  if (!s.allowed.empty()) text += ")";
  return text + number("CONFIDENCE", s.confidence);
}

std::string print(const ShowEvaluation& s) {
  return fmt::format("SHOW {} OF RUN {}{}", word(s.view), quote_text(s.run.text), print(s.clauses));
}

std::string print(const CompareRuns& s) {
  return fmt::format("COMPARE RUNS {} AND {}{}", quote_text(s.first.text),
                     quote_text(s.second.text), print(s.clauses));
}

}  // namespace cupel::grammar
