#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/learn/element.hpp"

/// Sums and means in the order in which numpy adds: the last bit of a threshold decides who is
/// counted.
namespace cupel::learn {

/// numpy's pairwise sum: up to 7 numbers from left to right from 0; up to 128 in eight running
/// sums; more in two halves, the first a multiple of 8.
template <typename Real>
Real pairwise_sum(const Real* values, size_t count) noexcept;

/// numpy's sum of an array: slices of 8,192, each summed pairwise, added one after another.
template <typename Real>
Real numpy_sum(std::span<const Real> values) noexcept;

/// numpy's mean of an array of T: the quotient is taken in double and rounded to T.
/// `values` must not be empty.
template <typename T>
RealOf<T> numpy_mean(std::span<const RealOf<T>> values) noexcept;

/// numpy_sum of numbers that come piece by piece.
class RunningSum {
 public:
  RunningSum() { slice_.reserve(kSlice); }
  void add(std::span<const double> values);
  double total() const noexcept;

  static constexpr size_t kSlice = 8192;

 private:
  std::vector<double> slice_;
  double sum_ = 0;
};

/// Rounds half to even.
double round_half_even(double value) noexcept;

}  // namespace cupel::learn
