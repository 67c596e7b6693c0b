#include "engine/learn/noise_rate.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "engine/learn/best_rows.hpp"
#include "engine/learn/element.hpp"
#include "engine/learn/index_sort.hpp"
#include "engine/learn/row_kernels.hpp"

namespace cupel::learn {
namespace {

/// A class with more than one pair in so many columns is searched column by column, in vectors.
constexpr size_t kDense = 8;
constexpr size_t kLeastMemory = size_t{16} << 20;

/// How margins of T are computed.
template <typename T, bool kSingle>
struct Margin {
  static constexpr bool kHalf = std::is_same_v<T, Half>;
  using Real = std::conditional_t<kSingle || kHalf, float, RealOf<T>>;
  static Real load(T value) { return static_cast<Real>(Element<T>::load(value)); }
  static Real subtract(Real a, Real b) {
    return kHalf && !kSingle ? static_cast<Real>(Element<Half>::round(static_cast<float>(a - b)))
                             : a - b;
  }
};

/// A pair (given, true) with examples to flag; `last` is the smallest margin flagged, once known.
template <typename Real>
struct Pair {
  uint32_t given, guess;
  uint64_t wanted;
  Real last;
};

template <typename T, bool kSingle>
class NoiseRate {
  using M = Margin<T, kSingle>;
  using Real = typename M::Real;
  using Pairs = std::span<const Pair<Real>>;

 public:
  NoiseRate(const Rows<T>& matrix, const Examples& examples, const PruneCounts& prunes,
            const NoiseRateRequest& request)
      : matrix_(matrix),
        examples_(examples),
        request_(request),
        kernels_(row_kernels<Real>(matrix.columns())),
        columns_(matrix.columns()),
        flagged_(matrix.rows()),
        row_(columns_),
        hits_(columns_) {
    collect_pairs(prunes);
    memory_ = request.memory != 0
                  ? request.memory
                  : std::max(kLeastMemory, matrix.rows() * columns_ * sizeof(T) / 16);
  }

  std::vector<uint8_t> run() {
    constexpr size_t kEntry = sizeof(typename BestRows<Real>::Entry);
    in_groups(
        pairs_, [](const Pair<Real>& pair) { return (pair.wanted + 1) * 3 / 2 * kEntry; },
        [&](Pairs group) { pick(group); });
    const std::vector<Pair<Real>> tied = std::move(tied_);
    if (request_.compat == Compat::kCleanlab1) {
      if (!tied.empty()) flag_ties(tied);
    } else {
      in_groups(
          tied, [&](const Pair<Real>& p) { return examples_.counts[p.given] * sizeof(Real); },
          [&](Pairs group) { sort_margins(group); });
    }
    return std::move(flagged_);
  }

 private:
  void collect_pairs(const PruneCounts& prunes) {
    for (uint32_t given = 0; given < examples_.classes; ++given) {
      const uint64_t count = examples_.counts[given];
      if (count <= request_.min_examples || count <= 1) continue;
      for (const PruneCount& pair : prunes.of(given)) {
        if (pair.count < count) {
          pairs_.push_back({given, pair.guess, pair.count, 0});
        } else {
          for (const uint32_t row : examples_.of(given)) flagged_[row] = 1;
        }
      }
    }
  }

  /// Calls `f` for consecutive pairs, cut between given classes, that take about memory_ bytes.
  template <typename Cost, typename F>
  void in_groups(const std::vector<Pair<Real>>& pairs, const Cost& cost, const F& f) const {
    size_t first = 0, bytes = 0;
    for (size_t i = 0; i < pairs.size(); ++i) {
      if (bytes > memory_ && pairs[i].given != pairs[i - 1].given) {
        f(Pairs(pairs).subspan(first, i - first));
        first = i;
        bytes = 0;
      }
      bytes += cost(pairs[i]);
    }
    if (first < pairs.size()) f(Pairs(pairs).subspan(first));
  }

  /// By class: where its pairs begin in `pairs`; classes + 1 entries.
  std::vector<size_t> index(Pairs pairs) const {
    std::vector<size_t> first(examples_.classes + 1, 0);
    for (const Pair<Real>& pair : pairs) ++first[pair.given + 1];
    for (size_t k = 0; k < examples_.classes; ++k) first[k + 1] += first[k];
    return first;
  }

  /// Calls `f(row, numbers, given, its own margin base)` for the rows of classes with pairs.
  template <typename F>
  void scan(const std::vector<size_t>& first_pair, const F& f) const {
    matrix_.scan([&](size_t first, size_t count, const T* data) {
      if (request_.poll != nullptr && *request_.poll) (*request_.poll)();
      for (size_t i = 0; i < count; ++i) {
        const int32_t label = examples_.labels[first + i];
        if (label == kNoLabel) continue;
        const auto given = static_cast<size_t>(label);
        if (first_pair[given] == first_pair[given + 1]) continue;
        const T* row = data + i * columns_;
        f(static_cast<uint32_t>(first + i), row, given, M::load(row[given]));
      }
    });
  }

  const Real* widen(const T* row) {
    if constexpr (std::is_same_v<T, Real>) {
      return row;
    } else {
      for (size_t j = 0; j < columns_; ++j) row_[j] = M::load(row[j]);
      return row_.data();
    }
  }

  /// The limits of the classes that are searched in vectors: columns_ numbers each, infinite where
  /// there is no pair.
  struct DenseLimits {
    std::vector<size_t> at;  ///< by class: where its row begins, or kNone
    std::vector<Real> rows;
  };
  static constexpr size_t kNone = std::numeric_limits<size_t>::max();

