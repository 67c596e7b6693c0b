#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "engine/exec/metrics.hpp"
#include "engine/exec/outcome_columns.hpp"

// Confusion, kinds of error, precision-recall curves.

namespace cupel::exec {
namespace {

using evaluate::ErrorKind;
using evaluate::Outcome;

constexpr size_t kErrorKinds = static_cast<size_t>(ErrorKind::kMissed) + 1;

/// The kinds of error by label (or all in one entry), in one group.
using ErrorCounts = std::vector<std::array<uint64_t, kErrorKinds>>;

void add_lines(const std::array<uint64_t, kErrorKinds>& counts, size_t group,
               const std::optional<std::string>& label, std::vector<ErrorLine>& lines) {
  uint64_t sum = 0;
  for (const uint64_t count : counts) sum += count;
  const size_t begin = lines.size();
  for (size_t e = 1; e < kErrorKinds; ++e)
    if (counts[e] != 0)
      lines.push_back({group, label, word_of(static_cast<ErrorKind>(e)), counts[e],
                       static_cast<double>(counts[e]) / static_cast<double>(sum)});
  std::stable_sort(lines.begin() + static_cast<std::ptrdiff_t>(begin), lines.end(),
                   [](const ErrorLine& a, const ErrorLine& b) { return a.count > b.count; });
}

}  // namespace

std::vector<ConfusionLine> confusion_of(const EvaluatedRun& run, const ItemGroups& groups,
                                        const Context& context) {
  constexpr int32_t kNobody = TextNumbers::kMissing;
  TextNumbers labels;
  MatchParts parts;
  parts.errors = true;
  std::map<std::pair<int32_t, int32_t>, uint64_t> counts;  // label, predicted
  const StoredPredictions predictions = read_predictions(run.run, groups, parts, labels, context);
  for (size_t i = 0; i < predictions.size(); ++i) {
    const int32_t predicted = predictions.label[i];
    const int32_t label = predictions.matched_label[i];
    const bool confused = predictions.error[i] == ErrorKind::kClassification && label != predicted;
    if (predictions.outcome[i] == Outcome::kTruePositive)
      ++counts[{label, predicted}];
    else if (predictions.outcome[i] == Outcome::kFalsePositive)
      ++counts[{confused ? label : kNobody, predicted}];
  }
  const StoredTruth truth = read_truth(run.run, groups, parts, labels, context);
  for (size_t i = 0; i < truth.size(); ++i)
    if (truth.outcome[i] == Outcome::kFalseNegative && truth.error[i] != ErrorKind::kClassification)
      ++counts[{truth.label[i], kNobody}];
  const auto text = [&](int32_t label) {
    return label < 0 ? std::nullopt : std::optional(labels.text(label));
  };
  std::vector<ConfusionLine> lines;
  for (const auto& [pair, count] : counts)
    lines.push_back({text(pair.first), text(pair.second), count});
  // Missing comes last, as in every order.
  const auto place = [](const ConfusionLine& line) {
    return std::tuple(~line.count, !line.label, line.label, !line.predicted, line.predicted);
  };
  std::sort(lines.begin(), lines.end(),
            [&](const ConfusionLine& a, const ConfusionLine& b) { return place(a) < place(b); });
  return lines;
}

std::vector<ErrorLine> errors_of(const EvaluatedRun& run, const ItemGroups& groups, bool by_label,
                                 const Context& context) {
  TextNumbers labels;
  MatchParts parts;
  parts.errors = true;
  parts.partners = false;
  const StoredPredictions predictions = read_predictions(run.run, groups, parts, labels, context);
  const StoredTruth truth = read_truth(run.run, groups, parts, labels, context);
  const std::vector<int32_t> order = sorted_labels(labels);
  std::vector<ErrorLine> lines;
  for (size_t group = 0; group < groups.size(); ++group) {
    ErrorCounts counts(by_label ? labels.size() : 1);
    const auto add = [&](int32_t label, ErrorKind error) {
      ++counts[by_label ? static_cast<size_t>(label) : 0][static_cast<size_t>(error)];
    };
    for (size_t i = predictions.first[group]; i < predictions.first[group + 1]; ++i)
      if (predictions.error[i] != ErrorKind::kNone) add(predictions.label[i], predictions.error[i]);
    for (size_t i = truth.first[group]; i < truth.first[group + 1]; ++i)
      if (truth.error[i] == ErrorKind::kMissed) add(truth.label[i], ErrorKind::kMissed);
    if (!by_label) {
      add_lines(counts[0], group, std::nullopt, lines);
      continue;
    }
    for (const int32_t label : order)
      add_lines(counts[static_cast<size_t>(label)], group, labels.text(label), lines);
  }
  return lines;
}

std::vector<CurveLine> curve_of(const EvaluatedRun& run, const ItemGroups& groups, bool by_label,
                                const Context& context) {
  TextNumbers labels;
  MatchParts parts = parts_of(run);
  parts.items = true;
  const StoredPredictions predictions = read_predictions(run.run, groups, parts, labels, context);
  const StoredTruth truth = read_truth(run.run, groups, parts, labels, context);
  const JudgedPredictions judged = judge(run, predictions);
  const std::vector<int32_t> order =
      by_label ? sorted_labels(labels) : std::vector<int32_t>{TextNumbers::kMissing};
  std::vector<CurveLine> lines;
  for (size_t group = 0; group < groups.size(); ++group) {
    struct Input {
      std::vector<double> confidence;
      std::vector<Outcome> outcome;
      std::vector<uint64_t> item;
      int64_t positives = 0;
    };
    std::vector<Input> inputs(by_label ? labels.size() : 1);
    const auto of = [&](int32_t label) -> Input& {
      return inputs[by_label ? static_cast<size_t>(label) : 0];
    };
    for (size_t i = predictions.first[group]; i < predictions.first[group + 1]; ++i) {
      if (judged.outcome[i] == Outcome::kNone) continue;
      Input& input = of(predictions.label[i]);
      input.confidence.push_back(predictions.confidence[i]);
      input.outcome.push_back(judged.outcome[i]);
      input.item.push_back(predictions.item[i]);
    }
    for (size_t i = truth.first[group]; i < truth.first[group + 1]; ++i)
      if (truth.outcome[i] != Outcome::kIgnored) ++of(truth.label[i]).positives;
    for (const int32_t label : order) {
      const Input& input = of(label);
      const std::optional<std::string> name =
          by_label ? std::optional(labels.text(label)) : std::nullopt;
      for (const evaluate::CurvePoint& point :
           evaluate::precision_curve(input.confidence, input.outcome, input.positives, input.item))
        lines.push_back({group, name, point});
    }
  }
  return lines;
}

}  // namespace cupel::exec
