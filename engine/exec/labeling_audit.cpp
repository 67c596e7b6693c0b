#include <unordered_map>

#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_tasks.hpp"

namespace cupel::exec {

using storage::kItems;

labeling::ProjectReport audit_report(const std::string& project, const Context& context) {
  std::vector<TaskRow> rows = read_tasks(context.snapshot, project, context);
  const auto answers = answers_by_task(rows, read_answers(context.snapshot, project, context));
  std::vector<labeling::Task> tasks;
  std::vector<labeling::Consensus> consensus;
  for (TaskRow& row : rows) {
    labeling::Task& task = tasks.emplace_back();
    task.given_label = std::move(row.given_label);
    task.calibration = row.calibration;
    consensus.push_back(std::move(row.consensus));
  }
  context.poll();
  return labeling::report(tasks, answers, consensus);
}

std::vector<uint64_t> undecided_tasks(const std::string& project, const Context& context) {
  std::vector<uint64_t> rows;
  for (const TaskRow& task : read_tasks(context.snapshot, project, context))
    if (task.completed && task.audit_status.empty()) rows.push_back(task.row);
  return rows;
}

std::vector<NamedTasks> named_tasks(const std::string& project, std::span<const std::string> names,
                                    const Context& context) {
  std::unordered_map<std::string, size_t> index;
  for (size_t i = 0; i < names.size(); ++i) index.emplace(names[i], i);
  AnyField reference(context.snapshot, kItems, "reference_id");
  std::vector<NamedTasks> named(names.size());
  for (const TaskRow& task : read_tasks(context.snapshot, project, context)) {
    auto known = index.find(task.task_id);
    if (known == index.end()) known = index.find(reference.text(task.item));
    if (known == index.end()) continue;
    NamedTasks& of_name = named[known->second];
    of_name.pending |= !task.completed;
    if (task.completed) of_name.completed.push_back(task.row);
  }
  for (size_t i = 0; i < names.size(); ++i) named[i] = named[index.at(names[i])];
  return named;
}

VerdictOutcome give_verdict(storage::Transaction& transaction, const std::string& project,
                            std::span<const uint64_t> rows, bool accept, const Context& context) {
  std::unordered_map<uint64_t, TaskRow> tasks;
  for (TaskRow& task : read_tasks(context.snapshot, project, context)) {
    const uint64_t row = task.row;
    tasks.emplace(row, std::move(task));
  }
  const Value status(accept ? "accepted" : "rejected");
  CellWriter cells(transaction, transaction.hidden_table(task_table(project)));
  FieldsWriter items(transaction, context.snapshot, kItems);
  LatestTask latest(context.snapshot);
  VerdictOutcome outcome;
  for (const uint64_t row : rows) {
    if (outcome.tasks % 1024 == 0) context.poll();
    const auto known = tasks.find(row);
    if (known == tasks.end()) continue;  // named twice
    const TaskRow& task = known->second;
    cells.set("audit_status", Type::kText, row, status);
    if (latest.is(task.item, project, task.task_id))
      items.set("labeling.audit_status", task.item, status);
    ++outcome.tasks;
    if (task.applied) ++outcome.applied;
    tasks.erase(known);
  }
  return outcome;
}

}  // namespace cupel::exec
