#include "engine/exec/labeling_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace cupel::exec {
namespace {

using labeling::AnswerKind;
using labeling::Outcome;
using storage::SnapshotPtr;
using storage::TableId;

constexpr const char* kDropped = "labeling_dropped";

std::optional<uint64_t> number_in(std::string_view digits) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

struct Columns {
  const SnapshotPtr& view;
  TableId table;
  ColumnReader operator()(std::string_view name, Type type) const {
    return ColumnReader(view, view->catalog().find(table, name, type));
  }
};

std::string text_at(ColumnReader& column, uint64_t row) {
  return std::string(column.text(row).value_or(""));
}

uint64_t unsigned_at(ColumnReader& column, uint64_t row) {
  return static_cast<uint64_t>(column.integer(row).value_or(0));
}

Outcome outcome_of(std::string_view word) {
  for (const Outcome outcome : {Outcome::kAgreed, Outcome::kTie, Outcome::kNone, Outcome::kSeveral})
    if (outcome_word(outcome) == word) return outcome;
  return Outcome::kOpen;
}

class TaskReader {
 public:
  explicit TaskReader(const Columns& column)
      : task_id_(column("task_id", Type::kText)),
        item_(column("$item", Type::kInt64)),
        annotation_(column("annotation", Type::kInt64)),
        batch_(column("batch", Type::kInt64)),
        calibration_(column("calibration", Type::kBool)),
        given_(column("given_label", Type::kText)),
        predicted_(column("predicted_label", Type::kText)),
        score_(column("score", Type::kFloat64)),
        status_(column("status", Type::kText)),
        outcome_(column("outcome", Type::kText)),
        consensus_(column("consensus", Type::kText)),
        agreement_(column("agreement", Type::kFloat64)),
        answers_(column("answers", Type::kInt64)),
        audit_(column("audit_status", Type::kText)),
        generation_(column("generation", Type::kInt64)),
        created_(column("created_at", Type::kTimestamp)),
        completed_(column("completed_at", Type::kTimestamp)),
        applied_label_(column("applied_label", Type::kText)),
        applied_(column("applied", Type::kBool)) {}

  TaskRow read(uint64_t row) {
    TaskRow task;
    task.row = row;
    task.task_id = text_at(task_id_, row);
    task.item = unsigned_at(item_, row);
    if (const auto annotation = annotation_.integer(row))
      task.annotation = static_cast<uint64_t>(*annotation);
    task.batch = static_cast<uint32_t>(unsigned_at(batch_, row));
    task.calibration = calibration_.integer(row).value_or(0) != 0;
    task.given_label = text_at(given_, row);
    task.predicted_label = text_at(predicted_, row);
    task.score = score_.number(row);
    task.completed = text_at(status_, row) == "completed";
    task.consensus.outcome = outcome_of(text_at(outcome_, row));
    task.consensus.label = text_at(consensus_, row);
    task.consensus.agreement = agreement_.number(row).value_or(0);
    task.consensus.answers = static_cast<uint32_t>(unsigned_at(answers_, row));
    task.audit_status = text_at(audit_, row);
    task.generation = unsigned_at(generation_, row);
    task.created_micros = created_.integer(row).value_or(0);
    task.completed_micros = completed_.integer(row);
    task.applied_label = text_at(applied_label_, row);
    task.applied = applied_.integer(row).value_or(0) != 0;
    return task;
  }

 private:
  ColumnReader task_id_, item_, annotation_, batch_, calibration_, given_, predicted_, score_,
      status_, outcome_, consensus_, agreement_, answers_, audit_, generation_, created_,
      completed_, applied_label_, applied_;
};

class AnswerReader {
 public:
  explicit AnswerReader(const Columns& column)
      : task_(column("task", Type::kInt64)),
        worker_(column("worker", Type::kText)),
        reviewer_(column("reviewer", Type::kBool)),
        kind_(column("kind", Type::kText)),
        label_(column("label", Type::kText)),
        answered_(column("answered_at", Type::kTimestamp)) {}

  AnswerRow read(uint64_t row) {
    AnswerRow found;
    found.row = row;
    found.task = unsigned_at(task_, row);
    found.answer.worker = text_at(worker_, row);
    found.answer.reviewer = reviewer_.integer(row).value_or(0) != 0;
    const std::string kind = text_at(kind_, row);
    for (const AnswerKind each : {AnswerKind::kNone, AnswerKind::kSeveral})
      if (kind == kind_word(each)) found.answer.kind = each;
    found.answer.label = text_at(label_, row);
    if (const auto micros = answered_.integer(row)) found.answer.answered_at = Timestamp{*micros};
    return found;
  }

