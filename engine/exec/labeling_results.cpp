#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <unordered_map>

#include "engine/exec/labeling.hpp"
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

bool same(const Answer& a, const Answer& b) {
  return a.kind == b.kind && a.label == b.label && a.reviewer == b.reviewer &&
         a.answered_at == b.answered_at;
}

/// Whether `late` came after `early`, given that it was read after it.
bool is_later(const Answer& early, const Answer& late) {
  return !early.answered_at || !late.answered_at || *late.answered_at >= *early.answered_at;
}

/// One task's answers by worker.
struct TaskAnswers {
  struct One {
    Answer answer;
    std::optional<uint64_t> row;  ///< nothing: it is new
    bool changed = false;
  };
  std::map<std::string, One> by_worker;
  bool touched = false;
};

class AnswerAppender {
 public:
  AnswerAppender(storage::Transaction& transaction, storage::TableId table)
      : appender_(transaction, table),
        task_(appender_.slot("task", Type::kInt64)),
        worker_(appender_.slot("worker", Type::kText)),
        reviewer_(appender_.slot("reviewer", Type::kBool)),
        kind_(appender_.slot("kind", Type::kText)),
        label_(appender_.slot("label", Type::kText)),
        answered_(appender_.slot("answered_at", Type::kTimestamp)) {}

  void add(uint64_t task, const Answer& answer) {
    appender_.next_row();
    appender_.set_integer(task_, static_cast<int64_t>(task));
    appender_.set_text(worker_, answer.worker);
    appender_.set_bool(reviewer_, answer.reviewer);
    appender_.set_text(kind_, kind_word(answer.kind));
    if (!answer.label.empty()) appender_.set_text(label_, answer.label);
    if (answer.answered_at) appender_.set_integer(answered_, answer.answered_at->micros);
  }
  void finish() { appender_.finish(); }

 private:
  storage::Appender appender_;
  storage::Appender::Slot task_, worker_, reviewer_, kind_, label_, answered_;
};

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
    write_answers();
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
      const auto known = read_[task].find(answer.worker);
      if (known == read_[task].end()) {
        std::string worker = answer.worker;
        read_[task].emplace(std::move(worker), std::move(answer));
        return;
      }
      if (same(known->second, answer)) {
        ++outcome_.known;
      } else if (is_later(known->second, answer)) {
        known->second = std::move(answer);
        ++outcome_.outdated;
      } else {
        ++outcome_.outdated;
      }
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
      if (task == by_row.end() || !read_.contains(task->second)) continue;
      std::string worker = stored.answer.worker;
      answers_[task->second].by_worker.insert_or_assign(
          std::move(worker), TaskAnswers::One{std::move(stored.answer), stored.row, false});
    }
    for (auto& [task, answers] : read_) {
      ticker.tick();
      for (auto& [worker, answer] : answers) take(answers_[task], worker, std::move(answer));
    }
    read_.clear();
  }

  void take(TaskAnswers& task, const std::string& worker, Answer answer) {
    const auto known = task.by_worker.find(worker);
    if (known == task.by_worker.end()) {
      task.by_worker.emplace(worker, TaskAnswers::One{std::move(answer), std::nullopt, true});
      ++outcome_.added;
      task.touched = true;
    } else if (same(known->second.answer, answer)) {
      ++outcome_.known;
    } else if (is_later(known->second.answer, answer)) {
      known->second.answer = std::move(answer);
      known->second.changed = true;
      ++outcome_.replaced;
      task.touched = true;
    } else {
      ++outcome_.outdated;
    }
  }

  void find_strange_labels() {
    const auto project = find_project(context_.snapshot->catalog(), outcome_.project);
    const std::set<std::string> offered(project->labels.begin(), project->labels.end());
    for (const auto& [task, answers] : answers_)
      for (const auto& [worker, one] : answers.by_worker)
        if (one.changed && !one.answer.label.empty() && !offered.contains(one.answer.label))
          ++outcome_.strange[one.answer.label];
  }

  /// Stored rows first: an appender must be alone with its table.
  void write_answers() {
    if (outcome_.added + outcome_.replaced == 0) return;
    const storage::TableId table = transaction_.hidden_table(answer_table(outcome_.project));
    CellWriter cells(transaction_, table);
    Ticker ticker(context_);
    for (const auto& [task, answers] : answers_) {
      ticker.tick();
      for (const auto& [worker, one] : answers.by_worker)
        if (one.changed && one.row) replace(cells, *one.row, one.answer);
    }
    transaction_.flush();
    AnswerAppender appender(transaction_, table);
    for (const auto& [task, answers] : answers_) {
      ticker.tick();
      for (const auto& [worker, one] : answers.by_worker)
        if (one.changed && !one.row) appender.add(finder_.tasks()[task].row, one.answer);
    }
    appender.finish();
  }

  static void replace(CellWriter& cells, uint64_t row, const Answer& answer) {
    cells.set("reviewer", Type::kBool, row, answer.reviewer);
    cells.set("kind", Type::kText, row, kind_word(answer.kind));
    cells.set("label", Type::kText, row, answer.label.empty() ? Value() : Value(answer.label));
    cells.set("answered_at", Type::kTimestamp, row,
              answer.answered_at ? Value(*answer.answered_at) : Value());
  }

  /// Forms the consensus of every task with new answers, and tells it on the task and its item.
  void decide_tasks() {
    std::optional<CellWriter> cells;
    FieldsWriter items(transaction_, context_.snapshot, kItems);
    LatestTask latest(context_.snapshot);
    Ticker ticker(context_);
    for (const auto& [index, answers] : answers_) {
      if (!answers.touched) continue;
      ticker.tick();
      if (!cells)
        cells.emplace(transaction_, transaction_.hidden_table(task_table(outcome_.project)));
      TaskRow& task = finder_.tasks()[index];
      std::vector<Answer> all;
      for (const auto& [worker, one] : answers.by_worker) all.push_back(one.answer);
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
  std::map<size_t, std::map<std::string, Answer>> read_;  ///< by task, then worker
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
