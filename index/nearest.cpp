#include "index/nearest.hpp"

#include <algorithm>

#include "index/block_scan.hpp"

namespace cupel::index {

void BestHits::push(const Hit& hit) {
  hits_.push_back(hit);
  std::push_heap(hits_.begin(), hits_.end(), better);
}

void BestHits::replace(const Hit& hit) {
  std::pop_heap(hits_.begin(), hits_.end(), better);
  hits_.back() = hit;
  std::push_heap(hits_.begin(), hits_.end(), better);
}

std::vector<Hit> BestHits::take() {
  std::sort_heap(hits_.begin(), hits_.end(), better);
  return std::move(hits_);
}

std::vector<Hit> nearest(const VectorRows& vectors, const Probe& probe, size_t k,
                         const storage::Bitmap* among, const Running& running) {
  std::vector<BestHits> best(piece_count(vectors), BestHits(k));
  scan_pieces(vectors, among, running, [&](size_t piece, const BlockPart& part) {
    if (part.block == nullptr) return;
    std::vector<double> scores(part.selected == nullptr ? part.rows : part.selected->size());
    if (part.selected == nullptr) {
      score_range(probe, *part.block, 0, part.rows, scores.data());
    } else {
      score_rows(probe, *part.block, *part.selected, scores.data());
    }
    for (size_t i = 0; i < scores.size(); ++i) {
      const uint64_t row = part.selected == nullptr ? i : (*part.selected)[i];
      best[piece].offer({part.first_row + row, scores[i]});
    }
  });
  BestHits all(k);
  for (BestHits& some : best)
    for (const Hit& hit : some.take()) all.offer(hit);
  return all.take();
}

}  // namespace cupel::index
