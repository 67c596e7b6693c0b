#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "storage/chunk.hpp"

namespace cupel::exec {

/// Calls `f(row)` for the rows of [begin, end), all of the chunk, that have no value.
template <typename F>
void for_each_missing(const storage::Chunk& chunk, size_t begin, size_t end, F&& f) {
  if (chunk.valid.size() == 0 || begin == end) return;
  const auto words = chunk.valid.words();
  for (size_t w = begin / 64; w <= (end - 1) / 64; ++w) {
    uint64_t bits = ~words[w];
    if (w == begin / 64) bits &= ~uint64_t{0} << (begin % 64);
    if (w == end / 64) bits &= (uint64_t{1} << (end % 64)) - 1;
    for (; bits != 0; bits &= bits - 1) f(w * 64 + static_cast<size_t>(std::countr_zero(bits)));
  }
}

/// Rows of one chunk as places in a small table with one dimension a group key: rows are in one
/// cell exactly if all their keys are equal. For keys of few values, so that grouping is counting
/// in an array.
class Cells {
 public:
  /// `rows` ascend, and outlive this.
  explicit Cells(std::span<const uint32_t> rows);

  /// Adds a key whose value at `row` has the number `digit(row)` below `digits`. False (and
  /// nothing happens) when the table would be too large.
  template <typename F>
  bool add(uint64_t digits, F&& digit) {
    return add(digits, std::forward<F>(digit), Absent{});
  }
  /// Adds a key that is a column, bool, int64, timestamp or text by codes; missing is a value of
  /// its own. `chunk` may be null.
  bool add_column(const storage::ChunkPtr& chunk);
  /// Adds a key that is a column of counts, in which missing is 0.
  bool add_counts(const storage::ChunkPtr& chunk);
  /// Adds a key that is a column of numbers in buckets of a width, as `bucketed` has them.
  bool add_buckets(const storage::ChunkPtr& chunk, double width);

  /// Numbers the cells that are not empty by their first rows. Once, when all keys are in.
  void count();
  size_t groups() const noexcept { return first_rows_.size(); }
  const std::vector<uint32_t>& first_rows() const noexcept { return first_rows_; }
  /// The rows of each group.
  const std::vector<uint64_t>& counts() const noexcept { return counts_; }
  /// The group of each row.
  std::vector<uint32_t> groups_of_rows() const;

 private:
  /// The sum of a row's digits, each times its stride. It fits, so that parts may wrap around.
  using Cell = uint16_t;
  static constexpr uint64_t kMostCells = uint64_t{1} << 16;
  static constexpr size_t kBlock = 1024;  ///< so many rows at a time

  /// Rows without a value, and what digit they have instead.
  struct Absent {
    const storage::Chunk* chunk = nullptr;  ///< null: none
    uint32_t digit = 0;
  };
  template <typename F>
  bool add(uint64_t digits, F&& digit, Absent absent);
  /// Adds `stride` times the digits of the rows from `begin`, kBlock at most, to their cells.
  using AddDigits = std::function<void(Cell stride, size_t begin, size_t size, Cell* cells)>;
  bool add_key(uint64_t digits, AddDigits add_digits);
  /// Whether the chunk has a value for every row.
  bool all_present(const storage::Chunk& chunk) const;

  std::span<const uint32_t> rows_;
  uint64_t limit_;
  uint64_t size_ = 1;
  bool contiguous_;
  std::vector<std::pair<Cell, AddDigits>> keys_;  ///< with their strides
  std::vector<storage::ChunkPtr> chunks_;         ///< which the keys read
  std::vector<Cell> cells_;                       ///< by row
  std::vector<uint32_t> numbers_;                 ///< by cell that is not empty: its group
  std::vector<uint32_t> first_rows_;              ///< by group
  std::vector<uint64_t> counts_;                  ///< by group
};

template <typename F>
bool Cells::add(uint64_t digits, F&& digit, Absent absent) {
  if (!contiguous_) {
    return add_key(
        digits, [=, rows = rows_.data()](Cell stride, size_t begin, size_t size, Cell* cells) {
          for (size_t i = 0; i < size; ++i) {
            const uint32_t row = rows[begin + i];
            const bool is_absent = absent.chunk != nullptr && absent.chunk->is_missing(row);
            cells[i] += stride * static_cast<Cell>(is_absent ? absent.digit : digit(row));
          }
        });
  }
  const size_t first = rows_.empty() ? 0 : rows_.front();
  return add_key(digits, [=](Cell stride, size_t begin, size_t size, Cell* cells) {
    const size_t row = first + begin;
    const size_t end = absent.chunk == nullptr ? row + size : absent.chunk->rows;
    const size_t inside = std::min(size, end - std::min(end, row));
    for (size_t i = 0; i < inside; ++i) cells[i] += stride * static_cast<Cell>(digit(row + i));
    for (size_t i = inside; i < size; ++i) cells[i] += stride * static_cast<Cell>(absent.digit);
    if (absent.chunk == nullptr) return;
    for_each_missing(*absent.chunk, row, row + inside, [&](size_t missing) {
      cells[missing - row] += stride * static_cast<Cell>(absent.digit - digit(missing));
    });
  });
}

}  // namespace cupel::exec
