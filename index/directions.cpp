#include "index/directions.hpp"

#include <algorithm>
#include <cmath>

#include "index/block_scan.hpp"
#include "index/row_products.hpp"
#include "index/similarity.hpp"

namespace cupel::index {
namespace {

double square_of(const double* padded, size_t size) {
  double square = 0;
  row_kernels().dots(padded, &padded, 1, size, &square);
  return square;
}

}  // namespace

std::vector<uint32_t> rows_with_direction(const VectorRows& vectors, const storage::Bitmap* among,
                                          const Running& running) {
  // What a probe can score has a direction.
  std::vector<double> any(vectors.width, 1);
  const Probe probe = cosine_to(any);
  std::vector<std::vector<uint32_t>> found(piece_count(vectors));
  scan_pieces(vectors, among, running, [&](size_t piece, const BlockPart& part) {
    if (part.block == nullptr) return;
    std::vector<double> scores(part.rows);
    score_range(probe, *part.block, 0, part.rows, scores.data());
    for (uint32_t i = 0; i < part.rows; ++i) {
      const uint64_t row = part.first_row + i;
      if (std::isnan(scores[i]) || (among != nullptr && !among->test(static_cast<uint32_t>(row))))
        continue;
      found[piece].push_back(static_cast<uint32_t>(row));
    }
  });
  std::vector<uint32_t> rows;
  for (const std::vector<uint32_t>& some : found) rows.insert(rows.end(), some.begin(), some.end());
  return rows;
}

double RowFetcher::fetch(uint64_t row, double* padded) {
  const size_t size = padded_width(vectors_.width);
  if (row / vectors_.block_rows != number_) {
    number_ = row / vectors_.block_rows;
    block_ = vectors_.block(static_cast<uint32_t>(number_));
  }
  const auto at = static_cast<uint32_t>(row % vectors_.block_rows);
  if (block_ == nullptr || !block_->has(at)) {
    std::fill(padded, padded + size, 0.0);
    return 0;
  }
  widen_row(block_->element, block_->row(at), vectors_.width, padded);
  const double square = square_of(padded, size);
  if (square >= kLeastSquare && square <= kMostSquare) return square;
  const double scale = power_of_two_for({padded, vectors_.width});
  for (size_t j = 0; j < size; ++j) padded[j] = scale == 0 ? 0 : padded[j] * scale;
  return scale == 0 ? 0 : square_of(padded, size);
}

bool RowFetcher::fetch_unit(uint64_t row, float* unit) {
  room_.resize(padded_width(vectors_.width));
  const double square = fetch(row, room_.data());
  const double length = square == 0 ? 1 : std::sqrt(square);
  for (size_t j = 0; j < vectors_.width; ++j) unit[j] = static_cast<float>(room_[j] / length);
  return square != 0;
}

}  // namespace cupel::index
