#include "engine/learn/thresholds.hpp"

#include <algorithm>
#include <type_traits>

#include "engine/learn/numeric.hpp"

namespace cupel::learn {
namespace {

constexpr size_t kAhead = 16;  // rows; each touches another cache line

}  // namespace

template <typename T>
std::vector<RealOf<T>> own_probabilities(const Rows<T>& matrix, const Examples& examples,
                                         const std::function<void()>& poll) {
  std::vector<RealOf<T>> own(examples.total);
  std::vector<size_t> at(examples.first.begin(), examples.first.end() - 1);
  const size_t columns = matrix.columns();
  matrix.scan([&](size_t first, size_t count, const T* data) {
    if (poll) poll();
    const int32_t* labels = examples.labels.data() + first;
    for (size_t i = 0; i < count; ++i) {
      if (i + kAhead < count && labels[i + kAhead] != kNoLabel)
        __builtin_prefetch(data + (i + kAhead) * columns + labels[i + kAhead]);
      if (labels[i] == kNoLabel) continue;
      const auto given = static_cast<size_t>(labels[i]);
      own[at[given]++] = Element<T>::load(data[i * columns + given]);
    }
  });
  return own;
}

template <typename T>
Thresholds find_thresholds(const Examples& examples, std::span<const RealOf<T>> own,
                           Compat compat) {
  const bool missing = std::ranges::count(examples.counts, 0U) != 0;
  Thresholds out;
  out.in_double = missing && !std::is_same_v<T, double>;
  const double least = out.in_double ? kLeastThreshold : constant<T>(kLeastThreshold);
  out.values.assign(examples.classes, kNoThreshold);
  for (size_t k = 0; k < examples.classes; ++k) {
    if (examples.counts[k] == 0) continue;
    const double mean = numpy_mean<T>(own.subspan(examples.first[k], examples.counts[k]));
    out.values[k] = compat == Compat::kCleanlab1 ? mean : std::max(mean, least);
  }
  return out;
}

template <typename T>
std::vector<RealOf<T>> find_cutoffs(const Thresholds& thresholds) {
  std::vector<RealOf<T>> out;
  out.reserve(thresholds.values.size());
  for (const double t : thresholds.values)
    out.push_back(thresholds.in_double ? at_least<RealOf<T>>(t - kThresholdSlack)
                                       : Element<T>::round(static_cast<RealOf<T>>(t) -
                                                           constant<T>(kThresholdSlack)));
  return out;
}

template std::vector<float> own_probabilities(const Rows<Half>&, const Examples&,
                                              const std::function<void()>&);
template std::vector<float> own_probabilities(const Rows<float>&, const Examples&,
                                              const std::function<void()>&);
template std::vector<double> own_probabilities(const Rows<double>&, const Examples&,
                                               const std::function<void()>&);
template Thresholds find_thresholds<Half>(const Examples&, std::span<const float>, Compat);
template Thresholds find_thresholds<float>(const Examples&, std::span<const float>, Compat);
template Thresholds find_thresholds<double>(const Examples&, std::span<const double>, Compat);
template std::vector<float> find_cutoffs<Half>(const Thresholds&);
template std::vector<float> find_cutoffs<float>(const Thresholds&);
template std::vector<double> find_cutoffs<double>(const Thresholds&);

}  // namespace cupel::learn
