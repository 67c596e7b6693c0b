#include "engine/learn/object_precision.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <tuple>

#include "cupel/error.hpp"
#include "engine/learn/index_sort.hpp"
#include "engine/learn/numeric.hpp"

namespace cupel::learn {
namespace {

constexpr size_t kLevelCount = std::size(PrecisionCounter::kLevels);
/// Up to so many keys numpy's sort keeps the order of equal ones.
constexpr size_t kStableInNumpy = 16;
constexpr size_t kMostPredictions = UINT32_MAX;

uint16_t levels_reached(double overlap) {
  uint16_t out = 0;
  for (size_t i = 0; i < kLevelCount; ++i)
    if (overlap >= PrecisionCounter::kLevels[i]) out |= static_cast<uint16_t>(1U << i);
  return out;
}

}  // namespace

PrecisionCounter::PrecisionCounter(size_t classes, Ties ties) : ties_(ties), classes_(classes) {}

void PrecisionCounter::add(const ObjectImage& image, std::span<const BestLabel> best) {
  for (const LabelledBox& label : image.labels) ++classes_[static_cast<size_t>(label.label)].boxes;
  order_predictions(image);
  taken_.assign(image.labels.size(), 0);
  hits_.assign(image.predictions.size(), 0);
  for (const uint32_t m : order_) {
    const uint16_t reached = levels_reached(best[m].overlap);
    if (reached == 0) continue;
    uint16_t& taken = taken_[best[m].box];
    hits_[m] = static_cast<uint16_t>(reached & ~taken);
    taken |= hits_[m];
  }
  for (size_t m = 0; m < image.predictions.size(); ++m) {
    ClassRecord& record = classes_[static_cast<size_t>(image.predictions[m].label)];
    record.keys.push_back(-image.predictions[m].confidence);
    record.hits.push_back(hits_[m]);
  }
}

/// By class, then descending confidence, then as they come.
void PrecisionCounter::order_predictions(const ObjectImage& image) {
  const auto& predictions = image.predictions;
  order_.resize(predictions.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::ranges::sort(order_, {}, [&](uint32_t m) {
    return std::tuple(predictions[m].label, -predictions[m].confidence, m);
  });
  if (ties_ != Ties::kNumpy || order_.size() <= kStableInNumpy) return;
  for (size_t first = 0, end = 0; first < order_.size(); first = end) {
    const int32_t label = predictions[order_[first]].label;
    for (end = first; end < order_.size() && predictions[order_[end]].label == label;) ++end;
    if (end - first > kStableInNumpy)
      order_as_numpy(image, std::span(order_).subspan(first, end - first));
  }
}

void PrecisionCounter::order_as_numpy(const ObjectImage& image, std::span<uint32_t> group) {
  std::ranges::sort(group);
  keys_.clear();
  for (const uint32_t m : group) keys_.push_back(-image.predictions[m].confidence);
  std::vector<uint32_t> sorted = index_sort(std::span<const double>(keys_), Ties::kNumpy);
  for (uint32_t& at : sorted) at = group[at];
  std::ranges::copy(sorted, group.begin());
}

std::vector<double> PrecisionCounter::means(const std::function<void()>& poll) const {
  std::vector<double> out;
  out.reserve(classes_.size());
  for (const ClassRecord& record : classes_) out.push_back(mean_precision(record, poll));
  return out;
}

/// Walks the predictions from the least to the most confident: the largest precision met so far is
/// the precision at this recall, and each right prediction adds one step of recall.
double PrecisionCounter::mean_precision(const ClassRecord& record,
                                        const std::function<void()>& poll) const {
  if (record.boxes == 0 || record.keys.empty()) return 0;
  if (record.keys.size() > kMostPredictions)
    throw Error(ErrorCode::kLimit, "a class has more than 4,294,967,295 predictions");
  const std::vector<uint32_t> order = index_sort(std::span<const double>(record.keys), ties_);
  double areas[kLevelCount] = {};
  for (size_t level = 0; level < kLevelCount; ++level) {
    if (poll) poll();
    const auto right_at = [&](uint32_t m) { return (record.hits[m] >> level & 1U) != 0; };
    auto right = static_cast<uint64_t>(std::ranges::count_if(order, right_at));
    double precision = 0;
    double sum = 0;
    for (size_t seen = order.size(); seen > 0 && right > 0; --seen) {
      precision = std::max(precision, static_cast<double>(right) / static_cast<double>(seen));
      if (!right_at(order[seen - 1])) continue;
      sum += precision;
      --right;
    }
    areas[level] = sum / static_cast<double>(record.boxes);
  }
  return numpy_mean<double>(std::span<const double>(areas));
}

}  // namespace cupel::learn
