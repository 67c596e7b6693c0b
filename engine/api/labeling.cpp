#include "engine/api/labeling.hpp"

#include <fmt/format.h>

#include <chrono>

#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_sendings.hpp"
#include "engine/exec/labeling_tasks.hpp"
#include "engine/labeling/task_files.hpp"

namespace cupel::api {

labeling::Project existing_project(const storage::Catalog& catalog, const grammar::Name& name) {
  auto project = exec::find_project(catalog, name.text);
  if (!project) unknown_name("labeling project", name, exec::project_names(catalog));
  return std::move(*project);
}

Timestamp now_in_seconds() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return {std::chrono::microseconds(now.time_since_epoch()).count()};
}

std::string also(uint64_t count, std::string_view noun) {
  return count == 0 ? std::string() : ", " + counted(count, noun);
}

Answer show_projects(const Call& call) {
  const auto context = call.session.context(call.session.view());
  RowBuilder rows({{"project", Type::kText},
                   {"taxonomy", Type::kText},
                   {"tasks", Type::kInt64},
                   {"pending", Type::kInt64},
                   {"completed", Type::kInt64},
                   {"accepted", Type::kInt64},
                   {"rejected", Type::kInt64},
                   {"applied", Type::kInt64},
                   {"format", Type::kText},
                   {"created", Type::kTimestamp}});
  const auto number = [](uint64_t n) { return static_cast<int64_t>(n); };
  for (const std::string& name : exec::project_names(context->snapshot->catalog())) {
    const exec::ProjectSummary summary = exec::summary_of(name, *context);
    const std::string& taxonomy = summary.project.taxonomy;
    rows.add({name, taxonomy.empty() ? Value() : Value(taxonomy), number(summary.tasks),
              number(summary.pending), number(summary.completed), number(summary.accepted),
              number(summary.rejected), number(summary.applied),
              labeling::format_name(summary.project.format),
              summary.created ? Value(*summary.created) : Value()});
  }
  Answer answer = rows.finish();
  answer->noun = "projects";
  return answer;
}

Answer drop_project(const Call& call, const grammar::DropProject& statement) {
  exec::DropOutcome outcome;
  write(call.session, [&](storage::Transaction& transaction) {
    const auto context = call.session.context(transaction.view());
    existing_project(context->snapshot->catalog(), statement.name);
    exec::finish_sendings(*context);
    outcome = exec::drop_project(transaction, statement.name.text, *context);
  });
  RowBuilder rows({{"project", Type::kText}, {"tasks", Type::kInt64}, {"answers", Type::kInt64}});
  rows.add({statement.name.text, static_cast<int64_t>(outcome.tasks),
            static_cast<int64_t>(outcome.answers)});
  return rows.finish(fmt::format("project '{}' dropped, with {} and {}; its files stay",
                                 statement.name.text, counted(outcome.tasks, "tasks"),
                                 counted(outcome.answers, "answers")));
}

Answer compare_labels(const Call& call, const grammar::CompareLabels& statement) {
  const auto context = call.session.context(call.session.view());
  const storage::Catalog& catalog = context->snapshot->catalog();
  const labeling::Project first = existing_project(catalog, statement.first);
  const labeling::Project second = existing_project(catalog, statement.second);
  if (first.taxonomy != second.taxonomy) {
    const auto asked = [](const labeling::Project& project) {
      return project.taxonomy.empty() ? "objects" : "'" + project.taxonomy + "'";
    };
    throw Error(ErrorCode::kType,
                fmt::format("project '{}' asks for labels of {}, '{}' for labels of {}; they have "
                            "nothing to compare",
                            first.name, asked(first), second.name, asked(second)),
                statement.second.span);
  }
  const exec::Comparison found = exec::compare_projects(first.name, second.name, *context);
  RowBuilder rows(
      {{"given", Type::kText}, {"a", Type::kText}, {"b", Type::kText}, {"tasks", Type::kInt64}});
  for (const exec::LabelPair& pair : found.pairs)
    rows.add({pair.given.empty() ? Value() : Value(pair.given), pair.first, pair.second,
              static_cast<int64_t>(pair.tasks)});
  if (found.tasks == 0)
    return rows.finish(fmt::format("projects '{}' and '{}' have decided nothing in common",
                                   first.name, second.name));
  std::string message =
      fmt::format("{} of {} agree ({:.1f} %)", found.agreed, found.tasks,
                  100.0 * static_cast<double>(found.agreed) / static_cast<double>(found.tasks));
  if (found.kappa) message += fmt::format("; kappa {:.2f}", *found.kappa);
  Answer answer = rows.finish(std::move(message));
  answer->noun = "pairs";
  return answer;
}

}  // namespace cupel::api
