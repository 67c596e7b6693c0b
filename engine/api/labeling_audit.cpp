#include <fmt/format.h>

#include "engine/api/labeling.hpp"
#include "engine/exec/labeling.hpp"

namespace cupel::api {
namespace {

Value number(uint64_t n) { return static_cast<int64_t>(n); }

Value share(uint64_t part, uint64_t whole) {
  return whole == 0 ? Value() : rounded(static_cast<double>(part) / static_cast<double>(whole));
}

void add_workers(RowBuilder& rows, const labeling::ProjectReport& report) {
  for (const labeling::WorkerReport& worker : report.workers) {
    std::string detail;
    if (worker.calibration_answers > 0)
      detail = fmt::format("calibration: {} of {} right", worker.calibration_right,
                           worker.calibration_answers);
    rows.add({worker.reviewer ? "reviewer" : "worker",
              worker.worker.empty() ? "(no name)" : worker.worker, Value(), number(worker.answers),
              number(worker.agree), share(worker.agree, worker.compared), Value(),
              detail.empty() ? Value() : Value(detail)});
  }
}

void add_classes(RowBuilder& rows, const labeling::ProjectReport& report) {
  for (const labeling::ClassReport& of_class : report.classes) {
    std::string detail = fmt::format("{} kept, {} changed", of_class.kept, of_class.changed);
    detail += also(of_class.none, "none of these") + also(of_class.several, "several at once") +
              also(of_class.ties, "ties") + also(of_class.open, "pending");
    rows.add({"class", of_class.label.empty() ? "(no label)" : of_class.label, Value(),
              number(of_class.tasks), number(of_class.kept), share(of_class.kept, of_class.decided),
              of_class.decided == 0 ? Value() : rounded(of_class.mean_agreement), detail});
  }
}

void add_confusion(RowBuilder& rows, const labeling::ProjectReport& report) {
  std::map<std::string, uint64_t> answered;
  for (const labeling::ConfusionCell& cell : report.confusion) answered[cell.given] += cell.tasks;
  for (const labeling::ConfusionCell& cell : report.confusion)
    rows.add({"confusion", cell.given.empty() ? "(no label)" : cell.given, cell.answered,
              number(cell.tasks), Value(), share(cell.tasks, answered[cell.given]), Value(),
              Value()});
}

Answer report_of(const Call& call, const grammar::AuditProject& statement) {
  const auto context = call.session.context(call.session.view());
  existing_project(context->snapshot->catalog(), statement.project);
  const labeling::ProjectReport report = exec::audit_report(statement.project.text, *context);
  RowBuilder rows({{"kind", Type::kText},
                   {"name", Type::kText},
                   {"answered", Type::kText},
                   {"count", Type::kInt64},
                   {"agree", Type::kInt64},
                   {"share", Type::kFloat64},
                   {"agreement", Type::kFloat64},
                   {"detail", Type::kText}});
  add_workers(rows, report);
  add_classes(rows, report);
  add_confusion(rows, report);
  return rows.finish();
}

[[noreturn]] void refuse(const grammar::AuditProject& statement, const grammar::Name& reference,
                         bool pending) {
  if (pending)
    throw Error(
        ErrorCode::kConstraint,
        fmt::format("the task of '{}' is pending: there is no answer to judge yet", reference.text),
        reference.span);
  throw Error(ErrorCode::kName,
              fmt::format("project '{}' has no task '{}' and asks about no item of that name",
                          statement.project.text, reference.text),
              reference.span);
}

std::vector<uint64_t> judged_tasks(const grammar::AuditProject& statement,
                                   const exec::Context& context) {
  if (statement.references.empty()) return exec::undecided_tasks(statement.project.text, context);
  std::vector<std::string> names;
  for (const grammar::Name& reference : statement.references) names.push_back(reference.text);
  const auto named = exec::named_tasks(statement.project.text, names, context);
  std::vector<uint64_t> tasks;
  for (size_t i = 0; i < named.size(); ++i) {
    if (named[i].completed.empty()) refuse(statement, statement.references[i], named[i].pending);
    tasks.insert(tasks.end(), named[i].completed.begin(), named[i].completed.end());
  }
  return tasks;
}

}  // namespace

Answer audit_project(const Call& call, const grammar::AuditProject& statement) {
  if (statement.verdict == grammar::AuditVerdict::kNone) return report_of(call, statement);
  const bool accept = statement.verdict == grammar::AuditVerdict::kAccept;
  const std::string_view word = accept ? "accepted" : "rejected";
  exec::VerdictOutcome outcome;
  write(call.session, [&](storage::Transaction& transaction) {
    const auto context = call.session.context(transaction.view());
    existing_project(context->snapshot->catalog(), statement.project);
    outcome = exec::give_verdict(transaction, statement.project.text,
                                 judged_tasks(statement, *context), accept, *context);
  });
  RowBuilder rows({{"verdict", Type::kText}, {"tasks", Type::kInt64}});
  rows.add({word, number(outcome.tasks)});
  Answer answer = rows.finish(fmt::format("{} of project '{}' {}", counted(outcome.tasks, "tasks"),
                                          statement.project.text, word));
  if (!accept && outcome.applied > 0)
    answer->warnings.push_back({fmt::format("labels that had been applied and stay as they are: {}",
                                            grouped(outcome.applied)),
                                std::nullopt,
                                {}});
  return answer;
}

}  // namespace cupel::api
