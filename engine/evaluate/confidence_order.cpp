#include "engine/evaluate/confidence_order.hpp"

#include <algorithm>

namespace cupel::evaluate {

void ConfidenceOrder::sort(std::span<const double> confidence, std::span<const uint64_t> item,
                           std::span<const int64_t> rank, std::span<size_t> rows) {
  keyed_.clear();
  keyed_.reserve(rows.size());
  for (const size_t row : rows) keyed_.push_back({confidence[row], row});
  std::sort(keyed_.begin(), keyed_.end(), [&](const Keyed& a, const Keyed& b) {
    if (a.confidence != b.confidence) return a.confidence > b.confidence;
    if (!item.empty()) {
      if (item[a.row] != item[b.row]) return item[a.row] < item[b.row];
      if (!rank.empty() && rank[a.row] != rank[b.row]) return rank[a.row] < rank[b.row];
    }
    return a.row < b.row;
  });
  for (size_t at = 0; at < rows.size(); ++at) rows[at] = keyed_[at].row;
}

}  // namespace cupel::evaluate
