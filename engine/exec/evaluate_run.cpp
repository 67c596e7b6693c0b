#include "engine/exec/evaluate_run.hpp"

#include <algorithm>

#include "engine/evaluate/categories.hpp"
#include "engine/exec/outcome_columns.hpp"
#include "engine/exec/waves.hpp"

namespace cupel::exec {
namespace {

using evaluate::ObjectOutcomes;
using evaluate::Outcome;

/// Items that one task matches: enough that its scratch memory is worth making.
constexpr size_t kItemsATask = 2048;

class EvaluationOfRun {
 public:
  EvaluationOfRun(storage::Transaction& transaction, const storage::Run& run,
                  EvaluateRequest& request, const Context& context)
      : transaction_(transaction), run_(run), request_(request), context_(context) {}

  void read() {
    context_.poll();
    annotations_ = read_compared_objects(storage::kAnnotations, labels_, taxonomies_, context_);
    const auto of_annotations = static_cast<int32_t>(labels_.size());
    predictions_ = read_compared_objects(run_.table, labels_, taxonomies_, context_);
    for (const auto& [given, predicted] : request_.allowed) {
      const auto known = labels_.find(given);
      if (!known || *known >= of_annotations) outcome_.unknown_given.push_back(given);
      if (!labels_.find(predicted)) outcome_.unknown_predicted.push_back(predicted);
      request_.options.allowed.emplace_back(labels_.number(given), labels_.number(predicted));
    }
  }

  void match() {
    const uint64_t items = context_.snapshot->catalog().row_count(storage::kItems);
    const size_t shapes = predictions_.shapes.row.size() + annotations_.shapes.row.size();
    const size_t categories =
        predictions_.categories.row.size() + annotations_.categories.row.size();
    context_.reserve(items * sizeof(int64_t) * 6 + (shapes + categories) * 20 +
                     (predictions_.shapes.row.size() + predictions_.categories.row.size()) * 24);
    shapes_.resize(items, predictions_.shapes.row.size(), annotations_.shapes.row.size());
    categories_.resize(items, predictions_.categories.row.size(),
                       annotations_.categories.row.size());
    request_.options.poll = [&] { context_.poll(); };
    const size_t tasks = (items + kItemsATask - 1) / kItemsATask;
    in_order(
        context_, tasks, [&](size_t task) { return match_range(task * kItemsATask, items); },
        [&](size_t, size_t done) {
          if (context_.progress) context_.progress({"evaluate", done, items, "images"});
        });
  }

  void write() {
    const OutcomeColumns columns{run_.name, &labels_,
                                 request_.options.rule == evaluate::Rule::kNucleus};
    const JudgedObjects predictions{run_.table, &predictions_, &shapes_.predictions,
                                    &categories_.predictions};
    const JudgedObjects annotations{storage::kAnnotations, &annotations_, &shapes_.annotations,
                                    &categories_.annotations};
    write_predictions(transaction_, columns, predictions, annotations, shapes_.coco, context_);
    write_annotations(transaction_, columns, annotations, predictions, context_);
    write_item_counts(transaction_, run_.name, shapes_, categories_, context_);
  }

  EvaluateOutcome record() {
    plan::EvaluationRecord& record = request_.record;
    record.run = run_.name;
    record.images = context_.snapshot->catalog().live_rows(storage::kItems);
    for (const auto* found : {&shapes_, &categories_}) {
      const auto count = [](const ObjectOutcomes& objects, Outcome outcome) {
        return static_cast<uint64_t>(
            std::count(objects.outcome.begin(), objects.outcome.end(), outcome));
      };
      record.tp += count(found->predictions, Outcome::kTruePositive);
      record.fp += count(found->predictions, Outcome::kFalsePositive);
      record.ignored += count(found->predictions, Outcome::kIgnored);
      record.fn += count(found->annotations, Outcome::kFalseNegative);
      record.annotations += count(found->annotations, Outcome::kTruePositive);
    }
    record.annotations += record.fn;
    record.predictions = record.tp + record.fp + record.ignored;
    record.generation = transaction_.catalog().generation + 1;
    record.truth = plan::watch_basis(transaction_, storage::kAnnotations);
    record.predicted = plan::watch_basis(transaction_, run_.table);
    transaction_.set_document(plan::kEvaluation, run_.name, plan::encode(record));
    outcome_.record = record;
    return std::move(outcome_);
  }

 private:
  size_t match_range(size_t first, size_t items) {
    const size_t last = std::min(first + kItemsATask, items);
    evaluate::Scratch scratch;
    evaluate::match_items(predictions_.predictions(), annotations_.annotations(), request_.options,
                          first, last, scratch, shapes_);
    evaluate::match_categories(predictions_.category_view(), annotations_.category_view(),
                               request_.options, first, last, categories_);
    return last;
  }

  storage::Transaction& transaction_;
  const storage::Run& run_;
  EvaluateRequest& request_;
  const Context& context_;
  TextNumbers labels_, taxonomies_;
  ComparedObjects annotations_, predictions_;
  evaluate::Outcomes shapes_, categories_;
  EvaluateOutcome outcome_;
};

}  // namespace

EvaluateOutcome evaluate_run(storage::Transaction& transaction, const storage::Run& run,
                             EvaluateRequest request, const Context& context) {
  EvaluationOfRun evaluation(transaction, run, request, context);
  evaluation.read();
  evaluation.match();
  evaluation.write();
  return evaluation.record();
}

}  // namespace cupel::exec
