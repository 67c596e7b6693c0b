#include <algorithm>

#include "cupel/error.hpp"
#include "engine/learn/analysis.hpp"
#include "engine/learn/index_sort.hpp"
#include "engine/learn/numeric.hpp"

namespace cupel::learn {
namespace {

/// The running thresholds: after each batch the mean of those so far, weighted by examples.
class RunningThresholds {
 public:
  explicit RunningThresholds(size_t classes) : values_(classes), seen_(classes) {}

  template <typename T>
  void add(std::span<const int32_t> labels, std::span<const RealOf<T>> own) {
    std::vector<std::vector<RealOf<T>>> by_class(values_.size());
    for (size_t i = 0; i < labels.size(); ++i)
      by_class[static_cast<size_t>(labels[i])].push_back(own[i]);
    for (size_t k = 0; k < values_.size(); ++k) {
      const auto count = static_cast<double>(by_class[k].size());
      const double batch = by_class[k].empty() ? kNoThreshold : mean_of<T>(by_class[k]);
      values_[k] = (seen_[k] * values_[k] + count * batch) / std::max(seen_[k] + count, 1.0);
      values_[k] = std::max(values_[k], kLeastThreshold);
      seen_[k] += count;
    }
  }

  double cutoff(int32_t k) const { return values_[static_cast<size_t>(k)] - kThresholdSlack; }

 private:
  template <typename T>
  static double mean_of(std::span<const RealOf<T>> own) {
    return std::max<double>(numpy_mean<T>(own), constant<T>(kLeastThreshold));
  }

  std::vector<double> values_, seen_;
};

template <typename T>
std::vector<uint64_t> find_batched(const Rows<T>& matrix, std::span<const int32_t> labels,
                                   size_t batch_size, Ties ties) {
  using Real = RealOf<T>;
  const Examples examples =
      group_examples(labels, matrix.rows(), matrix.columns(), OneClass::kAllowed);
  const std::vector<Real> by_class = own_probabilities(matrix, examples, {});
  std::vector<Real> by_row(matrix.rows());
  for (size_t i = 0; i < by_class.size(); ++i) by_row[examples.rows[i]] = by_class[i];
  std::vector<uint32_t> rows = examples.rows;
  std::ranges::sort(rows);
  std::vector<int32_t> given(rows.size());
  std::vector<Real> own(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    given[i] = labels[rows[i]];
    own[i] = by_row[rows[i]];
  }
  RunningThresholds thresholds(matrix.columns());
  for (size_t first = 0; first < rows.size(); first += batch_size) {
    const size_t count = std::min(batch_size, rows.size() - first);
    thresholds.add<T>(std::span(given).subspan(first, count),
                      std::span<const Real>(own).subspan(first, count));
  }
  ScanRequest request;
  request.counts = false;
  request.others_most = true;
  const RowScan<Real> scan = scan_rows(matrix, examples, {}, request);
  size_t wanted = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const int32_t predicted = scan.predicted[rows[i]];
    const double most = scan.others_most[rows[i]];
    if (predicted != given[i] && most >= thresholds.cutoff(predicted)) ++wanted;
  }
  const std::vector<uint32_t> order = index_split(std::span<const Real>(own), wanted, ties);
  std::vector<uint64_t> issues;
  for (size_t i = 0; i < wanted; ++i)
    if (scan.fits[rows[order[i]]] == 0) issues.push_back(rows[order[i]]);
  std::ranges::sort(issues);
  return issues;
}

}  // namespace

std::vector<uint64_t> find_label_issues_batched(const AnyRows& probabilities,
                                                std::span<const int32_t> labels, size_t batch_size,
                                                Ties ties) {
  if (batch_size == 0)
    throw Error(ErrorCode::kConstraint, "a batch must have at least one example");
  return std::visit(
      [&](const auto* matrix) { return find_batched(*matrix, labels, batch_size, ties); },
      probabilities);
}

}  // namespace cupel::learn
