#pragma once

#include <functional>
#include <vector>

#include "index/vector_rows.hpp"

/// The walk over the blocks of a set that searches share.
namespace cupel::index {

/// The rows of one block.
struct BlockPart {
  uint64_t first_row = 0;  ///< of the block
  uint32_t rows = 0;       ///< of the table in the block
  /// Null: none of its rows has a vector, or none is selected (it was not fetched then).
  const storage::VectorBlock* block = nullptr;
  /// Rows of the block that are asked for, ascending; null: all of them.
  const std::vector<uint32_t>* selected = nullptr;
};

/// How many pieces scan_pieces cuts the set into: of about 4 MiB each, whatever the threads.
size_t piece_count(const VectorRows& vectors);

/// Calls `f(piece, part)` for every block, in ascending order within a piece; pieces in parallel.
void scan_pieces(const VectorRows& vectors, const storage::Bitmap* among, const Running& running,
                 const std::function<void(size_t piece, const BlockPart& part)>& f);

}  // namespace cupel::index
