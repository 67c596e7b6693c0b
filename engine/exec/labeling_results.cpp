#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <unordered_map>

#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_answers.hpp"
#include "engine/exec/labeling_finder.hpp"
#include "engine/exec/labeling_tasks.hpp"
#include "engine/labeling/files.hpp"

namespace cupel::exec {
namespace {

using labeling::Answer;
using labeling::Consensus;
using labeling::Outcome;
using storage::kItems;

constexpr auto kProgressInterval = std::chrono::milliseconds(100);

/// Takes the answers of one file: those of it that count, against those that are stored.
class ResultsTaker {
 public:
  ResultsTaker(storage::Transaction& transaction, const ResultsImport& request,
               const Context& context, std::vector<std::string> projects)
      : transaction_(transaction),
        request_(request),
        context_(context),
        finder_(std::move(projects), context) {}

  ResultsOutcome run() {
    read_file();
    outcome_.project = finder_.project();
    merge();
    find_strange_labels();
    write();
    decide_tasks();
    for (const TaskRow& task : finder_.tasks()) count(task);
    return outcome_;
  }

 private:
  void read_file() {
    labeling::ResultsRequest file{request_.file, request_.format,
                                  [&](uint64_t done, uint64_t total) { tell(done, total); }};
    outcome_.format = labeling::read_results(file, [&](Answer answer) {
      const size_t task = finder_.find(answer);
      context_.reserve(kAnswerBytes + answer.label.size() + answer.worker.size());
      unnamed_ |= answer.keeper == labeling::AnswerKeeper::kFile;
      add_read(read_[task], std::move(answer), outcome_.answers);
    });
  }

  void tell(uint64_t done, uint64_t total) {
    context_.poll();
    const auto now = std::chrono::steady_clock::now();
    if (!context_.progress || now < next_progress_) return;
    next_progress_ = now + kProgressInterval;
    context_.progress({"import", done, total, "bytes"});
  }

  void merge() {
    std::unordered_map<uint64_t, size_t> by_row;
    for (size_t t = 0; t < finder_.tasks().size(); ++t) by_row.emplace(finder_.tasks()[t].row, t);
    Ticker ticker(context_);
    for (AnswerRow& stored : read_answers(context_.snapshot, outcome_.project, context_)) {
      ticker.tick();
      const auto task = by_row.find(stored.task);
      if (task != by_row.end() && read_.contains(task->second))
        answers_[task->second].add_stored(std::move(stored));
    }
    const uint64_t file = unnamed_ ? file_number(transaction_, outcome_.project, request_.file) : 0;
    for (auto& [task, answers] : read_) {
      ticker.tick();
      answers_[task].take(std::move(answers), file, outcome_.answers);
    }
    read_.clear();
  }

  void find_strange_labels() {
    const auto project = find_project(context_.snapshot->catalog(), outcome_.project);
    const std::set<std::string> offered(project->labels.begin(), project->labels.end());
    for (const auto& [task, answers] : answers_)
      for (const auto& [worker, one] : answers.by_worker())
        if (one.changed && !one.answer.label.empty() && !offered.contains(one.answer.label))
          ++outcome_.strange[one.answer.label];
  }

  void write() {
    std::map<uint64_t, const TaskAnswers*> touched;
    for (const auto& [task, answers] : answers_)
      if (answers.touched()) touched.emplace(finder_.tasks()[task].row, &answers);
    if (!touched.empty()) write_answers(transaction_, outcome_.project, touched, context_);
  }

  /// Forms the consensus of every task with new answers, and tells it on the task and its item.
  void decide_tasks() {
    std::optional<CellWriter> cells;
    FieldsWriter items(transaction_, context_.snapshot, kItems);
    LatestTask latest(context_.snapshot);
    Ticker ticker(context_);
    for (const auto& [index, answers] : answers_) {
      if (!answers.touched()) continue;
      ticker.tick();
      if (!cells)
        cells.emplace(transaction_, transaction_.hidden_table(task_table(outcome_.project)));
      TaskRow& task = finder_.tasks()[index];
      const std::vector<Answer> all = answers.current();
      task.consensus = labeling::decide(all);
      task.completed = true;
      task.completed_micros = last_answer(all).micros;
      write_task(*cells, task);
      if (latest.is(task.item, outcome_.project, task.task_id))
        tell_item(items, outcome_.project, task);
    }
  }

  Timestamp last_answer(const std::vector<Answer>& answers) const {
    std::optional<Timestamp> last;
    for (const Answer& answer : answers)
      if (answer.answered_at && (!last || *answer.answered_at > *last)) last = answer.answered_at;
    return last.value_or(request_.now);
  }

  static Value consensus_label(const Consensus& consensus) {
    return consensus.outcome == Outcome::kAgreed ? Value(consensus.label) : Value();
  }

  static void write_task(CellWriter& cells, TaskRow& task) {
    const Consensus& consensus = task.consensus;
    cells.set("status", Type::kText, task.row, "completed");
    cells.set("outcome", Type::kText, task.row, outcome_word(consensus.outcome));
    cells.set("consensus", Type::kText, task.row, consensus_label(consensus));
    cells.set("agreement", Type::kFloat64, task.row, consensus.agreement);
    cells.set("answers", Type::kInt64, task.row, int64_t{consensus.answers});
    cells.set("completed_at", Type::kTimestamp, task.row, Timestamp{*task.completed_micros});
    const bool other =
        consensus.outcome == Outcome::kAgreed && consensus.label != task.applied_label;
    if (!task.applied || !other) return;
    task.applied = false;
    cells.set("applied", Type::kBool, task.row, false);
  }

  void count(const TaskRow& task) {
    switch (task.consensus.outcome) {
      case Outcome::kAgreed:
        ++(task.consensus.label == task.given_label ? outcome_.kept : outcome_.changed);
        return;
      case Outcome::kTie: ++outcome_.ties; return;
      case Outcome::kNone: ++outcome_.none; return;
      case Outcome::kSeveral: ++outcome_.several; return;
      case Outcome::kOpen: ++outcome_.open; return;
    }
  }

  storage::Transaction& transaction_;
  const ResultsImport& request_;
  const Context& context_;
  TaskFinder finder_;
  std::map<size_t, ReadAnswers> read_;  ///< by task
  bool unnamed_ = false;                ///< some of them are
  std::map<size_t, TaskAnswers> answers_;
  ResultsOutcome outcome_;
  std::chrono::steady_clock::time_point next_progress_;
};

}  // namespace

ResultsOutcome import_results(storage::Transaction& transaction, const ResultsImport& request,
                              const Context& context) {
  std::vector<std::string> projects{request.project};
  if (request.project.empty()) projects = project_names(context.snapshot->catalog());
  return ResultsTaker(transaction, request, context, std::move(projects)).run();
}

}  // namespace cupel::exec
