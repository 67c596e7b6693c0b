#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "index/row_products.hpp"

// Included by one source file for each kind of processor, which is compiled for that processor.
// All of it has internal linkage, so that no function of one can be taken for that of another; for
// the same reason nothing of the standard library is used but memcpy.
namespace cupel::index {
namespace {

/// IEEE binary16 as stored.
struct Half {
  uint16_t bits;
};

template <typename Double>
[[gnu::always_inline]] inline Double load_double(const double* from) {
  Double value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

/// Running sum i + h is added to running sum i, for h = kLanes/2, kLanes/4, … 1.
template <typename Double>
[[gnu::always_inline]] inline double add_lanes(const Double* sums) {
  double lanes[kLanes];
  std::memcpy(lanes, sums, sizeof(lanes));
#pragma GCC unroll 8
  for (size_t half = kLanes / 2; half > 0; half /= 2)
#pragma GCC unroll 8
    for (size_t i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  return lanes[0];
}

/// `Machine` has `Double` (a vector of doubles) and `load`, which widens that many elements.
template <typename Machine, typename T>
[[gnu::always_inline]] inline void take_lanes(const T* row, const double* query,
                                              typename Machine::Double* product,
                                              typename Machine::Double* square) {
  using Double = typename Machine::Double;
  constexpr size_t kStep = sizeof(Double) / sizeof(double);
#pragma GCC unroll 8
  for (size_t part = 0; part < kLanes / kStep; ++part) {
    const Double x = Machine::load(row + part * kStep);
    product[part] += x * load_double<Double>(query + part * kStep);
    square[part] += x * x;
  }
}

template <typename Machine, typename T>
void row_products_of(const std::byte* const* rows, size_t count, size_t width, const double* query,
                     RowProducts* out) {
  using Double = typename Machine::Double;
  constexpr size_t kParts = kLanes * sizeof(double) / sizeof(Double);
  const size_t whole = width - width % kLanes;
  for (size_t i = 0; i < count; ++i) {
    const T* row = reinterpret_cast<const T*>(rows[i]);
    Double product[kParts] = {}, square[kParts] = {};
    for (size_t j = 0; j < whole; j += kLanes)
      take_lanes<Machine>(row + j, query + j, product, square);
    if (whole < width) {
      T last[kLanes] = {};
      std::memcpy(last, row + whole, (width - whole) * sizeof(T));
      take_lanes<Machine>(last, query + whole, product, square);
    }
    out[i] = {add_lanes(product), add_lanes(square)};
  }
}

/// Two rows at a time share the loads of `a`.
template <typename Machine>
void dots_of(const double* a, const double* const* rows, size_t count, size_t padded, double* out) {
  using Double = typename Machine::Double;
  constexpr size_t kStep = sizeof(Double) / sizeof(double);
  constexpr size_t kParts = kLanes / kStep;
  for (size_t i = 0; i < count; i += 2) {
    const double* first = rows[i];
    const double* second = rows[i + 1 < count ? i + 1 : i];
    Double sums[kParts] = {}, others[kParts] = {};
    for (size_t j = 0; j < padded; j += kLanes) {
#pragma GCC unroll 8
      for (size_t part = 0; part < kParts; ++part) {
        const size_t at = j + part * kStep;
        const Double x = load_double<Double>(a + at);
        sums[part] += x * load_double<Double>(first + at);
        others[part] += x * load_double<Double>(second + at);
      }
    }
    out[i] = add_lanes(sums);
    if (i + 1 < count) out[i + 1] = add_lanes(others);
  }
}

template <typename Machine>
constexpr RowKernels kernels_of(const char* name) {
  return {name,
          {&row_products_of<Machine, Half>, &row_products_of<Machine, float>,
           &row_products_of<Machine, double>},
          &dots_of<Machine>};
}

}  // namespace
}  // namespace cupel::index
