#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/exec/labeling_tasks.hpp"

namespace cupel::exec {

/// What an answer or a task takes in memory besides its texts.
inline constexpr size_t kAnswerBytes = 256;

/// Finds the tasks that the answers of a file belong to. All of them are of one project.
class TaskFinder {
 public:
  /// `projects`: those that are asked, at least one.
  TaskFinder(std::vector<std::string> projects, const Context& context);

  /// The task, as an index into tasks(). Throws RecordError: the reader of the file adds the place.
  size_t find(const labeling::Answer& answer);

  /// The project that answers were found for; the first, where there were none.
  const std::string& project() const { return projects_[project_.value_or(0)]; }
  std::vector<TaskRow>& tasks() { return tasks_[project_.value_or(0)]; }

 private:
  struct TaskAt {
    size_t project = 0;
    size_t task = 0;
  };

  TaskAt by_id(const labeling::Answer& answer) const;
  TaskAt by_reference(const labeling::Answer& answer) const;
  bool is_about(const TaskAt& task, const std::string& reference_id) const;
  [[noreturn]] void refuse_id(const std::string& id) const;
  std::string whose() const;

  std::vector<std::string> projects_;
  const Context& context_;
  std::vector<std::vector<TaskRow>> tasks_;
  std::unordered_map<std::string, TaskAt> by_id_;
  std::unordered_map<std::string, std::vector<TaskAt>> by_reference_;
  std::optional<size_t> project_;
};

}  // namespace cupel::exec
