#include "engine/evaluate/average_precision.hpp"

#include <algorithm>

#include "engine/evaluate/confidence_order.hpp"
#include "engine/evaluate/recall_points.hpp"

namespace cupel::evaluate {
namespace {

constexpr size_t kSettings = kAreas * kThresholds;
constexpr uint32_t kRange = (1U << kThresholds) - 1;
constexpr std::array<int64_t, 3> kMost = {1, 10, kMostDetections};

/// The rows that COCO looks at, label by label: those of a label stand from begin[label].
struct ByLabel {
  std::vector<size_t> rows, begin;
};

ByLabel by_label(const StoredMatches& matches, size_t labels) {
  const auto counts = [&](size_t row) {
    return matches.rank[row] >= 0 && matches.rank[row] < kMostDetections;
  };
  ByLabel out;
  out.begin.assign(labels + 2, 0);
  for (size_t row = 0; row < matches.label.size(); ++row) {
    if (counts(row)) ++out.begin[static_cast<size_t>(matches.label[row]) + 2];
  }
  for (size_t label = 2; label < out.begin.size(); ++label)
    out.begin[label] += out.begin[label - 1];
  out.rows.resize(out.begin.back());
  // begin[label + 1] moves from the label's first place to its last, where it belongs.
  for (size_t row = 0; row < matches.label.size(); ++row) {
    if (counts(row)) out.rows[out.begin[static_cast<size_t>(matches.label[row]) + 1]++] = row;
  }
  return out;
}

/// The figures of one label; memory is used again for the next.
class LabelFigures {
 public:
  LabelFigures(const StoredMatches& matches, const TruthCounts& truth)
      : matches_(matches), truth_(truth) {}

  CocoFigures of(int32_t label, std::span<size_t> rows) {
    const std::array<int64_t, kAreas>& positives = truth_.of(label);
    order_.sort(matches_.confidence, matches_.item, matches_.rank, rows);
    read_rows(rows);
    std::array<std::optional<double>, kSettings> precision{};
    std::array<std::optional<double>, kAreas> recall{};
    for (size_t area = 0; area < kAreas; ++area) {
      if (positives[area] == 0) continue;
      points_.begin(positives[area]);
      read_area(area);
      double hits = 0;
      for (size_t threshold = 0; threshold < kThresholds; ++threshold) {
        const size_t found = find_hits(threshold);
        precision[area * kThresholds + threshold] = points_.mean({hits_.data(), found});
        hits += static_cast<double>(found) / static_cast<double>(positives[area]);
      }
      recall[area] = hits / kThresholds;
    }
    CocoFigures out = figures(precision, recall);
    if (positives[0] > 0) {
      out.ar1 = recall_of_first(kMost[0], positives[0]);
      out.ar10 = recall_of_first(kMost[1], positives[0]);
    }
    return out;
  }

 private:
  /// Reads the rows once, in their order, which jumps about in the columns.
  void read_rows(std::span<const size_t> rows) {
    rows_.clear();
    for (const size_t row : rows)
      rows_.push_back({matches_.matched[row], matches_.ignored[row], matches_.rank[row]});
  }

  /// The bits of one range of area, in order, without rows that it ignores at every threshold.
  void read_area(size_t area) {
    const size_t shift = area * kThresholds;
    bits_.clear();
    for (const Row& row : rows_) {
      const uint32_t ignored = static_cast<uint32_t>(row.ignored >> shift) & kRange;
      const uint32_t matched = static_cast<uint32_t>(row.matched >> shift) & kRange;
      if (ignored != kRange) bits_.push_back(matched << kThresholds | ignored);
    }
    hits_.resize(bits_.size() + 1);
  }

  /// Writes for each true positive how many predictions that count stand up to it.
  size_t find_hits(size_t threshold) {
    size_t found = 0;
    uint32_t seen = 0;
    uint32_t* hits = hits_.data();
    for (const uint32_t bits : bits_) {
      const uint32_t counts = ~(bits >> threshold) & 1;
      seen += counts;
      hits[found] = seen;
      found += counts & (bits >> (threshold + kThresholds));
    }
    return found;
  }

