#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/api/insights.hpp"

// Class distribution, and which labels occur together.

namespace cupel::api {
namespace {

using Counts = std::vector<std::pair<Value, uint64_t>>;

/// Bars of labels, most frequent first: those that can be written, the rest in one.
std::vector<Bar> label_bars(const Counts& labels, ExpressionPtr base) {
  const ExpressionPtr label = field({"label"});
  const auto restricted = [&](ExpressionPtr condition) {
    return both(base == nullptr ? nullptr : grammar::clone(*base), std::move(condition));
  };
  std::vector<Bar> bars;
  std::vector<Value> shown;
  uint64_t others = 0;
  uint64_t missing = 0;
  for (const auto& [value, count] : labels) {
    if (value.is_missing()) {
      missing += count;
    } else if (bars.size() == kMostLabels || !is_writable(value)) {
      others += count;
    } else {
      bars.push_back(
          {to_text(value), restricted(compare(*label, CompareOp::kEqual, value)), count});
      shown.push_back(value);
    }
  }
  ExpressionPtr rest = shown.empty() ? nullptr : negated(one_of(*label, shown));
  bars.push_back({"(other)", restricted(both(is_present(*label), std::move(rest))), others});
  bars.push_back({"(missing)", restricted(is_missing(*label)), missing});
  return bars;
}

/// Adds to the counts; labels of several types are one.
void add_to(Counts& counts, const Value& label, uint64_t count) {
  const auto known = std::find_if(counts.begin(), counts.end(),
                                  [&](const auto& entry) { return entry.first == label; });
  if (known == counts.end())
    counts.emplace_back(label, count);
  else
    known->second += count;
}

void most_first(Counts& counts) {
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
}

/// The labels of an image that has two of them: pairs, most images first.
class Together {
 public:
  Together(const InsightScope& scope, const Counts& labels) : scope_(scope) {
    for (const auto& [label, count] : labels)
      if (label.is_text() && is_writable(label) && labels_.size() < kMostConsidered)
        labels_.push_back({label.as_text(), has(label.as_text()), 0});
    std::vector<ExpressionPtr> counts;
    for (const Label& label : labels_) counts.push_back(count_of(grammar::clone(*label.condition)));
    if (labels_.empty()) return;
    const std::vector<Value> images = scope_.figures(std::nullopt, std::move(counts));
    for (size_t i = 0; i < labels_.size(); ++i)
      labels_[i].images = static_cast<uint64_t>(images[i].as_int());
    std::stable_sort(labels_.begin(), labels_.end(),
                     [](const Label& a, const Label& b) { return a.images > b.images; });
  }

  /// No pair is in more images than the rarer of its labels: once the last pair that is shown is in
  /// as many as the next label, no pair of that label or of a rarer one can come before it.
  std::vector<Bar> pairs() {
    constexpr size_t kAtOnce = 12;
    for (size_t done = 0; done < labels_.size();) {
      const size_t next = std::min(done + kAtOnce, labels_.size());
      count_pairs(done, next);
      done = next;
      const bool enough = pairs_.size() > kMostPairs && done < labels_.size() &&
                          pairs_[kMostPairs - 1].images >= labels_[done].images;
      if (enough) break;
    }
    std::vector<Bar> bars;
    for (const Pair& pair : pairs_) {
      if (bars.size() == kMostPairs || pair.images == 0) break;
      bars.push_back({labels_[pair.first].text + " + " + labels_[pair.second].text, condition(pair),
                      pair.images});
    }
    return bars;
  }

 private:
  /// Labels beyond these, by number of objects, are not looked at.
  static constexpr size_t kMostConsidered = 100;

  struct Label {
    std::string text;
    ExpressionPtr condition;
    uint64_t images = 0;
  };
  struct Pair {
    size_t first = 0;
    size_t second = 0;
    uint64_t images = 0;
  };

