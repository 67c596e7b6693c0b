#include "engine/exec/labeling_subjects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "engine/exec/labeling_tasks.hpp"

namespace cupel::exec {
namespace {

using storage::kAnnotations;
using storage::kItems;
using storage::SnapshotPtr;

/// The columns of annotations that decide what their labels are labels of.
class LabelReader {
 public:
  explicit LabelReader(const SnapshotPtr& view)
      : item_(reader(view, "$item", Type::kInt64)),
        label_(reader(view, "label", Type::kText)),
        type_(reader(view, "type", Type::kText)),
        taxonomy_(reader(view, "taxonomy", Type::kText)) {}

  uint64_t item(uint64_t row) { return static_cast<uint64_t>(item_.integer(row).value_or(0)); }
  std::string_view label(uint64_t row) { return label_.text(row).value_or(""); }
  /// The taxonomy of a category; empty for objects.
  std::string_view taxonomy(uint64_t row) {
    const auto taxonomy = taxonomy_.text(row);
    if (!taxonomy || type_.text(row) != "category") return {};
    return *taxonomy;
  }

 private:
  static ColumnReader reader(const SnapshotPtr& view, std::string_view name, Type type) {
    return ColumnReader(view, view->catalog().find(kAnnotations, name, type));
  }

  ColumnReader item_, label_, type_, taxonomy_;
};

class SubjectFinder {
 public:
  SubjectFinder(const SendRequest& request, const Context& context)
      : request_(request),
        context_(context),
        view_(context.snapshot),
        labels_(view_),
        suspected_(view_, kAnnotations, "metadata.potential_mislabel"),
        quality_(view_, kAnnotations, "metadata.label_quality") {}

  Subjects run() {
    context_.reserve(request_.rows.size() * (sizeof(Subject) + 64));
    if (request_.objects) {
      add_annotations();
    } else {
      add_items();
    }
    for_each_visible(*view_, kAnnotations, context_, [&](uint64_t row) { see(row); });
    sort();
    return std::move(subjects_);
  }

 private:
  void add_items() {
    subjects_.labels[request_.taxonomy];
    for (const uint64_t row : request_.rows) {
      by_item_.emplace(row, subjects_.rows.size());
      Subject& subject = subjects_.rows.emplace_back();
      subject.item = row;
      subject.taxonomy = request_.taxonomy;
    }
  }

  void add_annotations() {
    for (const uint64_t row : request_.rows) {
      Subject& subject = subjects_.rows.emplace_back();
      subject.annotation = row;
      subject.item = labels_.item(row);
      subject.given_label = labels_.label(row);
      subject.taxonomy = labels_.taxonomy(row);
      subjects_.labels[subject.taxonomy];
      by_item_.emplace(subject.item, subjects_.rows.size() - 1);
    }
  }

  /// One annotation of the dataset: a label to choose from, an example, perhaps the one in
  /// question.
  void see(uint64_t row) {
    const auto of_taxonomy = subjects_.labels.find(labels_.taxonomy(row));
    if (of_taxonomy == subjects_.labels.end()) return;
    const std::string_view label = labels_.label(row);
    auto known = of_taxonomy->second.find(label);
    if (known == of_taxonomy->second.end())
      known = of_taxonomy->second.emplace(std::string(label), BestExamples()).first;
    const uint64_t item = labels_.item(row);
    const auto asked = by_item_.find(item);
    if (asked == by_item_.end()) {
      if (suspected_.number(row).value_or(0) == 0)
        known->second.offer(quality_.number(row).value_or(0), item);
      return;
    }
    if (request_.objects) return;
    Subject& subject = subjects_.rows[asked->second];
    if (subject.annotation) return;
    subject.annotation = row;
    subject.given_label = label;
  }

  void sort() {
    AnyField score(view_, kItems, "metadata.mislabel_score");
    for (Subject& subject : subjects_.rows) subject.score = score.number(subject.item);
    std::stable_sort(subjects_.rows.begin(), subjects_.rows.end(),
                     [](const Subject& a, const Subject& b) {
                       if (a.score && b.score) return *a.score > *b.score;
                       return a.score.has_value() && !b.score.has_value();
                     });
  }

