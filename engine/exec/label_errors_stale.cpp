#include "engine/exec/label_errors_stale.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <numeric>
#include <optional>

#include "engine/exec/category_labels.hpp"
#include "engine/exec/file_mark.hpp"
#include "engine/exec/known_rows.hpp"
#include "engine/exec/label_errors.hpp"
#include "engine/exec/text_classes.hpp"

namespace cupel::exec {
namespace {

using storage::kAnnotations;
using storage::kItems;

/// The files that were given, in a fixed order.
template <typename Errors, typename F>
void for_each_file(Errors& errors, const F& f) {
  for (auto* file : {&errors.file, &errors.ids, &errors.classes_file})
    if (!file->empty()) f(*file);
}

uint64_t fingerprint_of(const LabelErrors& errors, const Context& context) {
  switch (errors.of) {
    case ErrorsOf::kCategories:
      return label_fingerprint(context.snapshot, errors.taxonomy, context);
    case ErrorsOf::kLabelSets: return label_fingerprint(context.snapshot, std::nullopt, context);
    case ErrorsOf::kBoxes: break;
  }
  const storage::Run* run = context.snapshot->catalog().run(errors.run);
  return mix(box_fingerprint(kAnnotations, context),
             run == nullptr ? 0 : box_fingerprint(run->table, context));
}

std::string changed_labels(const LabelErrors& errors) {
  switch (errors.of) {
    case ErrorsOf::kCategories:
      return fmt::format("labels in taxonomy '{}' have changed", errors.taxonomy);
    case ErrorsOf::kLabelSets: return "labels of annotations have changed";
    case ErrorsOf::kBoxes: break;
  }
  return fmt::format("boxes of annotations, or of run '{}', have changed", errors.run);
}

/// Calls `f(chunk, row)` for the visible annotations that were judged.
template <typename F>
void for_each_judged(const LabelErrors& errors, const Context& context, const F& f) {
  const storage::SnapshotPtr& view = context.snapshot;
  if (errors.of == ErrorsOf::kCategories) {
    CategoryLabels labels(view, kAnnotations, errors.taxonomy, errors.classes);
    for (uint32_t chunk = 0; chunk < labels.chunks(); ++chunk) {
      context.poll();
      for (const CategoryRow& label : labels.chunk(chunk)) f(chunk, label.row);
    }
    return;
  }
  const bool boxes = errors.of == ErrorsOf::kBoxes;
  const storage::Catalog& catalog = view->catalog();
  const storage::Column* column = catalog.find(kAnnotations, boxes ? "type" : "label", Type::kText);
  TextClasses asked(
      view, column,
      boxes ? std::vector<std::string_view>{"box"}
            : std::vector<std::string_view>{errors.classes.begin(), errors.classes.end()});
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(kAnnotations); ++chunk) {
    context.poll();
    asked.seek(chunk);
    view->visible(kAnnotations, chunk).for_each([&](uint32_t row) {
      if (asked.at(row) >= 0) f(chunk, row);
    });
  }
}

/// How many of the labels that were judged have a judgement.
uint64_t judged_labels(const LabelErrors& errors, const Context& context) {
  const storage::Column* column =
      context.snapshot->catalog().find(kAnnotations, kPotentialMislabel, Type::kInt64);
  if (column == nullptr) return 0;
  uint64_t judged = 0;
  std::optional<uint32_t> held;
  storage::ChunkPtr suspected;
  for_each_judged(errors, context, [&](uint32_t chunk, uint32_t row) {
    if (held != chunk) suspected = context.snapshot->chunk(column->id, chunk);
    held = chunk;
    if (suspected && !suspected->is_missing(row)) ++judged;
  });
  return judged;
}

void add_probabilities(const LabelErrors& errors, const storage::Catalog& catalog,
                       std::vector<std::string>& reasons) {
  if (errors.probabilities.empty()) return;
  const storage::VectorSet* set =
      catalog.vectors(storage::VectorUse::kProbabilities, errors.probabilities);
  if (set == nullptr)
    reasons.push_back(fmt::format("the probabilities '{}' were dropped", errors.probabilities));
  else if (set->id != errors.set_id || set->generation != errors.set_generation)
    reasons.push_back(
        fmt::format("the probabilities '{}' were imported again", errors.probabilities));
}

void add_files(const LabelErrors& errors, const Context& context,
               std::vector<std::string>& reasons) {
  size_t number = 0;
  for_each_file(errors, [&](const std::string& file) {
    if (number >= errors.marks.size()) return;
    if (!context.reach.allows(file))
      return reasons.push_back(
          fmt::format("the file {} (which may not be looked at) could have changed", file));
    switch (state_of_file(file, errors.marks[number++], [&] { context.poll(); })) {
      case FileState::kSame: return;
      case FileState::kChanged:
        return reasons.push_back(fmt::format("the file {} was changed", file));
      case FileState::kGone: return reasons.push_back(fmt::format("the file {} was removed", file));
    }
  });
}

void add_items(const LabelErrors& errors, const storage::Catalog& catalog,
               std::vector<std::string>& reasons) {
  if (errors.items == 0) return;  // of an analysis that did not record them
  const uint64_t items = catalog.row_count(kItems);
  const uint64_t deleted = items - catalog.live_rows(kItems);
  if (items != errors.items) reasons.emplace_back("items were added");
  if (deleted != errors.deleted_items) reasons.emplace_back("items were deleted");
}

}  // namespace

void record_files(LabelErrors& errors, const Context& context) {
  errors.marks.clear();
  for_each_file(errors, [&](std::string& file) {
    errors.marks.push_back(mark_file(file, [&] { context.poll(); }));
    file = std::filesystem::absolute(file).lexically_normal().string();
  });
}

void record_labels(LabelErrors& errors, const Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  errors.items = catalog.row_count(kItems);
  errors.deleted_items = errors.items - catalog.live_rows(kItems);
  errors.fingerprint = fingerprint_of(errors, context);
}

std::vector<std::string> stale_reasons(const LabelErrors& errors, const Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  std::vector<std::string> reasons;
  add_probabilities(errors, catalog, reasons);
  add_files(errors, context, reasons);
  if (errors.of == ErrorsOf::kBoxes && catalog.run(errors.run) == nullptr)
    reasons.push_back(fmt::format("run '{}' was dropped", errors.run));
  add_items(errors, catalog, reasons);
  if (fingerprint_of(errors, context) != errors.fingerprint)
    reasons.push_back(changed_labels(errors));
  const uint64_t wanted = std::accumulate(errors.labels.begin(), errors.labels.end(), uint64_t{0});
  const uint64_t judged = judged_labels(errors, context);
  if (judged < wanted)
    reasons.push_back(fmt::format("what was found of {} of {} labels was overwritten or deleted",
                                  wanted - judged, wanted));
  return reasons;
}

}  // namespace cupel::exec