  static ExpressionPtr count_of(ExpressionPtr condition) {
    std::vector<ExpressionPtr> arguments;
    arguments.push_back(std::move(condition));
    return call("count", std::move(arguments));
  }

  /// The item has an object with the label. A taxonomy of that name would be meant by the path.
  ExpressionPtr has(const std::string& label) const {
    const auto* column = scope_.catalog().find(scope_.objects_table(), "taxonomy", Type::kText);
    const bool taxonomy =
        column != nullptr && scope_.snapshot().dictionary(column->id)->find(label).has_value();
    if (!taxonomy)
      return compare(*of_objects(scope_.objects(), label, true), CompareOp::kGreater, 0);
    ExpressionPtr path = of_objects(scope_.objects(), "count", false);
    auto& segments = std::get<grammar::Path>(path->node).segments;
    segments.front().filter = both(compare(*field({"label"}), CompareOp::kEqual, label),
                                   compare(*field({"type"}), CompareOp::kNotEqual, "category"));
    return compare(*path, CompareOp::kGreater, 0);
  }

  ExpressionPtr condition(const Pair& pair) const {
    return both(grammar::clone(*labels_[pair.first].condition),
                grammar::clone(*labels_[pair.second].condition));
  }

  /// Counts the pairs that have their second label at `from` to `to`.
  void count_pairs(size_t from, size_t to) {
    const size_t known = pairs_.size();
    std::vector<ExpressionPtr> counts;
    for (size_t second = std::max<size_t>(from, 1); second < to; ++second)
      for (size_t first = 0; first < second; ++first) {
        pairs_.push_back({first, second, 0});
        counts.push_back(count_of(condition(pairs_.back())));
      }
    if (counts.empty()) return;
    const std::vector<Value> images = scope_.figures(std::nullopt, std::move(counts));
    for (size_t i = 0; i < images.size(); ++i)
      pairs_[known + i].images = static_cast<uint64_t>(images[i].as_int());
    std::stable_sort(pairs_.begin(), pairs_.end(),
                     [](const Pair& a, const Pair& b) { return a.images > b.images; });
  }

  const InsightScope& scope_;
  std::vector<Label> labels_;
  std::vector<Pair> pairs_;
};

}  // namespace

void add_labels(InsightScope& scope, std::vector<Insight>& insights) {
  std::vector<ExpressionPtr> keys;
  for (const char* key : {"label", "type", "taxonomy"}) keys.push_back(field({key}));
  Counts labels;
  std::map<std::string, Counts> taxonomies;
  bool categories = false;
  for (const auto& group : scope.groups(scope.objects(), std::move(keys), 0)) {
    const auto count = static_cast<uint64_t>(group[3].as_int());
    const bool category = group[1].is_text() && group[1].as_text() == "category";
    categories = categories || category;
    if (!category)
      add_to(labels, group[0], count);
    else if (group[2].is_text() && is_writable(group[2]))
      add_to(taxonomies[group[2].as_text()], group[0], count);
  }
  most_first(labels);
  const ExpressionPtr type = field({"type"});
  insights.push_back(
      {"labels", scope.objects(),
       label_bars(labels,
                  categories ? compare(*type, CompareOp::kNotEqual, "category") : nullptr)});
  size_t shown = 0;
  for (auto& [name, counts] : taxonomies) {
    if (shown++ == kMostTaxonomies) {
      scope.leave_out(fmt::format("{} of {} taxonomies", taxonomies.size() - kMostTaxonomies,
                                  taxonomies.size()));
      break;
    }
    most_first(counts);
    insights.push_back(
        {"taxonomy " + name, scope.objects(),
         label_bars(counts, both(compare(*type, CompareOp::kEqual, "category"),
                                 compare(*field({"taxonomy"}), CompareOp::kEqual, name)))});
  }
  insights.push_back({"labels together", std::nullopt, Together(scope, labels).pairs()});
}

}  // namespace cupel::api
