#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/labeling_rows.hpp"
#include "engine/labeling/consensus.hpp"
#include "engine/labeling/task.hpp"
#include "storage/transaction.hpp"

/// Projects, tasks and answers as they are stored: a document ("labeling_project", NAME) and the
/// hidden tables "tasks:NAME" and "answers:NAME"; of a dropped one ("labeling_dropped", NAME) with
/// the number of its last task.
namespace cupel::exec {

inline constexpr const char* kProjectDocument = "labeling_project";

/// The project; nothing when there is none of that name.
std::optional<labeling::Project> find_project(const storage::Catalog& catalog,
                                              std::string_view name);
/// Names, sorted.
std::vector<std::string> project_names(const storage::Catalog& catalog);

/// The id of a project's task: the name, a dash, a number. Numbers of a project are never used
/// again, also when it is dropped and another one gets its name.
std::string task_id(std::string_view project, uint64_t number);
/// How many tasks projects of that name had that were dropped: the next has the number after.
uint64_t dropped_tasks(const storage::Catalog& catalog, std::string_view project);
/// The name of the dropped project that a task id is of; nothing when it is of none.
std::optional<std::string> dropped_project_of(const storage::Catalog& catalog,
                                              std::string_view task_id);
/// To be called when a project that has sent so many tasks is dropped.
void remember_tasks(storage::Transaction& transaction, const labeling::Project& project);

std::string task_table(std::string_view project);
std::string answer_table(std::string_view project);

/// A task, with what was answered and done since.
struct TaskRow {
  uint64_t row = 0;  ///< in the hidden table
  std::string task_id;
  uint64_t item = 0;
  std::optional<uint64_t> annotation;  ///< nothing: the item had no such label
  uint32_t batch = 0;
  bool calibration = false;
  std::string given_label, predicted_label;
  std::optional<double> score;
  bool completed = false;
  labeling::Consensus consensus;  ///< kOpen until it is completed
  std::string audit_status;       ///< "accepted", "rejected", or empty
  uint64_t generation = 0;
  int64_t created_micros = 0;
  std::optional<int64_t> completed_micros;
  std::string applied_label;  ///< what was last applied, or confirmed
  bool applied = false;       ///< and the consensus is no other since

  /// What the annotation should say, if nobody has touched it.
  const std::string& expected_label() const {
    return applied_label.empty() ? given_label : applied_label;
  }
};

/// All tasks of a project by row: in the order in which they were sent.
std::vector<TaskRow> read_tasks(const storage::SnapshotPtr& view, std::string_view project,
                                const Context& context);

struct AnswerRow {
  uint64_t row = 0;   ///< in the hidden table
  uint64_t task = 0;  ///< row of the task
  labeling::Answer answer;
};
std::vector<AnswerRow> read_answers(const storage::SnapshotPtr& view, std::string_view project,
                                    const Context& context);
/// The answers of each of these tasks.
std::vector<std::vector<labeling::Answer>> answers_by_task(const std::vector<TaskRow>& tasks,
                                                           std::vector<AnswerRow> answers);

/// "agreed", "tie", "none", "several"; "open".
std::string_view outcome_word(labeling::Outcome outcome);
/// "label", "none", "several".
std::string_view kind_word(labeling::AnswerKind kind);

/// What an item tells of its latest task: `labeling.…`.
void tell_item(FieldsWriter& items, const std::string& project, const TaskRow& task);
/// Takes all of it from an item.
void tell_nothing(FieldsWriter& items, uint64_t item);

/// Reads where the items' latest tasks are told: `labeling.project` and `.task_id`.
class LatestTask {
 public:
  explicit LatestTask(const storage::SnapshotPtr& view);
  bool is(uint64_t item, std::string_view project, std::string_view task_id);

 private:
  AnyField project_, task_id_;
};

}  // namespace cupel::exec
