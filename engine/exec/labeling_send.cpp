#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_choices.hpp"
#include "engine/exec/labeling_sendings.hpp"
#include "engine/exec/labeling_subjects.hpp"
#include "engine/exec/labeling_tasks.hpp"
#include "engine/labeling/files.hpp"

namespace cupel::exec {
namespace {

using labeling::Project;
using labeling::Task;
using storage::Appender;
using storage::kAnnotations;
using storage::kItems;
using storage::SnapshotPtr;

/// Appends tasks to their hidden table.
class TaskAppender {
 public:
  TaskAppender(storage::Transaction& transaction, storage::TableId table, Timestamp now)
      : now_(now),
        appender_(transaction, table),
        task_id_(appender_.slot("task_id", Type::kText, false)),
        item_(appender_.slot("$item", Type::kInt64)),
        annotation_(appender_.slot("annotation", Type::kInt64)),
        batch_(appender_.slot("batch", Type::kInt64)),
        calibration_(appender_.slot("calibration", Type::kBool)),
        given_(appender_.slot("given_label", Type::kText)),
        predicted_(appender_.slot("predicted_label", Type::kText)),
        score_(appender_.slot("score", Type::kFloat64)),
        status_(appender_.slot("status", Type::kText)),
        generation_(appender_.slot("generation", Type::kInt64)),
        created_(appender_.slot("created_at", Type::kTimestamp)) {}

  void add(const Task& task, const Subject& subject) {
    appender_.next_row();
    appender_.set_text(task_id_, task.task_id);
    appender_.set_integer(item_, static_cast<int64_t>(subject.item));
    if (subject.annotation)
      appender_.set_integer(annotation_, static_cast<int64_t>(*subject.annotation));
    appender_.set_integer(batch_, task.batch);
    appender_.set_bool(calibration_, task.calibration);
    if (!task.given_label.empty()) appender_.set_text(given_, task.given_label);
    if (!task.predicted_label.empty()) appender_.set_text(predicted_, task.predicted_label);
    if (task.score) appender_.set_number(score_, *task.score);
    appender_.set_text(status_, "pending");
    appender_.set_integer(generation_, static_cast<int64_t>(task.generation));
    appender_.set_integer(created_, now_.micros);
  }
  void finish() { appender_.finish(); }

 private:
  Timestamp now_;
  Appender appender_;
  Appender::Slot task_id_, item_, annotation_, batch_, calibration_, given_, predicted_, score_,
      status_, generation_, created_;
};

/// What a task says about its item and annotation.
class FactReader {
 public:
  explicit FactReader(const SnapshotPtr& view)
      : reference_id_(view, kItems, "reference_id"),
        image_location_(view, kItems, "image_location"),
        width_(view, kItems, "width"),
        height_(view, kItems, "height"),
        annotation_id_(view, kAnnotations, "annotation_id"),
        predicted_(view, kAnnotations, "metadata.predicted_label"),
        coarse_(view, kAnnotations, "metadata.coarse_label"),
        predicted_coarse_(view, kAnnotations, "metadata.predicted_coarse_label"),
        x_(view, kAnnotations, "position.x"),
        y_(view, kAnnotations, "position.y"),
        box_width_(view, kAnnotations, "dimensions.x"),
        box_height_(view, kAnnotations, "dimensions.y") {}

  void read(const Subject& subject, Task& task) {
    task.reference_id = reference_id_.text(subject.item);
    task.image_location = image_location_.text(subject.item);
    task.width = whole(width_, subject.item);
    task.height = whole(height_, subject.item);
    task.taxonomy = subject.taxonomy;
    task.given_label = subject.given_label;
    task.score = subject.score;
    if (!subject.annotation) return;
    const uint64_t row = *subject.annotation;
    task.predicted_label = predicted_.text(row);
    task.coarse_label = coarse_.text(row);
    task.predicted_coarse_label = predicted_coarse_.text(row);
    if (!subject.taxonomy.empty()) return;
    task.annotation_id = annotation_id_.text(row);
    const auto x = x_.number(row);
    const auto y = y_.number(row);
    const auto width = box_width_.number(row);
    const auto height = box_height_.number(row);
    if (x && y && width && height) task.box = Task::Box{*x, *y, *width, *height};
  }