 private:
  ColumnReader task_, worker_, reviewer_, kind_, label_, answered_;
};

template <typename Reader>
auto read_all(const SnapshotPtr& view, const std::string& table_name, const Context& context) {
  std::vector<decltype(std::declval<Reader&>().read(0))> rows;
  const std::optional<TableId> table = view->catalog().hidden_table(table_name);
  if (!table) return rows;
  const uint64_t count = view->catalog().live_rows(*table);
  context.reserve(count * sizeof(rows[0]) * 3 / 2);
  rows.reserve(count);
  Reader reader(Columns{view, *table});
  for_each_visible(*view, *table, context, [&](uint64_t row) { rows.push_back(reader.read(row)); });
  return rows;
}

}  // namespace

std::optional<labeling::Project> find_project(const storage::Catalog& catalog,
                                              std::string_view name) {
  const std::string* document = catalog.document(kProjectDocument, name);
  if (document == nullptr) return std::nullopt;
  return labeling::decode_project(*document);
}

std::vector<std::string> project_names(const storage::Catalog& catalog) {
  return catalog.documents(kProjectDocument);
}

std::string task_id(std::string_view project, uint64_t number) {
  return fmt::format("{}-{:06}", project, number);
}

uint64_t dropped_tasks(const storage::Catalog& catalog, std::string_view project) {
  const std::string* number = catalog.document(kDropped, project);
  return number == nullptr ? 0 : number_in(*number).value_or(0);
}

std::optional<std::string> dropped_project_of(const storage::Catalog& catalog,
                                              std::string_view task_id) {
  const size_t dash = task_id.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view project = task_id.substr(0, dash);
  const std::optional<uint64_t> number = number_in(task_id.substr(dash + 1));
  if (!number || *number == 0 || *number > dropped_tasks(catalog, project)) return std::nullopt;
  return std::string(project);
}

void remember_tasks(storage::Transaction& transaction, const labeling::Project& project) {
  transaction.set_document(kDropped, project.name, std::to_string(project.tasks));
}

std::string task_table(std::string_view project) { return "tasks:" + std::string(project); }
std::string answer_table(std::string_view project) { return "answers:" + std::string(project); }

std::vector<TaskRow> read_tasks(const SnapshotPtr& view, std::string_view project,
                                const Context& context) {
  return read_all<TaskReader>(view, task_table(project), context);
}

std::vector<AnswerRow> read_answers(const SnapshotPtr& view, std::string_view project,
                                    const Context& context) {
  return read_all<AnswerReader>(view, answer_table(project), context);
}

std::vector<std::vector<labeling::Answer>> answers_by_task(const std::vector<TaskRow>& tasks,
                                                           std::vector<AnswerRow> answers) {
  std::unordered_map<uint64_t, size_t> index;
  index.reserve(tasks.size());
  for (size_t i = 0; i < tasks.size(); ++i) index.emplace(tasks[i].row, i);
  std::vector<std::vector<labeling::Answer>> result(tasks.size());
  for (AnswerRow& row : answers)
    if (const auto known = index.find(row.task); known != index.end())
      result[known->second].push_back(std::move(row.answer));
  return result;
}

std::string_view outcome_word(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAgreed: return "agreed";
    case Outcome::kTie: return "tie";
    case Outcome::kNone: return "none";
    case Outcome::kSeveral: return "several";
    case Outcome::kOpen: break;
  }
  return "open";
}

std::string_view kind_word(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kLabel: return "label";
    case AnswerKind::kNone: return "none";
    case AnswerKind::kSeveral: break;
  }
  return "several";
}

void tell_item(FieldsWriter& items, const std::string& project, const TaskRow& task) {
  const auto set = [&](const char* field, const Value& value) {
    items.set(std::string("labeling.") + field, task.item, value);
  };
  const labeling::Consensus& consensus = task.consensus;
  set("project", project);
  set("batch", int64_t{task.batch});
  set("task_id", task.task_id);
  set("status", task.completed ? "completed" : "pending");
  set("created_at", Timestamp{task.created_micros});
  set("audit_status", task.audit_status.empty() ? Value() : Value(task.audit_status));
  set("completed_at", task.completed_micros ? Value(Timestamp{*task.completed_micros}) : Value());
  set("outcome", task.completed ? Value(outcome_word(consensus.outcome)) : Value());
  set("consensus", consensus.outcome == Outcome::kAgreed ? Value(consensus.label) : Value());
  set("agreement", task.completed ? Value(consensus.agreement) : Value());
}

void tell_nothing(FieldsWriter& items, uint64_t item) {
  for (const char* field : {"project", "batch", "task_id", "status", "audit_status", "created_at",
                            "completed_at", "consensus", "agreement", "outcome"})
    items.set(std::string("labeling.") + field, item, Value());
}

LatestTask::LatestTask(const SnapshotPtr& view)
    : project_(view, storage::kItems, "labeling.project"),
      task_id_(view, storage::kItems, "labeling.task_id") {}

bool LatestTask::is(uint64_t item, std::string_view project, std::string_view task_id) {
  return task_id_.text(item) == task_id && project_.text(item) == project;
}

}  // namespace cupel::exec
