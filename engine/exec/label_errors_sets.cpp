#include <limits>
#include <string>
#include <type_traits>

#include "engine/exec/field_rewrite.hpp"
#include "engine/exec/label_errors.hpp"
#include "engine/exec/label_errors_record.hpp"
#include "engine/exec/label_errors_stale.hpp"
#include "engine/exec/text_classes.hpp"
#include "engine/learn/multi_label.hpp"

// Several labels an item: each class is a yes or no of its own.

namespace cupel::exec {
namespace {

constexpr double kApplies = 0.5;

/// An annotation with its item and the class of its label.
struct Labelled {
  uint32_t row = 0;
  uint64_t item = 0;
  int32_t label = TextClasses::kMissing;
};

/// Calls `f(chunk, annotations)` for each chunk of annotations; visible rows, ascending.
template <typename F>
void for_each_chunk(const std::vector<std::string>& classes, const Context& context, F&& f) {
  const storage::SnapshotPtr& snapshot = context.snapshot;
  const storage::Catalog& catalog = snapshot->catalog();
  const storage::Column* item = catalog.find(storage::kAnnotations, "$item", Type::kInt64);
  if (item == nullptr) return;
  TextClasses labels(snapshot, catalog.find(storage::kAnnotations, "label", Type::kText),
                     {classes.begin(), classes.end()});
  std::vector<Labelled> found;
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(storage::kAnnotations); ++chunk) {
    context.poll();
    found.clear();
    const storage::ChunkPtr items = snapshot->chunk(item->id, chunk);
    labels.seek(chunk);
    snapshot->visible(storage::kAnnotations, chunk).for_each([&](uint32_t row) {
      if (items && !items->is_missing(row))
        found.push_back({row, static_cast<uint64_t>(items->integer_at(row)), labels.at(row)});
    });
    f(chunk, found);
  }
}

/// The classes that apply by the probabilities, joined, by row of the matrix.
std::vector<std::string> predicted_labels(const Probabilities& probabilities,
                                          const std::vector<uint8_t>& is_example) {
  const std::vector<std::string>& classes = probabilities.classes();
  std::vector<std::string> joined(is_example.size());
  const auto take = [&](size_t row, const auto* numbers) {
    if (is_example[row] == 0) return;
    for (size_t k = 0; k < classes.size(); ++k) {
      double p = 0;
      if constexpr (std::is_same_v<decltype(numbers), const learn::Half*>) {
        p = learn::to_float(numbers[k]);
      } else {
        p = numbers[k];
      }
      if (p < kApplies) continue;
      if (!joined[row].empty()) joined[row] += ", ";
      joined[row] += classes[k];
    }
  };
  std::visit(
      [&](const auto* matrix) {
        matrix->scan([&](size_t first, size_t count, const auto* data) {
          for (size_t i = 0; i < count; ++i) take(first + i, data + i * classes.size());
        });
      },
      probabilities.matrix());
  return joined;
}

class LabelSetAnalysis {
 public:
  LabelSetAnalysis(storage::Transaction& transaction, const Probabilities& probabilities,
                   const FindRequest& request, const Context& context)
      : transaction_(transaction),
        probabilities_(probabilities),
        request_(request),
        context_(context),
        rows_(probabilities.rows_by_item(context.snapshot->catalog().row_count(storage::kItems))) {}

  void gather() {
    const size_t classes = probabilities_.classes().size();
    const std::vector<uint64_t>& items = probabilities_.items();
    context_.reserve(items.size() * classes * 2 + items.size() * 64);
    sets_.classes = classes;
    sets_.given.assign(items.size() * classes, 0);
    sets_.is_example.assign(items.size(), 0);
    bool any = false;
    for (size_t row = 0; row < items.size(); ++row) {
      const bool asked = !request_.members || request_.members->test(items[row]);
      if (items[row] == kNoItem || !asked) continue;
      sets_.is_example[row] = 1;
      any = true;
    }
    if (!any)
      throw Error(ErrorCode::kConstraint,
                  "no item that is asked for has probabilities, so that there is nothing to judge");
    for_each_chunk(probabilities_.classes(), context_,
                   [&](uint32_t, const std::vector<Labelled>& annotations) {
                     for (const Labelled& annotation : annotations) {
                       const uint32_t row = example(annotation.item);
                       if (row != Probabilities::kNoRow && annotation.label >= 0)
                         sets_.given[at(row, annotation.label)] = 1;
                     }
                   });
  }