  DenseLimits dense_limits(Pairs pairs, const std::vector<size_t>& first) const {
    DenseLimits out{std::vector<size_t>(examples_.classes, kNone), {}};
    for (size_t k = 0; k < examples_.classes; ++k) {
      if ((first[k + 1] - first[k]) * kDense < columns_ || first[k + 1] == first[k]) continue;
      out.at[k] = out.rows.size();
      out.rows.resize(out.rows.size() + columns_, std::numeric_limits<Real>::infinity());
      for (size_t p = first[k]; p < first[k + 1]; ++p)
        out.rows[out.at[k] + pairs[p].guess] = -std::numeric_limits<Real>::infinity();
    }
    return out;
  }

  void pick(Pairs pairs) {
    BestRows<Real> best;
    for (const Pair<Real>& pair : pairs) best.ask(pair.wanted);
    best.start();
    const std::vector<size_t> first = index(pairs);
    DenseLimits dense = dense_limits(pairs, first);
    scan(first, [&](uint32_t at, const T* row, size_t given, Real own) {
      if (dense.at[given] != kNone)
        return pick_dense(pairs, first[given], at, row, own, best, &dense.rows[dense.at[given]]);
      for (size_t p = first[given]; p < first[given + 1]; ++p) {
        const Real margin = M::subtract(M::load(row[pairs[p].guess]), own);
        if (margin > best.limit(p)) best.offer(p, margin, at);
      }
    });
    for (size_t p = 0; p < pairs.size(); ++p) settle(pairs[p], best.answer(p));
  }

  void pick_dense(Pairs pairs, size_t first, uint32_t at, const T* data, Real own,
                  BestRows<Real>& best, Real* limits) {
    const Real* row = widen(data);
    const size_t count = kernels_.find_margins(row, columns_, own, limits, hits_.data());
    size_t p = first;
    for (size_t i = 0; i < count; ++i) {
      while (pairs[p].guess != hits_[i]) ++p;
      const Real margin = M::subtract(row[hits_[i]], own);
      if (margin > best.limit(p) && best.offer(p, margin, at)) limits[hits_[i]] = best.limit(p);
    }
  }

  /// Flags what is sure; where the order of equal margins matters, the pair is looked at again.
  void settle(const Pair<Real>& pair, const typename BestRows<Real>::Answer& answer) {
    const bool again =
        answer.tied && (request_.compat == Compat::kCleanlab1 || request_.ties == Ties::kNumpy);
    for (const auto& entry : answer.best)
      if (!again || entry.number > answer.last) flagged_[entry.row] = 1;
    if (again) tied_.push_back({pair.given, pair.guess, pair.wanted, answer.last});
  }

  void flag_ties(Pairs pairs) {
    const std::vector<size_t> first = index(pairs);
    scan(first, [&](uint32_t at, const T* row, size_t given, Real own) {
      for (size_t p = first[given]; p < first[given + 1]; ++p)
        if (M::subtract(M::load(row[pairs[p].guess]), own) >= pairs[p].last) flagged_[at] = 1;
    });
  }

  void sort_margins(Pairs pairs) {
    const std::vector<size_t> first = index(pairs);
    std::vector<std::vector<Real>> margins(pairs.size());
    for (size_t p = 0; p < pairs.size(); ++p) margins[p].reserve(examples_.counts[pairs[p].given]);
    scan(first, [&](uint32_t, const T* row, size_t given, Real own) {
      for (size_t p = first[given]; p < first[given + 1]; ++p)
        margins[p].push_back(-M::subtract(M::load(row[pairs[p].guess]), own));
    });
    for (size_t p = 0; p < pairs.size(); ++p) {
      const auto rows = examples_.of(pairs[p].given);
      const std::vector<uint32_t> order =
          index_split(std::span<const Real>(margins[p]), pairs[p].wanted, Ties::kNumpy);
      for (size_t i = 0; i < pairs[p].wanted; ++i) flagged_[rows[order[i]]] = 1;
    }
  }

  const Rows<T>& matrix_;
  const Examples& examples_;
  const NoiseRateRequest& request_;
  const RowKernels<Real>& kernels_;
  size_t columns_;
  std::vector<uint8_t> flagged_;
  std::vector<Real> row_;
  std::vector<uint32_t> hits_;
  size_t memory_ = 0;
  std::vector<Pair<Real>> pairs_;
  std::vector<Pair<Real>> tied_;
};

}  // namespace

template <typename T>
std::vector<uint8_t> flag_by_noise_rate(const Rows<T>& matrix, const Examples& examples,
                                        const PruneCounts& prunes,
                                        const NoiseRateRequest& request) {
  if (request.single_precision) return NoiseRate<T, true>(matrix, examples, prunes, request).run();
  return NoiseRate<T, false>(matrix, examples, prunes, request).run();
}

template std::vector<uint8_t> flag_by_noise_rate(const Rows<Half>&, const Examples&,
                                                 const PruneCounts&, const NoiseRateRequest&);
template std::vector<uint8_t> flag_by_noise_rate(const Rows<float>&, const Examples&,
                                                 const PruneCounts&, const NoiseRateRequest&);
template std::vector<uint8_t> flag_by_noise_rate(const Rows<double>&, const Examples&,
                                                 const PruneCounts&, const NoiseRateRequest&);

}  // namespace cupel::learn
