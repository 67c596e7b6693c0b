#include "index/nearest.hpp"

#include <algorithm>
#include <utility>

#include "index/block_scan.hpp"

namespace cupel::index {

void BestHits::shrink() {
  const auto last = hits_.begin() + static_cast<ptrdiff_t>(k_ - 1);
  std::nth_element(hits_.begin(), last, hits_.end(), better);
  least_ = last->score;
  hits_.resize(k_);
}

std::vector<Hit> BestHits::take() {
  if (hits_.size() > k_) shrink();
  std::sort(hits_.begin(), hits_.end(), better);
  return std::move(hits_);
}

std::vector<Hit> nearest(const VectorRows& vectors, const Probe& probe, size_t k,
                         const storage::Bitmap* among, const Running& running) {
  struct Piece {
    BestHits best;
    std::vector<double> scores;
  };
  std::vector<Piece> pieces(piece_count(vectors), Piece{BestHits(k), {}});
  scan_pieces(vectors, among, running, [&](size_t number, const BlockPart& part) {
    if (part.block == nullptr) return;
    auto& [best, scores] = pieces[number];
    scores.resize(part.selected == nullptr ? part.rows : part.selected->size());
    if (part.selected == nullptr) {
      score_range(probe, *part.block, 0, part.rows, scores.data());
    } else {
      score_rows(probe, *part.block, *part.selected, scores.data());
    }
    for (size_t i = 0; i < scores.size(); ++i) {
      const uint64_t row = part.selected == nullptr ? i : (*part.selected)[i];
      best.offer({part.first_row + row, scores[i]});
    }
  });
  BestHits all(k);
  for (const Piece& piece : pieces) all.merge(piece.best);
  return all.take();
}

}  // namespace cupel::index
