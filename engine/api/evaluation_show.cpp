#include <fmt/format.h>

#include <cmath>

#include "engine/api/label_errors.hpp"
#include "engine/bind/bind.hpp"
#include "engine/exec/metrics.hpp"
#include "grammar/print.hpp"

namespace cupel::api {
namespace {

using exec::EvaluatedRun;
using grammar::MetricsClauses;

bool is_label(const grammar::Expression& key) {
  const auto* path = std::get_if<grammar::Path>(&key.node);
  return path != nullptr && path->segments.size() == 1 && path->segments[0].name == "label" &&
         !path->segments[0].quoted && !path->segments[0].filter && !path->segments[0].argument;
}

EvaluatedRun evaluated_run(const storage::Catalog& catalog, const grammar::Name& name,
                           std::vector<Warning>& warnings) {
  EvaluatedRun run;
  run.run = named_run(catalog, name);
  const auto record = plan::evaluation_of(catalog, run.run.name);
  if (!record)
    throw Error(ErrorCode::kName,
                "run '" + run.run.name + "' has not been evaluated; EVALUATE RUN " +
                    grammar::quote_text(run.run.name) + " does",
                name.span);
  run.record = *record;
  const std::string stale = plan::stale_sentence(run.record, catalog);
  if (!stale.empty()) warnings.push_back({stale, name.span, {}});
  return run;
}

/// Calls `f`; an error of it gets the place of the number.
template <typename F>
void at_number(const std::optional<grammar::GivenNumber>& given, F&& f) {
  try {
    f();
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), given->span, error.suggestion());
  }
}

void take_thresholds(const MetricsClauses& clauses, EvaluatedRun& run) {
  if (clauses.iou) {
    run.iou = clauses.iou->value;
    at_number(clauses.iou, [&] { exec::check_iou(run); });
  }
  if (clauses.confidence) {
    run.confidence = clauses.confidence->value;
    at_number(clauses.confidence, [&] { exec::check_confidence(run); });
  }
}

/// What the clauses of a statement ask for: items in groups, each a row's first columns.
class Asked {
 public:
  Asked(const Call& call, const MetricsClauses& clauses, const exec::Context& context,
        std::vector<Warning>& warnings) {
    const bind::Scope scope = scope_of(call, context.snapshot);
    std::vector<const grammar::Expression*> keys;
    for (const grammar::ExpressionPtr& key : clauses.group_by) {
      if (is_label(*key)) {
        label_at_ = columns_.size();
        columns_.push_back({"label", Type::kText});
        continue;
      }
      keys.push_back(key.get());
      columns_.push_back({});
    }
    const plan::Plan plan =
        optimise(call.session, bind::bind_item_groups(clauses.where.get(), keys, scope, warnings));
    enforce_strict(call.session, warnings);
    size_t next = 0;
    for (size_t i = 0; i < columns_.size(); ++i)
      if (i != label_at_) {
        columns_[i] = {plan.outputs[next].name, plan.outputs[next].type};
        ++next;
      }
    groups_ = exec::group_items(plan, context);
  }