 private:
  static std::optional<int64_t> whole(AnyField& field, uint64_t row) {
    const Value value = field.value(row);
    return value.is_int() ? std::optional(value.as_int()) : std::nullopt;
  }

  AnyField reference_id_, image_location_, width_, height_;
  AnyField annotation_id_, predicted_, coarse_, predicted_coarse_, x_, y_, box_width_, box_height_;
};

std::vector<std::string> names_of(const auto& labels) {
  std::vector<std::string> names;
  names.reserve(labels.size());
  for (const auto& [label, examples] : labels) names.push_back(label);
  return names;
}

std::vector<std::string> all_labels(const Subjects& subjects) {
  std::vector<std::string> all;
  for (const auto& [taxonomy, labels] : subjects.labels)
    for (const auto& [label, examples] : labels) all.push_back(label);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// The project as it is after the sending.
Project project_of(const SendRequest& request, const Subjects& subjects,
                   const storage::Catalog& catalog) {
  const std::optional<Project> known = find_project(catalog, request.project);
  Project project = known.value_or(Project{});
  project.name = request.project;
  if (!known) project.tasks = dropped_tasks(catalog, request.project);
  project.taxonomy = request.taxonomy;
  project.slice = request.slice;
  project.format = request.format;
  if (request.description) project.description = *request.description;
  project.labels = all_labels(subjects);
  project.seed = request.seed;
  project.send_id = send_id(request, catalog.generation);
  project.directories.push_back(
      std::filesystem::absolute(request.directory).lexically_normal().string());
  return project;
}

/// "none of these" is an answer of its own; a label that is called so could not be told from it.
void refuse_none(const std::vector<std::string>& labels, const SendRequest& request) {
  if (!std::binary_search(labels.begin(), labels.end(), labeling::kNoneOfThese)) return;
  const std::string whose = request.objects ? std::string("the annotations have")
                                            : fmt::format("taxonomy '{}' has", request.taxonomy);
  throw Error(ErrorCode::kConstraint,
              fmt::format("{} a label '{}', which is what a labeler answers when no label fits; "
                          "rename the label (UPDATE annotations SET label = … WHERE label = '{}') "
                          "and send again",
                          whose, labeling::kNoneOfThese, labeling::kNoneOfThese));
}

/// What is added to the numbers of a plan's batches, so that those of a project go on.
uint32_t batches_before(const SendRequest& request, const Context& context) {
  uint32_t last = 0;
  bool any = false;
  for (const TaskRow& task : read_tasks(context.snapshot, request.project, context)) {
    last = std::max(last, task.batch);
    any = true;
  }
  return any ? last + (request.calibration > 0 ? 1 : 0) : 0;
}

/// Rows in the order in which they are written: by batch, worst first.
std::vector<size_t> writing_order(const labeling::BatchPlan& plan) {
  std::vector<size_t> order(plan.batch.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return plan.batch[a] < plan.batch[b]; });
  return order;
}

}  // namespace

struct TaskSending::Impl {
  Impl(storage::Transaction& t, const SendRequest& r, const Context& c)
      : transaction(t), request(r), context(c) {}

  void prepare() {
    if (request.rows.empty())
      throw Error(ErrorCode::kConstraint,
                  fmt::format("slice '{}' has no members, so that there is nothing to send",
                              request.slice));
    subjects = find_subjects(request, context);
    refuse_pending(subjects, request, context);
    const storage::Catalog& catalog = context.snapshot->catalog();
    project = project_of(request, subjects, catalog);
    if (request.choices) choose_by_probability(catalog);
    refuse_none(project.labels, request);
    sending.emplace(request.directory, project, leftovers(catalog, request.database));
    sending->write_instructions(labeling::instructions(request.template_text.value_or(""), project,
                                                       examples_of(subjects, context.snapshot)));
    write_tasks();
    remember_sending(transaction, project);
  }