  const SendRequest& request_;
  const Context& context_;
  SnapshotPtr view_;
  LabelReader labels_;
  AnyField suspected_, quality_;
  Subjects subjects_;
  std::unordered_map<uint64_t, size_t> by_item_;
};

/// Whether a pending task of a project asks what a subject asks.
class Asked {
 public:
  explicit Asked(const Subjects& subjects) {
    for (const Subject& subject : subjects.rows) {
      if (subject.annotation) annotations_.insert(*subject.annotation);
      if (!subject.taxonomy.empty()) items_[subject.taxonomy].insert(subject.item);
    }
  }
  bool contains(const TaskRow& task, const std::string& taxonomy) const {
    if (task.annotation && annotations_.contains(*task.annotation)) return true;
    const auto of_taxonomy = items_.find(taxonomy);
    return of_taxonomy != items_.end() && of_taxonomy->second.contains(task.item);
  }

 private:
  std::unordered_set<uint64_t> annotations_;
  std::map<std::string, std::unordered_set<uint64_t>> items_;
};

}  // namespace

void BestExamples::offer(double quality, uint64_t item) {
  if (best_.size() == kMost && quality <= best_.back().quality) return;
  const auto at = std::find_if(best_.begin(), best_.end(),
                               [&](const Example& known) { return known.quality < quality; });
  best_.insert(at, {quality, item});
  if (best_.size() > kMost) best_.pop_back();
}

std::vector<uint64_t> BestExamples::items() const {
  std::vector<uint64_t> items;
  for (const Example& example : best_) items.push_back(example.item);
  return items;
}

Subjects find_subjects(const SendRequest& request, const Context& context) {
  return SubjectFinder(request, context).run();
}

std::vector<labeling::LabelExamples> examples_of(const Subjects& subjects,
                                                 const SnapshotPtr& view) {
  AnyField location(view, kItems, "image_location");
  std::vector<labeling::LabelExamples> all;
  for (const auto& [taxonomy, labels] : subjects.labels) {
    for (const auto& [label, examples] : labels) {
      labeling::LabelExamples& of_label = all.emplace_back();
      of_label.label = label;
      for (const uint64_t item : examples.items())
        if (std::string found = location.text(item); !found.empty())
          of_label.image_locations.push_back(std::move(found));
    }
  }
  return all;
}

void refuse_pending(const Subjects& subjects, const SendRequest& request, const Context& context) {
  if (request.again) return;
  const Asked asked(subjects);
  uint64_t pending = 0;
  std::string where;
  for (const std::string& name : project_names(context.snapshot->catalog())) {
    const std::string taxonomy = find_project(context.snapshot->catalog(), name)->taxonomy;
    const uint64_t before = pending;
    for (const TaskRow& task : read_tasks(context.snapshot, name, context))
      if (!task.completed && asked.contains(task, taxonomy)) ++pending;
    if (pending > before) where += (where.empty() ? "'" : ", '") + name + "'";
  }
  if (pending == 0) return;
  throw Error(ErrorCode::kConflict,
              fmt::format("{} of the {} of slice '{}' {} pending already, in project {}; say AGAIN "
                          "to send them once more, or wait for their answers",
                          pending, request.objects ? "annotations" : "items", request.slice,
                          pending == 1 ? "is" : "are", where));
}

std::vector<std::string> taxonomies_of(const storage::Snapshot& snapshot, const Context& context) {
  LabelReader labels(context.snapshot);
  std::set<std::string, std::less<>> found;
  for_each_visible(snapshot, kAnnotations, context, [&](uint64_t row) {
    const std::string_view taxonomy = labels.taxonomy(row);
    if (!taxonomy.empty() && !found.contains(taxonomy)) found.emplace(taxonomy);
  });
  return {found.begin(), found.end()};
}

}  // namespace cupel::exec
