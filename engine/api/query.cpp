#include <fmt/format.h>

#include "engine/api/scope.hpp"
#include "engine/api/state.hpp"
#include "engine/sql/translate.hpp"

namespace cupel::api {

plan::Plan optimise(const Session::State& session, plan::Plan plan) {
  return session.database->options.rewrite ? plan::rewrite(std::move(plan)) : plan;
}

plan::Plan bind(const Call& call, const grammar::Query& query, std::vector<Warning>& warnings) {
  return bind(call, query, call.session.view(), warnings);
}

plan::Plan bind(const Call& call, const grammar::Query& query, storage::SnapshotPtr snapshot,
                std::vector<Warning>& warnings) {
  const bind::Scope scope = scope_of(call, std::move(snapshot));
  plan::Plan plan = bind::bind_query(query, scope, warnings);
  enforce_strict(call.session, warnings);
  return optimise(call.session, std::move(plan));
}

Answer run_query(const Call& call, const grammar::Query& query) {
  return run_query(call, query, call.session.view());
}

Answer run_query(const Call& call, const grammar::Query& query,
                 const storage::SnapshotPtr& snapshot) {
  auto answer = std::make_unique<Cursor::State>();
  answer->context = call.session.context(snapshot);
  answer->plan = std::make_shared<const plan::Plan>(bind(call, query, snapshot, answer->warnings));
  answer->stream = exec::run(answer->plan, call.form, *answer->context);
  answer->columns = answer->stream->columns();
  answer->noun = answer->plan->noun;
  answer->json_rows = answer->plan->whole_rows && call.form == RowForm::kJson;
  return answer;
}

namespace {

void add_lines(RowBuilder& rows, std::string_view text) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    rows.add({Value(text.substr(0, end))});
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
}

/// Times one step of a run; counters are those of the step's own context.
class Step {
 public:
  Step(const Call& call, std::string name)
      : name_(std::move(name)), context_(call.session.context(call.session.view())) {}

  const exec::Context& context() const { return *context_; }
  std::string report(uint64_t rows, std::string_view noun) const {
    const std::chrono::duration<double, std::milli> spent =
        std::chrono::steady_clock::now() - begun_;
    return fmt::format("  {}: {}, {:.2f} ms, chunks read {}, skipped {}", name_,
                       counted(rows, noun), spent.count(), context_->chunks_read.load(),
                       context_->chunks_skipped.load());
  }

 private:
  std::string name_;
  std::unique_ptr<exec::Context> context_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// Runs the plan's steps one after the other, each from the start, so that a line's time includes
/// those above it: the collections, the condition, and the whole query.
void analyze(const Call& call, const plan::Plan& plan, RowBuilder& rows) {
  rows.add({Value("measured (each line includes those above it)")});
  if (!plan.collections.empty()) {
    const Step step(call, "collections");
    exec::prepare(plan, step.context());
    rows.add({Value(step.report(plan.collections.size(), "collections"))});
  }
  {
    const Step step(call, "condition");
    plan::Plan condition = plan;
    condition.grouped = false;
    condition.limit.reset();
    condition.offset = 0;
    condition.descending.clear();
    for (plan::Arm& arm : condition.arms) arm.order.clear();
    rows.add({Value(step.report(exec::select_rows(condition, step.context()).count(), "rows"))});
  }
  const Step step(call, "query");
  const auto shared = std::make_shared<const plan::Plan>(plan);
  const auto stream = exec::run(shared, RowForm::kFields, step.context());
  uint64_t returned = 0;
  while (const std::optional<Batch> batch = stream->next()) returned += batch->rows;
  rows.add({Value(step.report(returned, plan.noun))});
  if (const auto& search = step.context().search)
    rows.add({Value(fmt::format(
        "  search: {}, {} compared",
        search->exact ? "exact"
                      : fmt::format("approximate, expected recall {:.2f}", search->expected_recall),
        counted(search->compared, "vectors")))});
}

/// Of the query as it was bound: rewriting serves the executor.
std::string sql_of(const Call& call, const grammar::Query& query, std::vector<Warning>& warnings) {
  const storage::SnapshotPtr snapshot = call.session.view();
  const plan::Plan plan = bind::bind_query(query, scope_of(call, snapshot), warnings);
  enforce_strict(call.session, warnings);
  return sql::translate(plan, snapshot->catalog());
}

}  // namespace

Answer run_explain(const Call& call, const grammar::Explain& explain) {
  std::vector<Warning> warnings;
  const bool sql = explain.as == grammar::ExplainAs::kSql;
  RowBuilder rows({{sql ? "sql" : "plan", Type::kText}});
  if (sql) {
    add_lines(rows, sql_of(call, explain.query, warnings));
  } else {
    const plan::Plan plan = bind(call, explain.query, warnings);
    add_lines(rows, plan::explain(plan, call.session.view()->catalog()));
    if (explain.as == grammar::ExplainAs::kMeasuredPlan) analyze(call, plan, rows);
  }
  Answer answer = rows.finish();
  answer->warnings = std::move(warnings);
  answer->noun = "lines";
  return answer;
}

}  // namespace cupel::api
