#include <fmt/format.h>

#include <algorithm>

#include "engine/api/label_errors.hpp"
#include "engine/exec/evaluate_run.hpp"
#include "grammar/print.hpp"
#include "grammar/print_evaluation.hpp"

namespace cupel::api {
namespace {

struct RuleWord {
  std::string_view word;
  evaluate::Rule rule;
};
constexpr RuleWord kRules[] = {{"coco", evaluate::Rule::kCoco},
                               {"nucleus", evaluate::Rule::kNucleus},
                               {"optimal", evaluate::Rule::kOptimal}};

const RuleWord& rule_of(const std::optional<grammar::Name>& name) {
  std::vector<std::string> known;
  for (const RuleWord& rule : kRules) {
    if (!name || name->text == rule.word) return rule;
    known.emplace_back(rule.word);
  }
  unknown_name("rule", *name, known);
}

exec::EvaluateRequest request_of(const grammar::EvaluateRun& statement) {
  exec::EvaluateRequest request;
  plan::EvaluationRecord& record = request.record;
  const RuleWord& rule = rule_of(statement.rule);
  record.rule = rule.word;
  request.options.rule = rule.rule;
  if (statement.iou) record.iou = statement.iou->value;
  if (!(record.iou > 0 && record.iou <= 1))
    throw Error(ErrorCode::kConstraint,
                fmt::format("IOU is a threshold above 0, at most 1, not {}", record.iou),
                statement.iou->span);
  if (statement.confidence) record.confidence = statement.confidence->value;
  request.options.iou = record.iou;
  request.options.confidence = record.confidence;
  request.options.class_agnostic = record.agnostic = statement.agnostic;
  record.allows = !statement.allowed.empty();
  if (record.agnostic && record.allows)
    throw Error(ErrorCode::kConstraint,
                "with CLASS AGNOSTIC any two labels fit; leave one of CLASS AGNOSTIC and ALLOW out",
                statement.allowed.front().given.span);
  for (const grammar::LabelPair& pair : statement.allowed)
    request.allowed.emplace_back(pair.given.text, pair.predicted.text);
  record.statement = grammar::print(statement);
  return request;
}

void warn_of_labels(const grammar::EvaluateRun& statement, const exec::EvaluateOutcome& outcome,
                    std::vector<Warning>& warnings) {
  const auto has = [](const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
  };
  for (const grammar::LabelPair& pair : statement.allowed) {
    if (has(outcome.unknown_given, pair.given.text))
      warnings.push_back(
          {"no annotation has label " + grammar::quote_text(pair.given.text), pair.given.span, {}});
    if (has(outcome.unknown_predicted, pair.predicted.text))
      warnings.push_back({"no object has label " + grammar::quote_text(pair.predicted.text),
                          pair.predicted.span,
                          {}});
  }
}

Value number(uint64_t count) { return static_cast<int64_t>(count); }

}  // namespace

Answer evaluate_run(const Call& call, const grammar::EvaluateRun& statement) {
  exec::EvaluateRequest request = request_of(statement);
  exec::EvaluateOutcome outcome;
  write(call.session, [&](storage::Transaction& transaction) {
    const storage::Run run = named_run(transaction.catalog(), statement.run);
    transaction.flush();
    const auto context = call.session.context(transaction.view());
    outcome = exec::evaluate_run(transaction, run, std::move(request), *context);
  });
  const plan::EvaluationRecord& found = outcome.record;
  RowBuilder rows({{"images", Type::kInt64},
                   {"annotations", Type::kInt64},
                   {"predictions", Type::kInt64},
                   {"tp", Type::kInt64},
                   {"fp", Type::kInt64},
                   {"fn", Type::kInt64},
                   {"ignored", Type::kInt64}});
  rows.add({number(found.images), number(found.annotations), number(found.predictions),
            number(found.tp), number(found.fp), number(found.fn), number(found.ignored)});
  Answer answer = rows.finish(
      fmt::format("run '{}' has {} right and {} wrong; {} missed (rule {}, IOU {})", found.run,
                  counted(found.tp, "predictions"), counted(found.fp, "predictions"),
                  counted(found.fn, "annotations"), found.rule, found.iou));
  warn_of_labels(statement, outcome, answer->warnings);
  return answer;
}

}  // namespace cupel::api
