#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "index/similarity.hpp"

namespace cupel::index {

struct Hit {
  uint64_t row = 0;
  double score = 0;
  friend bool operator==(const Hit&, const Hit&) = default;
};

/// Higher scores first, the lower row first where equal.
inline bool better(const Hit& a, const Hit& b) {
  return a.score > b.score || (a.score == b.score && a.row < b.row);
}

/// The k best of what is offered, in any order of offering. Holds up to 2k. A value type; not
/// thread-safe.
class BestHits {
 public:
  explicit BestHits(size_t k) : k_(k) {}
  /// NaN is never taken.
  void offer(const Hit& hit) {
    if (!(hit.score >= least_) || k_ == 0) return;
    hits_.push_back(hit);
    if (hits_.size() == 2 * k_) shrink();
  }
  /// Takes over what another one found.
  void merge(const BestHits& other) {
    for (const Hit& hit : other.hits_) offer(hit);
  }
  /// Best first; nothing is left.
  std::vector<Hit> take();

 private:
  void shrink();

  size_t k_;
  double least_ =
      -std::numeric_limits<double>::infinity();  ///< what is below is not among the best
  std::vector<Hit> hits_;
};

/// The k best-scored rows among `among` (null: all rows), best first: min(k, rows there that have
/// a score), exactly. `among` has at least vectors.rows bits; blocks without a row in question are
/// not fetched. Memory: 2k hits for each 4 MiB of vectors at most.
std::vector<Hit> nearest(const VectorRows& vectors, const Probe& probe, size_t k,
                         const storage::Bitmap* among, const Running& running);

}  // namespace cupel::index
