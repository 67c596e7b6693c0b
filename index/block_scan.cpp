#include "index/block_scan.hpp"

#include <algorithm>

#include "cupel/error.hpp"

namespace cupel::index {
namespace {

constexpr uint64_t kPieceBytes = uint64_t{4} << 20;

uint32_t blocks_of_piece(const VectorRows& vectors) {
  const uint64_t block_bytes = uint64_t{vectors.block_rows} * vectors.width * sizeof(float);
  return static_cast<uint32_t>(
      std::max<uint64_t>(1, kPieceBytes / std::max<uint64_t>(block_bytes, 1)));
}

void scan_block(const VectorRows& vectors, const storage::Bitmap* among, uint32_t number,
                std::vector<uint32_t>& selected, const std::function<void(const BlockPart&)>& f) {
  BlockPart part;
  part.first_row = uint64_t{number} * vectors.block_rows;
  part.rows =
      static_cast<uint32_t>(std::min<uint64_t>(vectors.block_rows, vectors.rows - part.first_row));
  if (among != nullptr) {
    selected.clear();
    for_each_bit(*among, part.first_row, part.first_row + part.rows, [&](uint64_t row) {
      selected.push_back(static_cast<uint32_t>(row - part.first_row));
    });
    if (selected.size() < part.rows) part.selected = &selected;
  }
  storage::VectorBlockPtr block;
  if (among == nullptr || !selected.empty()) block = vectors.block(number);
  if (block != nullptr && block->width != vectors.width)
    throw Error(ErrorCode::kInternal, "a block of vectors has another width than its set");
  part.block = block.get();
  f(part);
}

}  // namespace

size_t piece_count(const VectorRows& vectors) {
  const uint32_t size = blocks_of_piece(vectors);
  return (size_t{vectors.blocks()} + size - 1) / size;
}

void scan_pieces(const VectorRows& vectors, const storage::Bitmap* among, const Running& running,
                 const std::function<void(size_t, const BlockPart&)>& f) {
  const uint32_t size = blocks_of_piece(vectors);
  running.for_each(piece_count(vectors), [&](size_t piece) {
    running.check();
    std::vector<uint32_t> selected;
    const uint32_t begin = static_cast<uint32_t>(piece) * size;
    const uint32_t end = std::min(begin + size, vectors.blocks());
    for (uint32_t number = begin; number < end; ++number)
      scan_block(vectors, among, number, selected, [&](const BlockPart& part) { f(piece, part); });
  });
}

}  // namespace cupel::index
