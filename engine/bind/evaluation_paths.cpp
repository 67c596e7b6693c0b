#include <algorithm>

#include "engine/bind/binder.hpp"
#include "engine/plan/evaluation_record.hpp"
#include "grammar/print.hpp"

/// Fields that EVALUATE wrote: of objects, and of items `evaluation.fp`.
namespace cupel::bind {
namespace {

bool has_columns(const ExpressionPtr& field) {
  return !std::get<plan::Field>(field->node).columns.empty();
}

Error not_evaluated(const std::string& run, const std::string& field, Span span) {
  return Error(ErrorCode::kName,
               run.empty() ? "no run has been evaluated yet, so that " + field + " does not exist"
                           : "run '" + run + "' has not been evaluated, so that " + field +
                                 " does not exist",
               span);
}

const std::vector<std::string>& counts() {
  static const std::vector<std::string> names = {"tp", "fp", "fn"};
  return names;
}

}  // namespace

void Binder::warn_if_stale(const std::string& run, Span span) {
  const auto record = plan::evaluation_of(catalog_, run);
  if (!record) return;
  const std::string sentence = plan::stale_sentence(*record, catalog_);
  if (!sentence.empty()) warn(sentence, span);
}

ExpressionPtr Binder::analysis_field(TableId table, const std::string& name,
                                     const std::optional<std::string>& run, Span span,
                                     const Rows& rows) {
  ExpressionPtr plain = field(table, name);
  if (table != storage::kAnnotations) {
    const storage::Run* own = catalog_.run(table);
    if (run && own != nullptr && own->name != *run)
      throw Error(ErrorCode::kName,
                  "these predictions are of run '" + own->name + "', not '" + *run + "'", span,
                  name);
    if (own != nullptr && has_columns(plain)) warn_if_stale(own->name, span);
    if (has_columns(plain) || any_arm_has(name, table, rows)) return plain;
    throw not_evaluated(own == nullptr ? std::string() : own->name, name, span);
  }
  const auto of_run = [&](const std::string& named) {
    // Beside predictions the column is theirs, too.
    const bool shared = !run && arms_.size() > 1 && !rows.filter;
    const std::string shown = shared ? name : name + "(" + grammar::quote_text(named) + ")";
    ExpressionPtr result = field(table, plan::annotation_column(name, named), shown);
    if (has_columns(result)) warn_if_stale(named, span);
    return result;
  };
  if (run) {
    ExpressionPtr result = of_run(catalog_.run(run_table(run, span))->name);
    if (!has_columns(result)) throw not_evaluated(*run, name, span);
    return result;
  }
  if (has_columns(plain)) return plain;
  std::string chosen = scope_.run;
  if (chosen.empty() && catalog_.runs().size() == 1) chosen = catalog_.runs().front().name;
  if (!chosen.empty()) {
    ExpressionPtr result = of_run(chosen);
    if (has_columns(result)) return result;
  }
  if (any_arm_has(name, table, rows)) return plain;
  throw not_evaluated(chosen, name, span);
}

Operand Binder::evaluation_path(const grammar::Path& path, size_t at, Span span) {
  const grammar::Segment& head = path.segments[at];
  const size_t rest = path.segments.size() - at - 1;
  std::optional<std::string> name = head.argument;
  if (rest == 2 && !name) name = path.segments[at + 1].name;  // evaluation.RUN.fp, the column
  const bool whole = rest == (name && !head.argument ? 2 : 1) && !path.call_argument;
  const grammar::Segment& count = path.segments.back();
  if (!whole || count.argument)
    throw Error(ErrorCode::kType,
                "evaluation has the counts tp, fp and fn, as in evaluation.fp and "
                "evaluation(\"run\").fp",
                span, "evaluation.fp");
  if (std::find(counts().begin(), counts().end(), count.name) == counts().end())
    unknown("count of an evaluation", count.name, count.span, counts(), "");
  const std::string run = catalog_.run(run_table(name, head.span, head.name))->name;
  const std::string shown = name ? "evaluation(" + grammar::quote_text(run) + ")." + count.name
                                 : "evaluation." + count.name;
  ExpressionPtr result = field(kItems, plan::item_column(count.name, run), shown);
  if (!has_columns(result)) throw not_evaluated(run, shown, span);
  warn_if_stale(run, head.span);
  return Operand{.value = std::move(result)};
}

}  // namespace cupel::bind