  void judge(learn::IssueOptions options) {
    options.poll = [this] { context_.poll(); };
    found_ = learn::find_multi_label_issues(probabilities_.matrix(), sets_, options);
    flagged_.assign(sets_.is_example.size(), 0);
    for (const uint64_t row : found_.issues) flagged_[row] = 1;
  }

  void write() {
    write_annotations();
    write_items();
  }

  const learn::MultiLabelIssues& found() const { return found_; }
  const learn::LabelSets& sets() const { return sets_; }

 private:
  size_t at(uint32_t row, int32_t label) const {
    return size_t{row} * sets_.classes + static_cast<size_t>(label);
  }
  /// The row of an item that is an example.
  uint32_t example(uint64_t item) const {
    const uint32_t row = item < rows_.size() ? rows_[item] : Probabilities::kNoRow;
    return row != Probabilities::kNoRow && sets_.is_example[row] != 0 ? row : Probabilities::kNoRow;
  }

  void write_annotations() {
    FieldRewrite field(transaction_, context_.snapshot, storage::kAnnotations);
    field.add(kPotentialMislabel, Type::kInt64);
    ChunkCells out(1);
    for_each_chunk(probabilities_.classes(), context_,
                   [&](uint32_t chunk, const std::vector<Labelled>& annotations) {
                     out.clear();
                     for (const Labelled& annotation : annotations) take(annotation, out);
                     field.write(chunk, out.rows, out.cells);
                   });
  }
  /// Annotations whose label is no class are none of this analysis's business.
  void take(const Labelled& annotation, ChunkCells& out) const {
    const uint32_t row = example(annotation.item);
    if (annotation.label < 0 || (row == Probabilities::kNoRow && request_.members)) return;
    out.rows.push_back(annotation.row);
    if (row == Probabilities::kNoRow) {
      out.cells[0].emplace_back();
    } else {
      out.cells[0].emplace_back(int64_t{found_.suspected[at(row, annotation.label)]});
    }
  }

  void write_items() {
    FieldRewrite fields(transaction_, context_.snapshot, storage::kItems);
    fields.add(kMislabelScore, Type::kFloat64);
    fields.add(kPotentialMislabel, Type::kInt64);
    fields.add(kPredictedLabels, Type::kText);
    const std::vector<std::string> predicted = predicted_labels(probabilities_, sets_.is_example);
    const storage::Catalog& catalog = context_.snapshot->catalog();
    ChunkCells out(3);
    for (uint32_t chunk = 0; chunk < catalog.chunk_count(storage::kItems); ++chunk) {
      context_.poll();
      out.clear();
      const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
      context_.snapshot->visible(storage::kItems, chunk).for_each([&](uint32_t in_chunk) {
        const uint32_t row = example(first + in_chunk);
        if (row == Probabilities::kNoRow && request_.members) return;
        out.rows.push_back(in_chunk);
        if (row == Probabilities::kNoRow) {
          for (std::vector<Cell>& cells : out.cells) cells.emplace_back();
          return;
        }
        out.cells[0].emplace_back(flagged_[row] != 0 ? mislabel_score(found_.scores[row]) : 0.0);
        out.cells[1].emplace_back(int64_t{flagged_[row]});
        out.cells[2].push_back(predicted[row].empty() ? Cell()
                                                      : Cell(std::string_view(predicted[row])));
      });
      fields.write(chunk, out.rows, out.cells);
    }
  }

  storage::Transaction& transaction_;
  const Probabilities& probabilities_;
  const FindRequest& request_;
  const Context& context_;
  std::vector<uint32_t> rows_;  ///< by item
  learn::LabelSets sets_;
  learn::MultiLabelIssues found_;
  std::vector<uint8_t> flagged_;  ///< by row of the matrix
};

}  // namespace

FindOutcome find_label_set_errors(storage::Transaction& transaction,
                                  const Probabilities& probabilities, FindRequest request,
                                  const Context& context) {
  LabelSetAnalysis analysis(transaction, probabilities, request, context);
  analysis.gather();
  analysis.judge(request.options);
  analysis.write();
  FindOutcome outcome;
  outcome.errors = std::move(request.errors);
  outcome.errors.of = ErrorsOf::kLabelSets;
  record_labels(outcome.errors, context);
  record_label_sets(outcome.errors, probabilities.classes(), analysis.found(), analysis.sets());
  store(transaction, outcome.errors);
  return outcome;
}

}  // namespace cupel::exec