  double recall_of_first(int64_t most, int64_t positives) const {
    std::array<int64_t, kThresholds> hits{};
    for (const Row& row : rows_) {
      if (row.rank >= most) continue;
      const int64_t right = row.matched & ~row.ignored;
      for (size_t threshold = 0; threshold < kThresholds; ++threshold)
        hits[threshold] += right >> threshold & 1;
    }
    double sum = 0;
    for (const int64_t hit : hits) sum += static_cast<double>(hit) / static_cast<double>(positives);
    return sum / kThresholds;
  }

  static CocoFigures figures(const std::array<std::optional<double>, kSettings>& precision,
                             const std::array<std::optional<double>, kAreas>& recall) {
    const auto mean = [&](Area area) -> std::optional<double> {
      const size_t first = static_cast<size_t>(area) * kThresholds;
      if (!precision[first]) return std::nullopt;
      double sum = 0;
      for (size_t at = first; at < first + kThresholds; ++at) sum += *precision[at];
      return sum / kThresholds;
    };
    return {mean(Area::kAll),    precision[0],       precision[5], mean(Area::kSmall),
            mean(Area::kMedium), mean(Area::kLarge), std::nullopt, std::nullopt,
            recall[0],           recall[1],          recall[2],    recall[3]};
  }

  struct Row {
    int64_t matched, ignored, rank;
  };

  const StoredMatches& matches_;
  const TruthCounts& truth_;
  ConfidenceOrder order_;
  RecallPoints points_;
  std::vector<Row> rows_;
  std::vector<uint32_t> bits_, hits_;
};

CocoFigures mean_of(const std::vector<CocoFigures>& labels) {
  const auto mean = [&](std::optional<double> CocoFigures::*figure) -> std::optional<double> {
    double sum = 0, count = 0;
    for (const CocoFigures& label : labels) {
      if (!(label.*figure)) continue;
      sum += *(label.*figure);
      ++count;
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
  };
  CocoFigures out;
  for (auto figure : {&CocoFigures::ap, &CocoFigures::ap50, &CocoFigures::ap75,
                      &CocoFigures::ap_small, &CocoFigures::ap_medium, &CocoFigures::ap_large,
                      &CocoFigures::ar1, &CocoFigures::ar10, &CocoFigures::ar100,
                      &CocoFigures::ar_small, &CocoFigures::ar_medium, &CocoFigures::ar_large})
    out.*figure = mean(figure);
  return out;
}

}  // namespace

void TruthCounts::add(int32_t label, double area, bool crowd) {
  const auto at = static_cast<size_t>(label);
  if (at >= counts_.size()) counts_.resize(at + 1, {});
  const int64_t outside = outside_bits(area);
  for (size_t range = 0; range < kAreas; ++range) {
    if (!crowd && (outside >> (range * kThresholds) & 1) == 0) ++counts_[at][range];
  }
}

const std::array<int64_t, kAreas>& TruthCounts::of(int32_t label) const {
  static constexpr std::array<int64_t, kAreas> kZero{};
  const auto at = static_cast<size_t>(label);
  return at < counts_.size() ? counts_[at] : kZero;
}

CocoResult coco_figures(const StoredMatches& matches, const TruthCounts& truth) {
  size_t labels = truth.labels();
  for (const int32_t label : matches.label)
    labels = std::max(labels, static_cast<size_t>(label) + 1);
  ByLabel rows = by_label(matches, labels);
  LabelFigures figures(matches, truth);
  CocoResult out;
  out.by_label.reserve(labels);
  for (size_t label = 0; label < labels; ++label) {
    const std::span<size_t> own(rows.rows.data() + rows.begin[label],
                                rows.begin[label + 1] - rows.begin[label]);
    out.by_label.push_back(figures.of(static_cast<int32_t>(label), own));
  }
  out.all = mean_of(out.by_label);
  return out;
}

}  // namespace cupel::evaluate
