#include "engine/learn/row_kernels.hpp"

#include <cstring>
#include <limits>
#include <type_traits>

namespace cupel::learn {
namespace {

#define CUPEL_INLINE [[gnu::always_inline]] inline

/// Vectors of kBytes: of numbers, and of the masks that comparing them gives.
template <typename Real, int kBytes>
struct Lanes {
  using Word = std::conditional_t<sizeof(Real) == 4, int32_t, int64_t>;
  using Values [[gnu::vector_size(kBytes)]] = Real;
  using Masks [[gnu::vector_size(kBytes)]] = Word;
  static constexpr size_t kCount = kBytes / sizeof(Real);
};

template <typename Real, int kBytes>
struct RowState {
  using L = Lanes<Real, kBytes>;
  typename L::Values most;
  typename L::Values confident;  ///< the number of confident columns, by lane
  typename L::Values bad;        ///< not 0: something is below the range, or not a number
};

template <typename Real, int kBytes, bool kCounts>
CUPEL_INLINE void take_vectors(RowState<Real, kBytes>& state, const Real* row, size_t begin,
                               size_t end, const RowLimits<Real>& limits) {
  using L = Lanes<Real, kBytes>;
  const typename L::Values low = limits.low - typename L::Values{};
  const typename L::Values one = Real{1} - typename L::Values{};
  for (size_t j = begin; j < end; j += L::kCount) {
    // One comparison a choice: the compiler takes what combines two of them apart.
    typename L::Values v, cut;
    std::memcpy(&v, row + j, kBytes);
    state.most = v > state.most ? v : state.most;
    state.bad = v >= low ? state.bad : one;
    if constexpr (kCounts) {
      std::memcpy(&cut, limits.cutoffs + j, kBytes);
      const typename L::Values more = state.confident + one;
      state.confident = v >= cut ? more : state.confident;
    }
  }
}

/// The vector from column j on, which holds the given class or is the last one: lane `given`, if it
/// is one, is left out of the maximum, and lanes before `fresh` were counted before.
template <typename Real, int kBytes, bool kCounts>
CUPEL_INLINE void take_special(RowState<Real, kBytes>& state, const Real* row, size_t j,
                               size_t given, size_t fresh, const RowLimits<Real>& limits) {
  using L = Lanes<Real, kBytes>;
  using Word = typename L::Word;
  typename L::Masks lane;
  for (size_t i = 0; i < L::kCount; ++i) lane[i] = static_cast<Word>(i);
  const typename L::Values low = limits.low - typename L::Values{};
  const typename L::Values one = Real{1} - typename L::Values{};
  typename L::Values v, cut;
  std::memcpy(&v, row + j, kBytes);
  const typename L::Values others = lane == static_cast<Word>(given) ? state.most : v;
  state.most = others > state.most ? others : state.most;
  state.bad = v >= low ? state.bad : one;
  if constexpr (kCounts) {
    std::memcpy(&cut, limits.cutoffs + j, kBytes);
    const typename L::Values step = lane >= static_cast<Word>(fresh) ? one : one - one;
    const typename L::Values more = state.confident + step;
    state.confident = v >= cut ? more : state.confident;
  }
}

/// The first column that holds `value`, which must be there.
template <typename Real, int kBytes>
CUPEL_INLINE size_t find_equal(const Real* row, size_t columns, Real value) {
  using L = Lanes<Real, kBytes>;
  constexpr size_t kStep = 4 * L::kCount;
  size_t j = 0;
  for (; j + kStep <= columns; j += kStep) {
    typename L::Masks any = {};
    for (size_t part = 0; part < 4; ++part) {
      typename L::Values v;
      std::memcpy(&v, row + j + part * L::kCount, kBytes);
      any |= v == value;
    }
    typename L::Word found = 0;
    for (size_t lane = 0; lane < L::kCount; ++lane) found |= any[lane];
    if (found != 0) break;
  }
  while (row[j] != value) ++j;
  return j;
}

/// The class a row is counted for: the only confident one, or the prediction if there are several.
template <typename Real>
CUPEL_INLINE int32_t choose_guess(const Real* row, int64_t confident, int32_t predicted,
                                  const Real* cutoffs) {
  if (confident == 0) return -1;
  if (confident > 1 || row[predicted] >= cutoffs[predicted]) return predicted;
  int32_t j = 0;
  while (!(row[j] >= cutoffs[j])) ++j;
  return j;
}

template <typename Real, int kBytes, bool kCounts>
CUPEL_INLINE RowSummary<Real> summarize_row(const Real* row, size_t columns, size_t given,
                                            const RowLimits<Real>& limits) {
  using L = Lanes<Real, kBytes>;
  constexpr Real kLowest = -std::numeric_limits<Real>::infinity();
  RowState<Real, kBytes> state;
  state.most = kLowest - typename L::Values{};
  state.confident = typename L::Values{};
  state.bad = typename L::Values{};
  const size_t whole = columns - columns % L::kCount;
  const size_t apart = given < whole ? given - given % L::kCount : whole;
  take_vectors<Real, kBytes, kCounts>(state, row, 0, apart, limits);
  if (apart < whole) {
    take_special<Real, kBytes, kCounts>(state, row, apart, given - apart, 0, limits);
    take_vectors<Real, kBytes, kCounts>(state, row, apart + L::kCount, whole, limits);
  }
  if (whole != 0 && whole < columns) {
    // The last vector overlaps the one before.
    const size_t last = columns - L::kCount;
    const size_t lane = given >= last ? given - last : L::kCount;
    take_special<Real, kBytes, kCounts>(state, row, last, lane, whole - last, limits);
  }
  Real most = kLowest;
  int64_t confident = 0;
  bool bad = false;
  for (size_t lane = 0; lane < L::kCount; ++lane) {
    most = state.most[lane] > most ? state.most[lane] : most;
    confident += static_cast<int64_t>(state.confident[lane]);
    bad |= state.bad[lane] != 0;
  }
  for (size_t j = 0; whole == 0 && j < columns; ++j) {
    const Real v = row[j];
    if (j != given && v > most) most = v;
    bad |= !(v >= limits.low);
    if constexpr (kCounts) confident += v >= limits.cutoffs[j];
  }
  bad |= !(most <= limits.high && row[given] <= limits.high);
  RowSummary<Real> out{most, static_cast<int32_t>(given), -1, !bad};
  if (bad) return out;
  if (!(row[given] > most))
    out.predicted = static_cast<int32_t>(find_equal<Real, kBytes>(row, columns, most));
  if constexpr (kCounts) out.guess = choose_guess(row, confident, out.predicted, limits.cutoffs);
  return out;
}

template <typename Real, int kBytes>
CUPEL_INLINE RowSummary<Real> summarize(const Real* row, size_t columns, size_t given,
                                        const RowLimits<Real>& limits) {
  if (limits.cutoffs == nullptr)
    return summarize_row<Real, kBytes, false>(row, columns, given, limits);
  return summarize_row<Real, kBytes, true>(row, columns, given, limits);
}

template <typename Real, int kBytes>
CUPEL_INLINE size_t find_margins(const Real* row, size_t columns, Real own, const Real* above,
                                 uint32_t* hits) {
  using L = Lanes<Real, kBytes>;
  size_t count = 0, j = 0;
  for (; j + L::kCount <= columns; j += L::kCount) {
    typename L::Values v, limit;
    std::memcpy(&v, row + j, kBytes);
    std::memcpy(&limit, above + j, kBytes);
    const typename L::Masks over = v - own > limit;
    typename L::Word any = 0;
    for (size_t lane = 0; lane < L::kCount; ++lane) any |= over[lane];
    if (any == 0) continue;
    for (size_t lane = 0; lane < L::kCount; ++lane)
      if (over[lane] != 0) hits[count++] = static_cast<uint32_t>(j + lane);
  }
  for (; j < columns; ++j)
    if (row[j] - own > above[j]) hits[count++] = static_cast<uint32_t>(j);
  return count;
}

#define CUPEL_KERNELS(name, attribute, bytes)                                                \
  template <typename Real>                                                                   \
  attribute RowSummary<Real> summarize_##name(const Real* row, size_t columns, size_t given, \
                                              const RowLimits<Real>& limits) {               \
    return summarize<Real, bytes>(row, columns, given, limits);                              \
  }                                                                                          \
  template <typename Real>                                                                   \
  attribute size_t find_margins_##name(const Real* row, size_t columns, Real own,            \
                                       const Real* above, uint32_t* hits) {                  \
    return find_margins<Real, bytes>(row, columns, own, above, hits);                        \
  }                                                                                          \
  template <typename Real>                                                                   \
  constexpr RowKernels<Real> kernels_##name = {&summarize_##name<Real>,                      \
                                               &find_margins_##name<Real>}

CUPEL_KERNELS(plain, , 16);
#ifdef __x86_64__
CUPEL_KERNELS(avx2, __attribute__((target("avx2"))), 32);
CUPEL_KERNELS(avx512, __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), 64);
#endif

enum class Width { kPlain, kAvx2, kAvx512 };

Width find_width() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return Width::kAvx512;
  if (__builtin_cpu_supports("avx2")) return Width::kAvx2;
#endif
  return Width::kPlain;
}

}  // namespace

template <typename Real>
const RowKernels<Real>& row_kernels(size_t columns) {
#ifdef __x86_64__
  static const Width width = find_width();
  const size_t bytes = columns * sizeof(Real);
  if (width == Width::kAvx512 && bytes >= 64) return kernels_avx512<Real>;
  if (width != Width::kPlain && bytes >= 32) return kernels_avx2<Real>;
#endif
  return kernels_plain<Real>;
}

template const RowKernels<float>& row_kernels(size_t);
template const RowKernels<double>& row_kernels(size_t);

}  // namespace cupel::learn
