#include "engine/exec/labeling_finder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/io/json_document.hpp"

namespace cupel::exec {

using labeling::Answer;
using storage::kItems;

TaskFinder::TaskFinder(std::vector<std::string> projects, const Context& context)
    : projects_(std::move(projects)), context_(context) {
  AnyField reference(context.snapshot, kItems, "reference_id");
  for (size_t p = 0; p < projects_.size(); ++p) {
    tasks_.push_back(read_tasks(context.snapshot, projects_[p], context));
    context.reserve(tasks_.back().size() * kAnswerBytes);
    for (size_t t = 0; t < tasks_[p].size(); ++t) {
      by_id_.emplace(tasks_[p][t].task_id, TaskAt{p, t});
      std::vector<TaskAt>& of_item = by_reference_[reference.text(tasks_[p][t].item)];
      of_item.push_back({p, t});
    }
  }
}

size_t TaskFinder::find(const Answer& answer) {
  const TaskAt found = answer.task_id.empty() ? by_reference(answer) : by_id(answer);
  if (project_ && *project_ != found.project)
    throw io::RecordError{{},
                          fmt::format("the answer is to project '{}', those before it are to "
                                      "'{}'; keep the answers of projects in files of their "
                                      "own",
                                      projects_[found.project], projects_[*project_])};
  project_ = found.project;
  return found.task;
}

TaskFinder::TaskAt TaskFinder::by_id(const Answer& answer) const {
  const auto known = by_id_.find(answer.task_id);
  if (known == by_id_.end()) refuse_id(answer.task_id);
  // Another database, or a copy of this one, may have given the same number.
  if (!answer.reference_id.empty() && !is_about(known->second, answer.reference_id))
    throw io::RecordError{"task_id",
                          fmt::format("is '{}', whose task is not about '{}'; the answer belongs "
                                      "to another sending",
                                      answer.task_id, answer.reference_id)};
  return known->second;
}

TaskFinder::TaskAt TaskFinder::by_reference(const Answer& answer) const {
  const auto known = by_reference_.find(answer.reference_id);
  if (known == by_reference_.end())
    throw io::RecordError{"reference_id", fmt::format("is '{}', about which {} asks nothing",
                                                      answer.reference_id, whose())};
  const std::vector<TaskAt>& tasks = known->second;
  for (const TaskAt& task : tasks)
    if (task.project != tasks.front().project)
      throw io::RecordError{"reference_id",
                            fmt::format("is '{}', about which projects '{}' and '{}' ask; say OF "
                                        "PROJECT",
                                        answer.reference_id, projects_[tasks.front().project],
                                        projects_[task.project])};
  const TaskRow& last = tasks_[tasks.back().project][tasks.back().task];
  const TaskRow& first = tasks_[tasks.front().project][tasks.front().task];
  // Of an item that was sent again the last task is meant; of its several objects, none is.
  if (tasks.size() > 1 && first.annotation != last.annotation)
    throw io::RecordError{"reference_id",
                          fmt::format("is '{}', about which there are {} tasks; the answer needs "
                                      "a task_id",
                                      answer.reference_id, tasks.size())};
  return tasks.back();
}

bool TaskFinder::is_about(const TaskAt& task, const std::string& reference_id) const {
  const auto of_item = by_reference_.find(reference_id);
  if (of_item == by_reference_.end()) return false;
  return std::any_of(of_item->second.begin(), of_item->second.end(), [&](const TaskAt& other) {
    return other.project == task.project && other.task == task.task;
  });
}

void TaskFinder::refuse_id(const std::string& id) const {
  if (const auto dropped = dropped_project_of(context_.snapshot->catalog(), id))
    throw io::RecordError{
        "task_id", fmt::format("is '{}', a task that was dropped with project '{}', so that its "
                               "answers are no longer taken",
                               id, *dropped)};
  throw io::RecordError{"task_id", fmt::format("is '{}', which is no task of {}", id, whose())};
}

std::string TaskFinder::whose() const {
  return projects_.size() == 1 ? "project '" + projects_.front() + "'" : "any project";
}

}  // namespace cupel::exec
