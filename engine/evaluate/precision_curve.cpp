#include <numeric>

#include "engine/evaluate/average_precision.hpp"
#include "engine/evaluate/confidence_order.hpp"
#include "engine/evaluate/recall_points.hpp"

namespace cupel::evaluate {

std::vector<CurvePoint> precision_curve(std::span<const double> confidence,
                                        std::span<const Outcome> outcome, int64_t positives,
                                        std::span<const uint64_t> item) {
  if (positives <= 0) return {};
  std::vector<size_t> rows;
  for (size_t row = 0; row < outcome.size(); ++row) {
    if (outcome[row] == Outcome::kTruePositive || outcome[row] == Outcome::kFalsePositive)
      rows.push_back(row);
  }
  ConfidenceOrder order;
  order.sort(confidence, item, {}, rows);
  std::vector<uint32_t> hits;
  for (size_t at = 0; at < rows.size(); ++at) {
    if (outcome[rows[at]] == Outcome::kTruePositive) hits.push_back(static_cast<uint32_t>(at + 1));
  }
  RecallPoints points;
  points.begin(positives);
  std::array<double, kRecallPoints> precision;
  points.precision(hits, precision);
  std::vector<CurvePoint> out(kRecallPoints);
  for (size_t point = 0; point < kRecallPoints; ++point) {
    out[point].recall = static_cast<double>(point) / 100;
    out[point].precision = precision[point];
    const auto needed = static_cast<size_t>(points.needed(point));
    if (needed > hits.size() || rows.empty()) continue;
    out[point].confidence = confidence[rows[needed == 0 ? 0 : hits[needed - 1] - 1]];
  }
  return out;
}

}  // namespace cupel::evaluate
