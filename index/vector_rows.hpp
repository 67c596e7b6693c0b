#pragma once

#include <bit>
#include <cstdint>
#include <functional>

#include "storage/bitmap.hpp"
#include "storage/vectors.hpp"

/// What searches of this room read: the vectors of one set, block by block, wherever the blocks
/// live (a snapshot, a cache, memory).
namespace cupel::index {

struct VectorRows {
  uint64_t rows = 0;        ///< of the set's table; at most 2^32 - 1
  uint32_t width = 0;       ///< components of a vector
  uint32_t block_rows = 1;  ///< rows of a block; a power of two
  /// The block of that number; null when no row of it has a vector. Called from several threads at
  /// once. Blocks have `width` components a row and at most `block_rows` rows.
  std::function<storage::VectorBlockPtr(uint32_t block)> block;

  uint32_t blocks() const { return static_cast<uint32_t>((rows + block_rows - 1) / block_rows); }
};

/// How a search runs. No result depends on either.
struct Running {
  /// Calls `f(0)` … `f(n - 1)`, in any order and on any threads, and returns when all have
  /// returned; an exception of `f` is thrown again. Empty: one after the other.
  std::function<void(size_t n, const std::function<void(size_t)>& f)> parallel;
  /// Called every few milliseconds of work, on any thread; may throw to end it. Empty: nothing.
  std::function<void()> poll;

  void for_each(size_t n, const std::function<void(size_t)>& f) const;
  void check() const {
    if (poll) poll();
  }
};

/// Calls `f(row)` for each set bit of [begin, end), ascending. `end` is at most the bitmap's size.
template <typename F>
void for_each_bit(const storage::Bitmap& bits, uint64_t begin, uint64_t end, F&& f) {
  if (begin >= end) return;
  const auto words = bits.words();
  for (uint64_t w = begin / 64; w <= (end - 1) / 64; ++w) {
    uint64_t word = words[w];
    if (w == begin / 64) word &= ~uint64_t{0} << (begin % 64);
    if (w == (end - 1) / 64 && end % 64 != 0) word &= ~(~uint64_t{0} << (end % 64));
    for (; word != 0; word &= word - 1) f(w * 64 + static_cast<uint64_t>(std::countr_zero(word)));
  }
}

}  // namespace cupel::index
