#include "engine/exec/label_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/exec/category_labels.hpp"
#include "engine/exec/field_rewrite.hpp"
#include "engine/exec/label_errors_record.hpp"
#include "engine/exec/label_errors_stale.hpp"

namespace cupel::exec {
namespace {

constexpr double kLeastScore = 1e-9;

/// The given labels by row of the matrix, and what was left out.
struct GivenLabels {
  std::vector<int32_t> labels;
  uint64_t without_probabilities = 0;
};

/// Counts labels that are no class, to name the first few.
class Strangers {
 public:
  void add(std::string_view label) {
    ++labels_;
    const auto known = counts_.find(label);
    if (known != counts_.end()) {
      ++known->second;
    } else {
      counts_.emplace(label, 1);
    }
  }
  void refuse(const std::string& taxonomy) const {
    if (counts_.empty()) return;
    std::string names;
    size_t named = 0;
    for (const auto& [label, count] : counts_) {
      if (++named > 5) break;
      names += fmt::format("{}'{}'", named == 1 ? "" : ", ", label);
    }
    if (counts_.size() > 5) names += fmt::format(" and {} more", counts_.size() - 5);
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} label{} in taxonomy '{}' are no class of the probabilities and "
                            "cannot be judged: {}; name the classes with CLASSES FROM, or relabel "
                            "them",
                            labels_, labels_ == 1 ? "" : "s", taxonomy, names));
  }

 private:
  std::map<std::string, uint64_t, std::less<>> counts_;
  uint64_t labels_ = 0;
};

GivenLabels gather(CategoryLabels& categories, const Probabilities& probabilities,
                   const std::vector<uint32_t>& rows, const FindRequest& request,
                   const Context& context) {
  GivenLabels given;
  context.reserve(probabilities.items().size() * sizeof(int32_t));
  given.labels.assign(probabilities.items().size(), learn::kNoLabel);
  Strangers strangers;
  for (uint32_t chunk = 0; chunk < categories.chunks(); ++chunk) {
    context.poll();
    for (const CategoryRow& category : categories.chunk(chunk)) {
      const bool asked = !request.members || request.members->test(category.item);
      if (!asked || category.label == TextClasses::kMissing) continue;
      const uint32_t row =
          category.item < rows.size() ? rows[category.item] : Probabilities::kNoRow;
      if (row == Probabilities::kNoRow) {
        ++given.without_probabilities;
      } else if (category.label == TextClasses::kOther) {
        strangers.add(categories.label(category.row));
      } else {
        given.labels[row] = category.label;
      }
    }
  }
  strangers.refuse(request.errors.taxonomy);
  return given;
}

/// Writes what was found, as columns of the annotations and items.
class CategoryWriter {
 public:
  CategoryWriter(storage::Transaction& transaction, const Probabilities& probabilities,
                 const FindRequest& request, const learn::LabelIssues& found,
                 const std::vector<uint32_t>& rows, const std::vector<int32_t>& labels,
                 const Context& context)
      : transaction_(transaction),
        classes_(probabilities.classes()),
        request_(request),
        found_(found),
        rows_(rows),
        labels_(labels),
        context_(context),
        flagged_(labels.size()),
        scores_(rows.size(), std::numeric_limits<double>::quiet_NaN()),
        touched_(rows.size()) {
    for (const uint64_t row : found.issues) flagged_[row] = 1;
    // An item that is no example any more has no score either.
    if (!request.members)
      for (size_t item = 0; item < rows.size(); ++item) touched_.set(item);
    if (request.coarse) map_coarse(*request.coarse);
  }

  void write(CategoryLabels& categories) {
    FieldRewrite fields(transaction_, context_.snapshot, storage::kAnnotations);
    fields.add(kPotentialMislabel, Type::kInt64);
    fields.add(kPredictedLabel, Type::kText);
    fields.add(kLabelQuality, Type::kFloat64);
    // Coarse labels of an earlier map would stand beside labels they do not belong to.
    const storage::Catalog& catalog = context_.snapshot->catalog();
    const bool coarse =
        request_.coarse ||
        catalog.find(storage::kAnnotations, kPredictedCoarseLabel, Type::kText) != nullptr;
    if (coarse) fields.add(kCoarseLabel, Type::kText);
    if (coarse) fields.add(kPredictedCoarseLabel, Type::kText);
    ChunkCells out(coarse ? 5 : 3);
    for (uint32_t chunk = 0; chunk < categories.chunks(); ++chunk) {
      context_.poll();
      out.clear();
      for (const CategoryRow& category : categories.chunk(chunk)) take(category, out);
      fields.write(chunk, out.rows, out.cells);
    }
    write_scores();
  }

