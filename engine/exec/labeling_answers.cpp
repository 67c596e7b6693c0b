#include "engine/exec/labeling_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cupel::exec {
namespace {

using labeling::Answer;
using labeling::AnswerKeeper;

/// The files of a project with unnamed answers, a path each line.
constexpr const char* kFiles = "labeling_files";

bool same(const Answer& a, const Answer& b) {
  return a.kind == b.kind && a.label == b.label && a.reviewer == b.reviewer &&
         a.answered_at == b.answered_at;
}

/// Whether `late` came after `early`, given that it was read after it.
bool is_later(const Answer& early, const Answer& late) {
  return !early.answered_at || !late.answered_at || *late.answered_at >= *early.answered_at;
}

std::optional<Timestamp> time_of(const std::vector<Answer>& set) {
  std::optional<Timestamp> last;
  for (const Answer& answer : set)
    if (answer.answered_at && (!last || *answer.answered_at > *last)) last = answer.answered_at;
  return last;
}

/// The same of whole sets: a set is as late as its last answer.
bool is_later(const std::vector<Answer>& early, const std::vector<Answer>& late) {
  const std::optional<Timestamp> before = time_of(early);
  const std::optional<Timestamp> after = time_of(late);
  return !before || !after || *after >= *before;
}

/// Of the records of one file, the one that counts.
std::vector<Answer> last_record(std::vector<std::vector<Answer>> records, AnswerCounts& counts) {
  std::vector<Answer> last;
  for (std::vector<Answer>& next : records) {
    if (std::equal(last.begin(), last.end(), next.begin(), next.end(), same)) {
      counts.known += next.size();
    } else if (is_later(last, next)) {
      counts.outdated += last.size();
      last = std::move(next);
    } else {
      counts.outdated += next.size();
    }
  }
  return last;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "#2", in files after the first "#2 of file 3"; the first worker of the first file is nobody.
std::string unnamed_worker(uint64_t file, size_t place) {
  if (file > 1) return fmt::format("#{} of file {}", place, file);
  return place == 1 ? std::string() : fmt::format("#{}", place);
}

bool is_unnamed_of(std::string_view worker, uint64_t file) {
  if (file == 1 && worker.empty()) return true;
  const std::string end = file > 1 ? fmt::format(" of file {}", file) : std::string();
  if (!worker.starts_with('#') || !worker.ends_with(end)) return false;
  worker.remove_prefix(1);
  worker.remove_suffix(std::min(end.size(), worker.size()));
  return is_number(worker);
}

/// "respondent-2": a place in a record, counted.
bool is_of_record(std::string_view worker, std::string_view like) {
  const size_t prefix = like.rfind('-') + 1;
  return worker.starts_with(like.substr(0, prefix)) && is_number(worker.substr(prefix));
}

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

void replace(CellWriter& cells, uint64_t row, const Answer& answer) {
  cells.set("reviewer", Type::kBool, row, answer.reviewer);
  cells.set("kind", Type::kText, row, kind_word(answer.kind));
  cells.set("label", Type::kText, row, answer.label.empty() ? Value() : Value(answer.label));
  cells.set("answered_at", Type::kTimestamp, row,
            answer.answered_at ? Value(*answer.answered_at) : Value());
}

}  // namespace

void add_read(ReadAnswers& answers, Answer answer, AnswerCounts& counts) {
  if (answer.keeper == AnswerKeeper::kFile) {
    answers.unnamed.push_back(std::move(answer));
    return;
  }
  if (answer.keeper == AnswerKeeper::kRecord) {
    if (answer.begins_record || answers.records.empty()) answers.records.emplace_back();
    answers.records.back().push_back(std::move(answer));
    return;
  }
  const auto known = answers.named.find(answer.worker);
  if (known == answers.named.end()) {
    std::string worker = answer.worker;
    answers.named.emplace(std::move(worker), std::move(answer));
  } else if (same(known->second, answer)) {
    ++counts.known;
  } else {
    if (is_later(known->second, answer)) known->second = std::move(answer);
    ++counts.outdated;
  }
}

void TaskAnswers::add_stored(AnswerRow stored) {
  std::string worker = stored.answer.worker;
  by_worker_.insert_or_assign(std::move(worker), One{std::move(stored.answer), stored.row});
}

void TaskAnswers::take(ReadAnswers read, uint64_t file, AnswerCounts& counts) {
  for (auto& [worker, answer] : read.named) take_one(std::move(answer), false, counts);
  if (!read.records.empty()) {
    std::vector<Answer> record = last_record(std::move(read.records), counts);
    const std::string like = record.front().worker;
    take_set(
        std::move(record), true,
        [&](std::string_view worker) { return is_of_record(worker, like); }, counts);
  }
  if (read.unnamed.empty()) return;
  for (size_t i = 0; i < read.unnamed.size(); ++i)
    read.unnamed[i].worker = unnamed_worker(file, i + 1);
  take_set(
      std::move(read.unnamed), false,
      [&](std::string_view worker) { return is_unnamed_of(worker, file); }, counts);
}

void TaskAnswers::take_one(Answer answer, bool is_last, AnswerCounts& counts) {
  const auto known = by_worker_.find(answer.worker);
  if (known == by_worker_.end()) {
    std::string worker = answer.worker;
    by_worker_.emplace(std::move(worker), One{std::move(answer), std::nullopt, true});
    ++counts.added;
    touched_ = true;
  } else if (same(known->second.answer, answer)) {
    ++counts.known;
  } else if (is_last || is_later(known->second.answer, answer)) {
    known->second.answer = std::move(answer);
    known->second.changed = true;
    ++counts.replaced;
    touched_ = true;
  } else {
    ++counts.outdated;
  }
}

template <typename IsOfSet>
void TaskAnswers::take_set(std::vector<Answer> set, bool may_be_older, const IsOfSet& is_of_set,
                           AnswerCounts& counts) {
  std::vector<Answer> before;
  for (const auto& [worker, one] : by_worker_)
    if (is_of_set(worker)) before.push_back(one.answer);
  if (may_be_older && !is_later(before, set)) {
    counts.outdated += set.size();
    return;
  }
  std::set<std::string, std::less<>> workers;
  for (Answer& answer : set) {
    workers.insert(answer.worker);
    take_one(std::move(answer), true, counts);
  }
  for (auto& [worker, one] : by_worker_) {
    if (!is_of_set(worker) || workers.contains(worker)) continue;
    one.withdrawn = touched_ = true;
    ++counts.withdrawn;
  }
}

std::vector<Answer> TaskAnswers::current() const {
  std::vector<Answer> all;
  for (const auto& [worker, one] : by_worker_)
    if (!one.withdrawn) all.push_back(one.answer);
  return all;
}

uint64_t file_number(storage::Transaction& transaction, const std::string& project,
                     const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::weakly_canonical(file, error);
  std::string path = error ? file.string() : whole.string();
  std::replace(path.begin(), path.end(), '\n', ' ');
  const std::string* known = transaction.catalog().document(kFiles, project);
  std::string lines = known == nullptr ? std::string() : *known;
  uint64_t number = 0;
  for (std::string_view left = lines; !left.empty();) {
    const size_t end = left.find('\n');
    ++number;
    if (left.substr(0, end) == path) return number;
    left.remove_prefix(end + 1);
  }
  transaction.set_document(kFiles, project, lines + path + "\n");
  return number + 1;
}

void forget_files(storage::Transaction& transaction, const std::string& project) {
  transaction.remove_document(kFiles, project);
}

// Stored rows first: an appender must be alone with its table.
void write_answers(storage::Transaction& transaction, const std::string& project,
                   const std::map<uint64_t, const TaskAnswers*>& answers, const Context& context) {
  const storage::TableId table = transaction.hidden_table(answer_table(project));
  CellWriter cells(transaction, table);
  Ticker ticker(context);
  for (const auto& [task, of_task] : answers) {
    ticker.tick();
    for (const auto& [worker, one] : of_task->by_worker()) {
      if (!one.row) continue;
      if (one.withdrawn) transaction.erase(table, *one.row);
      if (one.changed && !one.withdrawn) replace(cells, *one.row, one.answer);
    }
  }
  transaction.flush();
  AnswerAppender appender(transaction, table);
  for (const auto& [task, of_task] : answers) {
    ticker.tick();
    for (const auto& [worker, one] : of_task->by_worker())
      if (one.changed && !one.row) appender.add(task, one.answer);
  }
  appender.finish();
}

}  // namespace cupel::exec
