#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/learn/rows.hpp"

/// The arithmetic of the three element types. Numbers are held as `Real`, the smallest machine
/// type that holds every value of T; after each operation `round` gives what numpy's operation on
/// T gives. (The sum, difference, product or quotient of two binary16 numbers, computed in
/// binary32 and rounded once more, is the correctly rounded one.)
namespace cupel::learn {

template <typename T>
struct Element {
  using Real = T;
  static Real load(T value) noexcept { return value; }
  static Real round(Real value) noexcept { return value; }
};

template <>
struct Element<Half> {
  using Real = float;
  /// to_float without a branch, for the inner loops; numbers of magnitude 65,536 and more (and
  /// what is not a number) stay outside of [0, 1], which is all that is asked of them.
  static Real load(Half value) noexcept {
    const uint32_t size = uint32_t{value.bits & 0x7FFFu} << 13;
    const float normal = std::bit_cast<float>(size + (112u << 23));
    const float tiny = std::bit_cast<float>(size + (113u << 23)) - std::bit_cast<float>(113u << 23);
    const float magnitude = size < (1u << 23) ? tiny : normal;
    return std::bit_cast<float>(std::bit_cast<uint32_t>(magnitude) | uint32_t{value.bits & 0x8000u}
                                                                         << 16);
  }
  static Real round(Real value) noexcept { return to_float(to_half(value)); }
};

template <typename T>
using RealOf = typename Element<T>::Real;

/// The nearest number of type T, as numpy turns a Python float into one.
template <typename T>
RealOf<T> constant(double value) noexcept {
  return Element<T>::round(static_cast<RealOf<T>>(value));
}

/// The smallest Real that is >= value: `p >= value` in double is `p >= at_least<Real>(value)`.
template <typename Real>
Real at_least(double value) noexcept {
  const Real near = static_cast<Real>(value);
  if (static_cast<double>(near) >= value) return near;
  return std::nextafter(near, std::numeric_limits<Real>::infinity());
}

/// The largest Real that is <= value.
template <typename Real>
Real at_most(double value) noexcept {
  return -at_least<Real>(-value);
}

}  // namespace cupel::learn