 private:
  void map_coarse(const TextMap& map) {
    for (const std::string& label : classes_) {
      const auto found = map.find(label);
      coarse_.push_back(found == map.end() ? Cell() : Cell(std::string_view(found->second)));
    }
  }

  void take(const CategoryRow& category, ChunkCells& out) {
    if (category.item >= rows_.size()) return;
    const uint32_t row = rows_[category.item];
    const bool example = row != Probabilities::kNoRow && labels_[row] != learn::kNoLabel;
    if (!example) {
      if (request_.members) return;
      out.rows.push_back(category.row);
      for (auto& cells : out.cells) cells.emplace_back();
      touched_.set(category.item);
      return;
    }
    const auto predicted = static_cast<size_t>(found_.predicted[row]);
    out.rows.push_back(category.row);
    out.cells[0].emplace_back(int64_t{flagged_[row]});
    out.cells[1].emplace_back(std::string_view(classes_[predicted]));
    out.cells[2].emplace_back(found_.scores[row]);
    if (!request_.coarse) {
      for (size_t i = 3; i < out.cells.size(); ++i) out.cells[i].emplace_back();
    } else {
      out.cells[3].push_back(coarse_[static_cast<size_t>(labels_[row])]);
      out.cells[4].push_back(coarse_[predicted]);
    }
    touched_.set(category.item);
    scores_[category.item] = flagged_[row] != 0 ? mislabel_score(found_.scores[row]) : 0;
  }

  void write_scores() { write_item_scores(transaction_, touched_, scores_, context_); }

  storage::Transaction& transaction_;
  const std::vector<std::string>& classes_;
  const FindRequest& request_;
  const learn::LabelIssues& found_;
  const std::vector<uint32_t>& rows_;
  const std::vector<int32_t>& labels_;
  const Context& context_;
  std::vector<uint8_t> flagged_;  ///< by row of the matrix
  std::vector<Cell> coarse_;      ///< by class
  std::vector<double> scores_;    ///< by item; NaN: missing
  ItemSet touched_;
};

}  // namespace

double mislabel_score(double quality) { return std::max(1 - quality, kLeastScore); }

FindOutcome find_label_errors(storage::Transaction& transaction, const Probabilities& probabilities,
                              FindRequest request, const Context& context) {
  const uint64_t items = context.snapshot->catalog().row_count(storage::kItems);
  const size_t classes = probabilities.classes().size();
  const std::vector<uint32_t> rows = probabilities.rows_by_item(items);
  CategoryLabels categories(context.snapshot, storage::kAnnotations, request.errors.taxonomy,
                            probabilities.classes());
  GivenLabels given = gather(categories, probabilities, rows, request, context);
  if (std::all_of(given.labels.begin(), given.labels.end(),
                  [](int32_t label) { return label == learn::kNoLabel; }))
    throw Error(ErrorCode::kConstraint,
                fmt::format("no item has both a label in taxonomy '{}' and probabilities, so that "
                            "there is nothing to judge",
                            request.errors.taxonomy));
  // Three matrices of doubles while noise is estimated, and about 25 bytes a row.
  context.reserve(classes * classes * 3 * sizeof(double) + given.labels.size() * 40 + items * 16);
  request.options.poll = [&] { context.poll(); };
  const learn::LabelIssues found =
      learn::find_label_issues(probabilities.matrix(), given.labels, request.options);

  CategoryWriter(transaction, probabilities, request, found, rows, given.labels, context)
      .write(categories);
  FindOutcome outcome;
  outcome.without_probabilities = given.without_probabilities;
  for (size_t row = 0; row < given.labels.size(); ++row)
    if (given.labels[row] == learn::kNoLabel && probabilities.items()[row] != kNoItem &&
        (!request.members || request.members->test(probabilities.items()[row])))
      ++outcome.without_label;
  outcome.errors = std::move(request.errors);
  outcome.errors.of = ErrorsOf::kCategories;
  record_labels(outcome.errors, context);
  record_categories(outcome.errors, probabilities.classes(), found, given.labels);
  store(transaction, outcome.errors);
  return outcome;
}

}  // namespace cupel::exec
