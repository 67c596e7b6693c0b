#include "engine/learn/numeric.hpp"

#include <cmath>

namespace cupel::learn {

template <typename Real>
Real pairwise_sum(const Real* values, size_t count) noexcept {
  if (count < 8) {
    Real sum = 0;
    for (size_t i = 0; i < count; ++i) sum += values[i];
    return sum;
  }
  if (count <= 128) {
    Real r[8];
    std::copy_n(values, 8, r);
    const size_t even = count - count % 8;
    for (size_t i = 8; i < even; i += 8)
      for (size_t lane = 0; lane < 8; ++lane) r[lane] += values[i + lane];
    Real sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (size_t i = even; i < count; ++i) sum += values[i];
    return sum;
  }
  size_t half = count / 2;
  half -= half % 8;
  return pairwise_sum(values, half) + pairwise_sum(values + half, count - half);
}

template <typename Real>
Real numpy_sum(std::span<const Real> values) noexcept {
  Real sum = 0;
  for (size_t first = 0; first < values.size(); first += RunningSum::kSlice)
    sum += pairwise_sum(values.data() + first, std::min(RunningSum::kSlice, values.size() - first));
  return sum;
}

template <typename T>
RealOf<T> numpy_mean(std::span<const RealOf<T>> values) noexcept {
  const double sum = numpy_sum(values);
  return constant<T>(sum / static_cast<double>(values.size()));
}

void RunningSum::add(std::span<const double> values) {
  while (!values.empty()) {
    const size_t room = std::min(kSlice - slice_.size(), values.size());
    slice_.insert(slice_.end(), values.begin(), values.begin() + static_cast<ptrdiff_t>(room));
    values = values.subspan(room);
    if (slice_.size() < kSlice) return;
    sum_ += pairwise_sum(slice_.data(), kSlice);
    slice_.clear();
  }
}

double RunningSum::total() const noexcept {
  return slice_.empty() ? sum_ : sum_ + pairwise_sum(slice_.data(), slice_.size());
}

double round_half_even(double value) noexcept {
  // Past 2^52 every number is whole; below, the addition itself rounds.
  constexpr double kWhole = 0x1p52;
  const double size = std::fabs(value);
  return size < kWhole ? std::copysign((size + kWhole) - kWhole, value) : value;
}

template float pairwise_sum(const float*, size_t) noexcept;
template double pairwise_sum(const double*, size_t) noexcept;
template float numpy_sum(std::span<const float>) noexcept;
template double numpy_sum(std::span<const double>) noexcept;
template float numpy_mean<Half>(std::span<const float>) noexcept;
template float numpy_mean<float>(std::span<const float>) noexcept;
template double numpy_mean<double>(std::span<const double>) noexcept;

}  // namespace cupel::learn