  bool by_label() const { return label_at_.has_value(); }
  const exec::ItemGroups& groups() const { return groups_; }
  std::vector<ColumnInfo> columns(const std::vector<ColumnInfo>& more) const {
    std::vector<ColumnInfo> all = columns_;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  /// The keys of a line, in the order of GROUP BY.
  template <typename Line>
  std::vector<Value> row(const Line& line) const {
    std::vector<Value> row;
    size_t next = 0;
    for (size_t i = 0; i < columns_.size(); ++i)
      row.push_back(i == label_at_ ? Value(*line.label) : groups_.keys[line.group][next++]);
    return row;
  }

 private:
  std::vector<ColumnInfo> columns_;
  std::optional<size_t> label_at_;
  exec::ItemGroups groups_;
};

Value number(uint64_t count) { return static_cast<int64_t>(count); }
Value number(const std::optional<double>& figure) { return figure ? Value(*figure) : Value(); }
Value text(const std::optional<std::string>& label) { return label ? Value(*label) : Value(); }

const std::vector<ColumnInfo>& metrics_columns() {
  static const std::vector<ColumnInfo> columns = [] {
    std::vector<ColumnInfo> list;
    for (const char* count : {"images", "annotations", "predictions", "tp", "fp", "fn"})
      list.push_back({count, Type::kInt64});
    for (const char* figure :
         {"precision", "recall", "f1", "ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large",
          "ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large"})
      list.push_back({figure, Type::kFloat64});
    return list;
  }();
  return columns;
}

std::vector<Value> metrics_values(const exec::MetricsLine& line) {
  std::vector<Value> row;
  for (const uint64_t count :
       {line.images, line.annotations, line.predictions, line.tp, line.fp, line.fn})
    row.push_back(number(count));
  const evaluate::CocoFigures& coco = line.coco;
  for (const auto& figure : {line.precision, line.recall, line.f1, coco.ap, coco.ap50, coco.ap75,
                             coco.ap_small, coco.ap_medium, coco.ap_large, coco.ar1, coco.ar10,
                             coco.ar100, coco.ar_small, coco.ar_medium, coco.ar_large})
    row.push_back(number(figure));
  return row;
}

/// A clause that a statement does not take.
void refuse(bool given, std::string_view statement, std::string_view clause,
            std::optional<Span> span) {
  if (given)
    throw Error(ErrorCode::kUnsupported, fmt::format("{} does not take {}", statement, clause),
                span);
}
std::optional<Span> span_of(const std::optional<grammar::GivenNumber>& given) {
  return given ? std::optional(given->span) : std::nullopt;
}
void refuse_numbers(const MetricsClauses& clauses, std::string_view statement) {
  refuse(clauses.iou.has_value(), statement, "IOU", span_of(clauses.iou));
  refuse(clauses.confidence.has_value(), statement, "CONFIDENCE", span_of(clauses.confidence));
}
void refuse_groups(const MetricsClauses& clauses, std::string_view statement, bool label_too) {
  for (const grammar::ExpressionPtr& key : clauses.group_by)
    refuse(label_too || !is_label(*key), statement,
           label_too ? "GROUP BY" : "GROUP BY of anything but label", key->span);
}

/// Fills a table with the lines that `make` finds.
template <typename Make, typename Fill>
Answer table(const Call& call, const MetricsClauses& clauses, const exec::Context& context,
             std::vector<Warning> warnings, const std::vector<ColumnInfo>& columns,
             std::string noun, Make&& make, Fill&& fill) {
  const Asked asked(call, clauses, context, warnings);
  RowBuilder rows(asked.columns(columns));
  for (const auto& line : make(asked)) {
    std::vector<Value> row = asked.row(line);
    for (Value& value : fill(line)) row.push_back(std::move(value));
    rows.add(row);
  }
  Answer answer = rows.finish();
  answer->noun = std::move(noun);
  answer->warnings = std::move(warnings);
  return answer;
}

Answer show_metrics(const Call& call, const MetricsClauses& clauses, const EvaluatedRun& run,
                    const exec::Context& context, std::vector<Warning> warnings) {
  return table(
      call, clauses, context, std::move(warnings), metrics_columns(), "groups",
      [&](const Asked& asked) {
        return exec::metrics_of(run, asked.groups(), asked.by_label(), context);
      },
      metrics_values);
}

Answer show_errors(const Call& call, const MetricsClauses& clauses, const EvaluatedRun& run,
                   const exec::Context& context, std::vector<Warning> warnings) {
  return table(
      call, clauses, context, std::move(warnings),
      {{"error", Type::kText}, {"count", Type::kInt64}, {"share", Type::kFloat64}}, "rows",
      [&](const Asked& asked) {
        return exec::errors_of(run, asked.groups(), asked.by_label(), context);
      },
      [](const exec::ErrorLine& line) {
        return std::vector<Value>{line.error, number(line.count),
                                  std::round(line.share * 1e4) / 1e4};
      });
}

Answer show_curve(const Call& call, const MetricsClauses& clauses, const EvaluatedRun& run,
                  const exec::Context& context, std::vector<Warning> warnings) {
  return table(
      call, clauses, context, std::move(warnings),
      {{"confidence", Type::kFloat64}, {"precision", Type::kFloat64}, {"recall", Type::kFloat64}},
      "points",
      [&](const Asked& asked) {
        return exec::curve_of(run, asked.groups(), asked.by_label(), context);
      },
      [](const exec::CurveLine& line) {
        return std::vector<Value>{number(line.point.confidence), line.point.precision,
                                  line.point.recall};
      });
}

Answer show_confusion(const Call& call, const MetricsClauses& clauses, const EvaluatedRun& run,
                      const exec::Context& context, std::vector<Warning> warnings) {
  const Asked asked(call, clauses, context, warnings);
  RowBuilder rows({{"label", Type::kText}, {"predicted", Type::kText}, {"count", Type::kInt64}});
  for (const exec::ConfusionLine& line : exec::confusion_of(run, asked.groups(), context))
    rows.add({text(line.label), text(line.predicted), number(line.count)});
  Answer answer = rows.finish();
  answer->noun = "pairs";
  answer->warnings = std::move(warnings);
  return answer;
}

}  // namespace

