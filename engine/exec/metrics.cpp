#include "engine/exec/metrics.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "engine/exec/outcome_columns.hpp"

namespace cupel::exec {
namespace {

using evaluate::Outcome;

template <typename T>
std::span<const T> part(const std::vector<T>& values, const std::vector<uint64_t>& first,
                        size_t group) {
  if (values.empty()) return {};
  return std::span(values).subspan(first[group], first[group + 1] - first[group]);
}

std::optional<double> ratio(uint64_t part, uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

struct Counts {
  uint64_t images = 0, annotations = 0, predictions = 0, tp = 0, fp = 0, found = 0;
  bool empty() const { return annotations == 0 && predictions == 0; }
};

MetricsLine line_of(size_t group, const Counts& counts, const evaluate::CocoFigures& coco) {
  MetricsLine line;
  line.group = group;
  line.images = counts.images;
  line.annotations = counts.annotations;
  line.predictions = counts.predictions;
  line.tp = counts.tp;
  line.fp = counts.fp;
  line.fn = counts.annotations - counts.found;
  line.precision = ratio(counts.tp, counts.tp + counts.fp);
  line.recall = ratio(counts.found, counts.annotations);
  line.f1 = ratio(counts.tp + counts.found, counts.tp + counts.fp + counts.annotations);
  line.coco = coco;
  return line;
}

class Metrics {
 public:
  Metrics(const EvaluatedRun& run, const ItemGroups& groups, bool by_label, const Context& context)
      : groups_(groups), by_label_(by_label), context_(context) {
    MatchParts parts = parts_of(run);
    parts.bits = true;
    parts.items = true;
    predictions_ = read_predictions(run.run, groups, parts, labels_, context);
    truth_ = read_truth(run.run, groups, parts, labels_, context);
    judged_ = judge(run, predictions_);
    context.reserve(predictions_.size() * 72);
  }

  std::vector<MetricsLine> lines() {
    std::vector<MetricsLine> lines;
    const std::vector<int32_t> order = sorted_labels(labels_);
    for (size_t group = 0; group < groups_.size(); ++group) {
      context_.poll();
      count(group);
      const evaluate::CocoResult coco = figures(group);
      if (!by_label_) {
        lines.push_back(line_of(group, whole_, coco.all));
        continue;
      }
      count_images(group);
      for (const int32_t label : order) {
        const auto k = static_cast<size_t>(label);
        if (by_label_counts_[k].empty()) continue;
        lines.push_back(
            line_of(group, by_label_counts_[k],
                    k < coco.by_label.size() ? coco.by_label[k] : evaluate::CocoFigures{}));
        lines.back().label = labels_.text(label);
      }
    }
    return lines;
  }

 private:
  void count(size_t group) {
    whole_ = {};
    whole_.images = groups_.sizes[group];
    by_label_counts_.assign(by_label_ ? labels_.size() : 0, {});
    const auto add = [&](int32_t label, uint64_t Counts::*count) {
      ++(whole_.*count);
      if (by_label_) ++(by_label_counts_[static_cast<size_t>(label)].*count);
    };
    for (size_t i = predictions_.first[group]; i < predictions_.first[group + 1]; ++i) {
      const Outcome outcome = judged_.outcome[i];
      if (outcome == Outcome::kNone) continue;
      const int32_t label = predictions_.label[i];
      add(label, &Counts::predictions);
      if (outcome == Outcome::kFalsePositive) add(label, &Counts::fp);
      if (outcome != Outcome::kTruePositive) continue;
      add(label, &Counts::tp);
      if (judged_.found[i] >= 0) add(judged_.found[i], &Counts::found);
    }
    for (size_t i = truth_.first[group]; i < truth_.first[group + 1]; ++i)
      if (truth_.outcome[i] != Outcome::kIgnored) add(truth_.label[i], &Counts::annotations);
  }

  /// An image counts for a label that one of its objects has.
  void count_images(size_t group) {
    std::vector<std::pair<int32_t, uint64_t>> seen;
    const auto look = [&](const auto& values, auto&& counts) {
      for (size_t i = values.first[group]; i < values.first[group + 1]; ++i) {
        const std::pair entry{values.label[i], values.item[i]};
        if (counts(i) && (seen.empty() || seen.back() != entry)) seen.push_back(entry);
      }
    };
    look(predictions_, [&](size_t i) { return judged_.outcome[i] != Outcome::kNone; });
    look(truth_, [&](size_t i) { return truth_.outcome[i] != Outcome::kIgnored; });
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    for (const auto& [label, item] : seen) ++by_label_counts_[static_cast<size_t>(label)].images;
  }

  evaluate::CocoResult figures(size_t group) const {
    const StoredPredictions& p = predictions_;
    const auto of = [&](const auto& values) { return part(values, p.first, group); };
    evaluate::TruthCounts truth;
    for (size_t i = truth_.first[group]; i < truth_.first[group + 1]; ++i)
      if (truth_.area[i] != StoredTruth::kNoArea)
        truth.add(truth_.label[i], area_of_class(truth_.area[i]),
                  truth_.outcome[i] == Outcome::kIgnored);
    return evaluate::coco_figures(
        {of(p.label), of(p.confidence), of(p.matched), of(p.ignored), of(p.rank), of(p.item)},
        truth);
  }

  const ItemGroups& groups_;
  const bool by_label_;
  const Context& context_;
  TextNumbers labels_;
  StoredPredictions predictions_;
  StoredTruth truth_;
  JudgedPredictions judged_;
  Counts whole_;
  std::vector<Counts> by_label_counts_;
};

/// The parts of a comparison by name.
struct Metric {
  const char* name;
  std::optional<double> (*value)(const MetricsLine&);
};
constexpr Metric kCompared[] = {
    {"precision", [](const MetricsLine& line) { return line.precision; }},
    {"recall", [](const MetricsLine& line) { return line.recall; }},
    {"f1", [](const MetricsLine& line) { return line.f1; }},
    {"ap", [](const MetricsLine& line) { return line.coco.ap; }},
    {"ap50", [](const MetricsLine& line) { return line.coco.ap50; }},
    {"ap75", [](const MetricsLine& line) { return line.coco.ap75; }},
};

/// Annotations by which of two runs found them.
struct Found {
  uint64_t both = 0, first = 0, second = 0, neither = 0;
};

using LineKey = std::pair<size_t, std::string>;

LineKey key_of(const MetricsLine& line) { return {line.group, line.label.value_or("")}; }

/// Counts annotations that both runs were evaluated with.
std::map<LineKey, Found> count_found(const EvaluatedRun& first, const EvaluatedRun& second,
                                     const ItemGroups& groups, bool by_label,
                                     const Context& context) {
  TextNumbers labels;
  MatchParts parts;
  parts.rows = true;
  const StoredTruth a = read_truth(first.run, groups, parts, labels, context);
  const StoredTruth b = read_truth(second.run, groups, parts, labels, context);
  std::map<LineKey, Found> found;
  for (size_t group = 0; group < groups.size(); ++group) {
    std::vector<Found> counts(by_label ? labels.size() : 1);
    size_t j = b.first[group];
    for (size_t i = a.first[group]; i < a.first[group + 1]; ++i) {
      while (j < b.first[group + 1] && b.row[j] < a.row[i]) ++j;
      if (j == b.first[group + 1] || b.row[j] != a.row[i]) continue;
      if (a.outcome[i] == Outcome::kIgnored || b.outcome[j] == Outcome::kIgnored) continue;
      const bool by_first = a.outcome[i] == Outcome::kTruePositive;
      const bool by_second = b.outcome[j] == Outcome::kTruePositive;
      Found& count = counts[by_label ? static_cast<size_t>(a.label[i]) : 0];
      ++(by_first ? (by_second ? count.both : count.first)
                  : (by_second ? count.second : count.neither));
    }
    for (size_t k = 0; k < counts.size(); ++k)
      found[{group, by_label ? labels.text(static_cast<int32_t>(k)) : ""}] = counts[k];
  }
  return found;
}

}  // namespace

std::vector<MetricsLine> metrics_of(const EvaluatedRun& run, const ItemGroups& groups,
                                    bool by_label, const Context& context) {
  return Metrics(run, groups, by_label, context).lines();
}

std::vector<ComparisonLine> compare_runs(const EvaluatedRun& first, const EvaluatedRun& second,
                                         const ItemGroups& groups, bool by_label,
                                         const Context& context) {
  std::map<LineKey, std::pair<MetricsLine, MetricsLine>> lines;
  for (const MetricsLine& line : metrics_of(first, groups, by_label, context))
    lines[key_of(line)].first = line;
  for (const MetricsLine& line : metrics_of(second, groups, by_label, context))
    lines[key_of(line)].second = line;
  const auto found = count_found(first, second, groups, by_label, context);
  std::vector<ComparisonLine> out;
  for (const auto& [key, pair] : lines) {
    const std::optional<std::string> label = by_label ? std::optional(key.second) : std::nullopt;
    const auto add = [&](const char* metric, std::optional<double> a, std::optional<double> b) {
      out.push_back({key.first, label, metric, a, b});
    };
    for (const Metric& metric : kCompared)
      add(metric.name, metric.value(pair.first), metric.value(pair.second));
    const auto counts = found.find(key);
    const Found of = counts == found.end() ? Found{} : counts->second;
    const auto number = [](uint64_t count) { return static_cast<double>(count); };
    add("found by both", number(of.both), number(of.both));
    add("found by a only", number(of.first), 0);
    add("found by b only", 0, number(of.second));
    add("found by neither", number(of.neither), number(of.neither));
  }
  return out;
}

}  // namespace cupel::exec
