#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "engine/exec/category_labels.hpp"
#include "engine/exec/label_errors.hpp"

namespace cupel::exec {
namespace {

using storage::Column;
using storage::kAnnotations;

/// Numbers by class, as the columns have them now; labels that are no class come after the classes.
struct Counts {
  std::vector<std::string> names;
  std::vector<uint64_t> labels, suspected;
  std::map<std::pair<int64_t, int64_t>, uint64_t> pairs;  ///< given, suggested; -1: missing
};

class CategoryCount {
 public:
  CategoryCount(const LabelErrors& errors, const Context& context)
      : context_(context),
        labels_(context.snapshot, kAnnotations, errors.taxonomy, errors.classes),
        predicted_(context.snapshot, column(context, kPredictedLabel, Type::kText),
                   {errors.classes.begin(), errors.classes.end()}),
        suspected_(column(context, kPotentialMislabel, Type::kInt64)) {
    counts_.names = errors.classes;
    grow();
  }

  Counts count() {
    for (uint32_t chunk = 0; suspected_ != nullptr && chunk < labels_.chunks(); ++chunk) {
      context_.poll();
      const storage::ChunkPtr suspected = context_.snapshot->chunk(suspected_->id, chunk);
      if (!suspected) continue;
      predicted_.seek(chunk);
      for (const CategoryRow& label : labels_.chunk(chunk)) {
        if (suspected->is_missing(label.row) || label.label == TextClasses::kMissing) continue;
        const int64_t given = number_of(label);
        ++counts_.labels[static_cast<size_t>(given)];
        if (suspected->integer_at(label.row) != 1) continue;
        ++counts_.suspected[static_cast<size_t>(given)];
        ++counts_.pairs[{given, std::max(predicted_.at(label.row), -1)}];
      }
    }
    return std::move(counts_);
  }

 private:
  static const Column* column(const Context& context, std::string_view name, Type type) {
    return context.snapshot->catalog().find(kAnnotations, name, type);
  }
  void grow() {
    counts_.labels.resize(counts_.names.size());
    counts_.suspected.resize(counts_.names.size());
  }
  int64_t number_of(const CategoryRow& row) {
    if (row.label >= 0) return row.label;
    const std::string label(labels_.label(row.row));
    const auto [known, is_new] = others_.emplace(label, static_cast<int64_t>(counts_.names.size()));
    if (is_new) {
      counts_.names.push_back(label);
      grow();
    }
    return known->second;
  }

  const Context& context_;
  CategoryLabels labels_;
  TextClasses predicted_;
  const Column* suspected_;
  std::map<std::string, int64_t, std::less<>> others_;
  Counts counts_;
};

Counts recorded(const LabelErrors& errors) {
  Counts counts;
  counts.names = errors.classes;
  counts.labels = errors.labels;
  counts.suspected = errors.suspected;
  for (const SuspectedPair& pair : errors.pairs)
    counts.pairs[{pair.given, pair.suggested}] += pair.count;
  counts.labels.resize(counts.names.size());
  counts.suspected.resize(counts.names.size());
  return counts;
}

void add_classes(const Counts& counts, const LabelErrors& errors, ErrorCounts& out) {
  std::vector<size_t> order(counts.names.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return counts.suspected[a] > counts.suspected[b]; });
  for (const size_t k : order) {
    ErrorCounts::Line& line = out.lines.emplace_back();
    line.given = counts.names[k];
    line.labels = counts.labels[k];
    line.suspected = counts.suspected[k];
    if (counts.labels[k] != 0)
      line.share = static_cast<double>(counts.suspected[k]) / static_cast<double>(counts.labels[k]);
    if (k < errors.wrong.size() && std::isfinite(errors.wrong[k])) line.noise = errors.wrong[k];
  }
}

void add_pairs(const Counts& counts, ErrorCounts& out) {
  std::vector<std::pair<std::pair<int64_t, int64_t>, uint64_t>> pairs(counts.pairs.begin(),
                                                                      counts.pairs.end());
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  const auto name = [&](int64_t k) {
    return k < 0 ? std::string() : counts.names[static_cast<size_t>(k)];
  };
  for (const auto& [pair, count] : pairs) {
    ErrorCounts::Line& line = out.lines.emplace_back();
    line.given = name(pair.first);
    line.suggested = name(pair.second);
    line.suspected = count;
  }
}

}  // namespace

ErrorCounts count_label_errors(const LabelErrors& errors, const Context& context) {
  const Counts counts = errors.of == ErrorsOf::kCategories ? CategoryCount(errors, context).count()
                                                           : recorded(errors);
  ErrorCounts out;
  add_classes(counts, errors, out);
  add_pairs(counts, out);
  return out;
}

}  // namespace cupel::exec
