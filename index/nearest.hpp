#pragma once

#include <cstdint>
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

/// The k best of what is offered, in any order of offering. A value type; not thread-safe.
class BestHits {
 public:
  explicit BestHits(size_t k) : k_(k) {}
  /// NaN is never taken.
  void offer(const Hit& hit) {
    if (hits_.size() < k_) {
      if (hit.score == hit.score) push(hit);
    } else if (k_ != 0 && better(hit, hits_.front())) {
      replace(hit);
    }
  }
  /// Best first; nothing is left.
  std::vector<Hit> take();

 private:
  void push(const Hit& hit);
  void replace(const Hit& hit);

  size_t k_;
  std::vector<Hit> hits_;  ///< a heap, worst first
};

/// The k best-scored rows among `among` (null: all rows), best first: min(k, rows there that have
/// a score), exactly. `among` has at least vectors.rows bits; blocks without a row in question are
/// not fetched. Memory: k hits for each 4 MiB of vectors at most.
std::vector<Hit> nearest(const VectorRows& vectors, const Probe& probe, size_t k,
                         const storage::Bitmap* among, const Running& running);

}  // namespace cupel::index
