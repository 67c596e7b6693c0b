#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "engine/exec/change.hpp"
#include "engine/exec/label_update.hpp"
#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_tasks.hpp"
#include "index/lookup.hpp"

namespace cupel::exec {
namespace {

using labeling::Consensus;
using labeling::Outcome;
using storage::kAnnotations;
using storage::kItems;
using storage::SnapshotPtr;

constexpr const char* kSuspected = "metadata.potential_mislabel";
constexpr const char* kScore = "metadata.mislabel_score";

/// The category annotations of items that had none when they were sent.
class NewLabels {
 public:
  NewLabels(const SnapshotPtr& view, const std::vector<TaskRow>& tasks,
            const std::string& taxonomy) {
    index::ItemSet items(view->catalog().row_count(kItems));
    for (const TaskRow& task : tasks)
      if (!task.annotation) items.add(task.item);
    if (items.empty()) return;
    AnyField type(view, kAnnotations, "type");
    AnyField of(view, kAnnotations, "taxonomy");
    index::for_each_object(*view, kAnnotations, items, [&](uint64_t row, uint64_t item) {
      if (type.text(row) == "category" && of.text(row) == taxonomy) by_item_.emplace(item, row);
    });
  }
  std::optional<uint64_t> find(uint64_t item) const {
    const auto known = by_item_.find(item);
    return known == by_item_.end() ? std::nullopt : std::optional(known->second);
  }

 private:
  std::unordered_map<uint64_t, uint64_t> by_item_;
};

/// Whether an answer was given under a name; others are numbered (labeling/files.hpp).
bool is_name(std::string_view worker) {
  return !worker.empty() && !worker.starts_with('#') && !worker.starts_with("vote-") &&
         !worker.starts_with("respondent-");
}

/// What the answers to each task come to, as the request wants it.
/// `nameless`: it was to weigh workers, but the answers do not tell whose they are.
std::vector<Consensus> consensus_of(const std::vector<TaskRow>& tasks, const ApplyRequest& request,
                                    bool& nameless, const Context& context) {
  std::vector<Consensus> all;
  if (!request.weighted) {
    for (const TaskRow& task : tasks) all.push_back(task.consensus);
    return all;
  }
  const auto answers =
      answers_by_task(tasks, read_answers(context.snapshot, request.project, context));
  const labeling::DawidSkene estimate = labeling::dawid_skene(answers, [&] { context.poll(); });
  for (size_t i = 0; i < tasks.size(); ++i)
    all.push_back(labeling::decide(estimate, i, answers[i]));
  nameless = std::none_of(estimate.accuracy.begin(), estimate.accuracy.end(),
                          [](const auto& worker) { return is_name(worker.first); });
  return all;
}

class Application {
 public:
  Application(storage::Transaction& transaction, const ApplyRequest& request,
              const Context& context, std::vector<TaskRow> tasks)
      : transaction_(transaction),
        request_(request),
        context_(context),
        view_(context.snapshot),
        tasks_(std::move(tasks)),
        visible_items_(view_, kItems),
        visible_annotations_(view_, kAnnotations),
        label_(view_, kAnnotations, "label"),
        annotation_id_(view_, kAnnotations, "annotation_id"),
        reference_id_(view_, kItems, "reference_id"),
        given_(view_, kAnnotations, "metadata.given_label"),
        suspected_(view_, kAnnotations, kSuspected),
        score_(view_, kItems, kScore),
        new_labels_(view_, tasks_, request.taxonomy),
        labels_(transaction, view_, kAnnotations),
        annotations_(transaction, view_, kAnnotations),
        cells_(transaction, transaction.hidden_table(task_table(request.project))) {}

  ApplyOutcome run() {
    const std::vector<Consensus> consensus =
        consensus_of(tasks_, request_, outcome_.nameless, context_);
    // From the last one sent: of several about one label it decides.
    Ticker ticker(context_);
    for (size_t i = tasks_.size(); i-- > 0;) {
      ticker.tick();
      if (is_due(tasks_[i], consensus[i])) apply(tasks_[i], consensus[i]);
    }
    std::reverse(outcome_.conflicts.begin(), outcome_.conflicts.end());
    clear_scores();
    labels_.finish();
    add_labels();
    return std::move(outcome_);
  }

 private:
  /// Counts why not.
  bool is_due(const TaskRow& task, const Consensus& consensus) {
    const auto counted = [](uint64_t& count) {
      ++count;
      return false;
    };
    if (!task.completed) return counted(outcome_.open);
    if (task.applied) return counted(outcome_.before);
    if (task.audit_status == "rejected") return counted(outcome_.rejected);
    switch (consensus.outcome) {
      case Outcome::kAgreed: break;
      case Outcome::kTie: return counted(outcome_.ties);
      case Outcome::kNone: return counted(outcome_.none);
      case Outcome::kSeveral: return counted(outcome_.several);
      case Outcome::kOpen: return counted(outcome_.open);
    }
    if (consensus.agreement < request_.agreement) return counted(outcome_.below);
    return true;
  }

  void apply(const TaskRow& task, const Consensus& consensus) {
    if (!visible_items_.contains(task.item))
      return conflict(task, consensus, "", "the item was deleted since it was sent");
    if (!task.annotation) return apply_to_unlabeled(task, consensus);
    if (!visible_annotations_.contains(*task.annotation))
      return conflict(task, consensus, "", "the annotation was deleted since it was sent");
    if (is_settled(*task.annotation, task, consensus)) return;
    const std::string current = label_.text(*task.annotation);
    if (current != task.expected_label() && current != consensus.label)
      return conflict(task, consensus, current,
                      fmt::format("the label was changed to '{}' since it was sent", current));
    relabel(*task.annotation, current, task, consensus);
  }