  void choose_by_probability(const storage::Catalog& catalog) {
    if (request.objects)
      throw Error(ErrorCode::kUnsupported,
                  "the most probable labels are known of items, not of annotations; say CHOICES "
                  "ALL");
    const storage::VectorSet& set = probabilities_of(catalog, request.taxonomy);
    probable.emplace(context.snapshot, set, *request.choices);
    std::set<std::string> labels(project.labels.begin(), project.labels.end());
    labels.insert(set.classes.begin(), set.classes.end());
    project.labels.assign(labels.begin(), labels.end());
  }

  void write_tasks() {
    std::vector<std::string> given;
    given.reserve(subjects.rows.size());
    context.reserve(subjects.rows.size() * (sizeof(std::string) + sizeof(TaskRow)));
    for (const Subject& subject : subjects.rows) given.push_back(subject.given_label);
    const labeling::BatchPlan plan =
        labeling::plan_batches(given, request.batch, request.calibration, request.seed);
    const uint32_t before = batches_before(request, context);
    TaskAppender tasks(transaction, transaction.hidden_table(task_table(project.name)),
                       request.now);
    FactReader facts(context.snapshot);
    std::map<uint64_t, TaskRow> latest;
    Ticker ticker(context);
    for (const size_t index : writing_order(plan)) {
      ticker.tick();
      const Subject& subject = subjects.rows[index];
      Task task;
      task.calibration = request.calibration > 0 && plan.batch[index] == 0;
      task.batch = plan.batch[index] + before;
      task.task_id = task_id(project.name, ++project.tasks);
      task.generation = context.snapshot->catalog().generation;
      facts.read(subject, task);
      task.choices = choices_of(subject);
      tasks.add(task, subject);
      sending->add(task);
      latest[subject.item] = told(task, subject.item);
      count(task);
    }
    tasks.finish();
    project.batches += plan.batches;
    result.batches = plan.batches;
    FieldsWriter items(transaction, context.snapshot, kItems);
    for (const auto& [item, task] : latest) {
      ticker.tick();
      tell_item(items, project.name, task);
    }
  }

  /// What the item will tell of its task.
  TaskRow told(const Task& task, uint64_t item) const {
    TaskRow row;
    row.task_id = task.task_id;
    row.item = item;
    row.batch = task.batch;
    row.created_micros = request.now.micros;
    return row;
  }

  /// Empty: all that the project has.
  std::vector<std::string> choices_of(const Subject& subject) {
    if (probable) return probable->of(subject.item, subject.given_label);
    if (subjects.labels.size() == 1) return {};
    return names_of(subjects.labels.at(subject.taxonomy));
  }

  void count(const Task& task) {
    ++result.tasks;
    if (task.calibration) ++result.calibration;
    if (by_batch.empty() || by_batch.back().first != task.batch)
      by_batch.emplace_back(task.batch, 0);
    ++by_batch.back().second;
  }

  storage::Transaction& transaction;
  SendRequest request;
  const Context& context;
  Subjects subjects;
  Project project;
  std::optional<ProbableLabels> probable;
  std::optional<labeling::Sending> sending;
  SendOutcome result;
  std::vector<std::pair<uint32_t, uint64_t>> by_batch;  ///< tasks, in the order of files
};

TaskSending::TaskSending(storage::Transaction& transaction, const SendRequest& request,
                         const Context& context)
    : impl_(std::make_unique<Impl>(transaction, request, context)) {
  impl_->prepare();
}

TaskSending::~TaskSending() = default;

void TaskSending::publish() {
  impl_->context.poll();
  impl_->sending->publish();
}

bool TaskSending::finish() noexcept { return impl_->sending->finish(); }

SendOutcome TaskSending::outcome() const {
  SendOutcome outcome = impl_->result;
  if (const auto& aside = impl_->sending->set_aside()) outcome.set_aside = aside->string();
  size_t batch = 0;
  for (const std::string& file : impl_->sending->files()) {
    SentFile& sent = outcome.files.emplace_back(SentFile{file, std::nullopt});
    if (file.starts_with("batch-") && batch < impl_->by_batch.size())
      sent.tasks = impl_->by_batch[batch++].second;
  }
  return outcome;
}

}  // namespace cupel::exec