Answer show_evaluation(const Call& call, const grammar::ShowEvaluation& statement) {
  const MetricsClauses& clauses = statement.clauses;
  using View = grammar::EvaluationView;
  if (statement.view == View::kConfusion) {
    refuse_groups(clauses, "SHOW CONFUSION", true);
    refuse_numbers(clauses, "SHOW CONFUSION");
  } else if (statement.view == View::kErrors) {
    refuse_numbers(clauses, "SHOW ERRORS");
  } else if (statement.view == View::kCurve) {
    refuse_groups(clauses, "SHOW CURVE", false);
    refuse(clauses.confidence.has_value(), "SHOW CURVE", "CONFIDENCE", span_of(clauses.confidence));
  }
  const auto context = call.session.context(call.session.view());
  std::vector<Warning> warnings;
  EvaluatedRun run = evaluated_run(context->snapshot->catalog(), statement.run, warnings);
  take_thresholds(clauses, run);
  switch (statement.view) {
    case View::kMetrics: return show_metrics(call, clauses, run, *context, std::move(warnings));
    case View::kConfusion: return show_confusion(call, clauses, run, *context, std::move(warnings));
    case View::kErrors: return show_errors(call, clauses, run, *context, std::move(warnings));
    case View::kCurve: break;
  }
  return show_curve(call, clauses, run, *context, std::move(warnings));
}

Answer compare_runs(const Call& call, const grammar::CompareRuns& statement) {
  refuse_numbers(statement.clauses, "COMPARE RUNS");
  const auto context = call.session.context(call.session.view());
  const storage::Catalog& catalog = context->snapshot->catalog();
  std::vector<Warning> warnings;
  const EvaluatedRun first = evaluated_run(catalog, statement.first, warnings);
  const EvaluatedRun second = evaluated_run(catalog, statement.second, warnings);
  if (first.record.rule != second.record.rule || first.record.iou != second.record.iou)
    warnings.push_back({fmt::format("the runs were evaluated differently: '{}' by rule {} at IOU "
                                    "{}, '{}' by rule {} at IOU {}",
                                    first.run.name, first.record.rule, first.record.iou,
                                    second.run.name, second.record.rule, second.record.iou),
                        {},
                        {}});
  return table(
      call, statement.clauses, *context, std::move(warnings),
      {{"metric", Type::kText},
       {"a", Type::kFloat64},
       {"b", Type::kFloat64},
       {"difference", Type::kFloat64}},
      "rows",
      [&](const Asked& asked) {
        return exec::compare_runs(first, second, asked.groups(), asked.by_label(), *context);
      },
      [](const exec::ComparisonLine& line) {
        const std::optional<double> difference =
            line.first && line.second ? std::optional(*line.second - *line.first) : std::nullopt;
        return std::vector<Value>{line.metric, number(line.first), number(line.second),
                                  number(difference)};
      });
}

}  // namespace cupel::api