  /// Whether a task that was sent later has decided about the annotation.
  bool is_settled(uint64_t row, const TaskRow& task, const Consensus& consensus) {
    const auto done = done_.find(row);
    if (done == done_.end()) return false;
    settle(done->second, task, consensus);
    return true;
  }
  void settle(const std::string& decided, const TaskRow& task, const Consensus& consensus) {
    if (decided != consensus.label)
      return conflict(task, consensus, decided,
                      fmt::format("a task that was sent later gives the label '{}'", decided));
    ++outcome_.confirmed;
    mark_applied(task, consensus);
  }

  void apply_to_unlabeled(const TaskRow& task, const Consensus& consensus) {
    if (const auto row = new_labels_.find(task.item)) {
      if (is_settled(*row, task, consensus)) return;
      const std::string current = label_.text(*row);
      if (current != task.applied_label && current != consensus.label)
        return conflict(
            task, consensus, current,
            fmt::format("the item was given the label '{}' since it was sent", current));
      return relabel(*row, current, task, consensus);
    }
    const auto [known, is_new] = added_.emplace(task.item, consensus.label);
    if (!is_new) return settle(known->second, task, consensus);
    ++outcome_.added;
    ObjectRow& row = new_rows_.emplace_back();
    row.reference_id = reference_id_.text(task.item);
    row.label = consensus.label;
    row.type = "category";
    row.taxonomy = request_.taxonomy;
    row.metadata = {{"relabeled_by", request_.project}, {"relabel_agreement", consensus.agreement}};
    settled_items_.insert(task.item);
    mark_applied(task, consensus);
  }

  void relabel(uint64_t row, const std::string& current, const TaskRow& task,
               const Consensus& consensus) {
    done_.emplace(row, consensus.label);
    if (current == consensus.label) {
      ++outcome_.confirmed;
    } else {
      ++outcome_.relabeled;
      if (given_.missing(row) && !task.given_label.empty())
        annotations_.set("metadata.given_label", row, task.given_label);
      labels_.assign(row, consensus.label);
    }
    annotations_.set("metadata.relabeled_by", row, request_.project);
    annotations_.set("metadata.relabel_agreement", row, consensus.agreement);
    if (!suspected_.missing(row)) annotations_.set(kSuspected, row, int64_t{0});
    settled_items_.insert(task.item);
    mark_applied(task, consensus);
  }

  void mark_applied(const TaskRow& task, const Consensus& consensus) {
    cells_.set("applied_label", Type::kText, task.row, consensus.label);
    cells_.set("applied", Type::kBool, task.row, true);
  }

  void conflict(const TaskRow& task, const Consensus& consensus, std::string current,
                std::string what) {
    ApplyConflict& conflict = outcome_.conflicts.emplace_back();
    context_.reserve(sizeof(conflict) + 128);
    conflict.task_id = task.task_id;
    conflict.reference_id = reference_id_.text(task.item);
    if (task.annotation) conflict.annotation_id = annotation_id_.text(*task.annotation);
    conflict.given = task.given_label;
    conflict.current = std::move(current);
    conflict.answer = consensus.label;
    conflict.what = std::move(what);
  }

  /// An item is no suspect any more, unless another annotation of it still is one.
  void clear_scores() {
    index::ItemSet items(view_->catalog().row_count(kItems));
    for (const uint64_t item : settled_items_)
      if (!score_.missing(item)) items.add(item);
    if (items.empty()) return;
    index::for_each_object(*view_, kAnnotations, items, [&](uint64_t row, uint64_t item) {
      if (!done_.contains(row) && suspected_.number(row).value_or(0) != 0) items_left_.insert(item);
    });
    FieldsWriter fields(transaction_, view_, kItems);
    for (const uint64_t item : settled_items_)
      if (!items_left_.contains(item) && !score_.missing(item)) fields.set(kScore, item, 0.0);
  }

  void add_labels() {
    if (new_rows_.empty()) return;
    append_objects(transaction_, kAnnotations, new_rows_, false, context_);
  }

  storage::Transaction& transaction_;
  const ApplyRequest& request_;
  const Context& context_;
  SnapshotPtr view_;
  std::vector<TaskRow> tasks_;
  VisibleRows visible_items_, visible_annotations_;
  AnyField label_, annotation_id_, reference_id_, given_, suspected_, score_;
  NewLabels new_labels_;
  LabelUpdate labels_;
  FieldsWriter annotations_;
  CellWriter cells_;
  std::unordered_map<uint64_t, std::string> done_;   ///< by annotation: its label now
  std::unordered_map<uint64_t, std::string> added_;  ///< by item: the label it gets
  std::vector<ObjectRow> new_rows_;
  std::set<uint64_t> settled_items_, items_left_;
  ApplyOutcome outcome_;
};

}  // namespace

ApplyOutcome apply_results(storage::Transaction& transaction, const ApplyRequest& request,
                           const Context& context) {
  transaction.flush();
  return Application(transaction, request, context,
                     read_tasks(context.snapshot, request.project, context))
      .run();
}

}  // namespace cupel::exec
