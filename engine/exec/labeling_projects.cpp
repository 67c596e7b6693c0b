#include <map>

#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_answers.hpp"
#include "engine/exec/labeling_tasks.hpp"
#include "index/lookup.hpp"

namespace cupel::exec {

using storage::kItems;

ProjectSummary summary_of(const std::string& project, const Context& context) {
  ProjectSummary summary;
  summary.project = *find_project(context.snapshot->catalog(), project);
  for (const TaskRow& task : read_tasks(context.snapshot, project, context)) {
    ++summary.tasks;
    ++(task.completed ? summary.completed : summary.pending);
    if (task.audit_status == "accepted") ++summary.accepted;
    if (task.audit_status == "rejected") ++summary.rejected;
    if (task.applied) ++summary.applied;
    const Timestamp created{task.created_micros};
    if (!summary.created || created < *summary.created) summary.created = created;
  }
  return summary;
}

namespace {

/// Empties a hidden table: its rows are deleted, and their values taken out of the store.
uint64_t empty_table(storage::Transaction& transaction, const std::string& name,
                     const Context& context) {
  const auto table = context.snapshot->catalog().hidden_table(name);
  if (!table) return 0;
  uint64_t rows = 0;
  for_each_visible(*context.snapshot, *table, context, [&](uint64_t row) {
    transaction.erase(*table, row);
    ++rows;
  });
  const storage::Catalog& catalog = context.snapshot->catalog();
  for (const storage::ColumnId id : catalog.columns(*table)) {
    if (catalog.column(id).name == "$deleted") continue;
    for (uint32_t chunk = 0; chunk < catalog.chunk_count(*table); ++chunk)
      transaction.replace_chunk(id, chunk, storage::ChunkBuilder(catalog.column(id).type).finish());
  }
  return rows;
}

/// The latest task of each of these items among those of other projects.
std::map<uint64_t, std::pair<std::string, TaskRow>> latest_tasks(const index::ItemSet& items,
                                                                 const std::string& but,
                                                                 const Context& context) {
  std::map<uint64_t, std::pair<std::string, TaskRow>> latest;
  for (const std::string& name : project_names(context.snapshot->catalog())) {
    if (name == but) continue;
    for (TaskRow& task : read_tasks(context.snapshot, name, context)) {
      if (!items.contains(task.item)) continue;
      const auto known = latest.find(task.item);
      if (known != latest.end() && known->second.second.generation > task.generation) continue;
      const uint64_t item = task.item;
      latest.insert_or_assign(item, std::pair(name, std::move(task)));
    }
  }
  return latest;
}

}  // namespace

DropOutcome drop_project(storage::Transaction& transaction, const std::string& project,
                         const Context& context) {
  DropOutcome outcome;
  index::ItemSet told(context.snapshot->catalog().row_count(kItems));
  AnyField of(context.snapshot, kItems, "labeling.project");
  for_each_visible(*context.snapshot, kItems, context, [&](uint64_t row) {
    if (of.text(row) == project) told.add(row);
  });
  const auto others = latest_tasks(told, project, context);
  FieldsWriter items(transaction, context.snapshot, kItems);
  for_each_visible(*context.snapshot, kItems, context, [&](uint64_t row) {
    if (!told.contains(row)) return;
    const auto other = others.find(row);
    if (other == others.end()) return tell_nothing(items, row);
    tell_item(items, other->second.first, other->second.second);
  });
  outcome.tasks = empty_table(transaction, task_table(project), context);
  outcome.answers = empty_table(transaction, answer_table(project), context);
  remember_tasks(transaction, *find_project(context.snapshot->catalog(), project));
  forget_files(transaction, project);
  transaction.remove_document(kProjectDocument, project);
  return outcome;
}

}  // namespace cupel::exec
