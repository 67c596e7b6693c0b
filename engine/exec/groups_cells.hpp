#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "storage/chunk.hpp"

namespace cupel::exec {

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
    if (digits == 0 || digits > limit_ / size_) return false;
    const auto stride = static_cast<uint32_t>(size_);
    if (contiguous_) {
      const uint32_t first = rows_.empty() ? 0 : rows_.front();
      for (uint32_t i = 0; i < cells_.size(); ++i) cells_[i] += stride * digit(first + i);
    } else {
      for (size_t i = 0; i < cells_.size(); ++i) cells_[i] += stride * digit(rows_[i]);
    }
    size_ *= digits;
    return true;
  }
  /// Adds a key that is a column, bool, int64, timestamp or text by codes; missing is a value of
  /// its own. `chunk` may be null.
  bool add_column(const storage::Chunk* chunk);
  /// Adds a key that is a column of counts, in which missing is 0.
  bool add_counts(const storage::Chunk* chunk);
  /// Adds a key that is a column of numbers in buckets of a width, as `bucketed` has them.
  bool add_buckets(const storage::Chunk* chunk, double width);

  /// Numbers the cells that are not empty by their first rows. Once, when all keys are in.
  void count();
  size_t groups() const noexcept { return first_rows_.size(); }
  const std::vector<uint32_t>& first_rows() const noexcept { return first_rows_; }
  /// The rows of each group.
  std::vector<uint64_t> counts() const;
  /// The group of each row.
  std::vector<uint32_t> groups_of_rows() const;

 private:
  /// Whether the chunk has a value for every row.
  bool all_present(const storage::Chunk& chunk) const;

  std::span<const uint32_t> rows_;
  uint64_t limit_;
  uint64_t size_ = 1;
  bool contiguous_;
  std::vector<uint32_t> cells_;
  std::vector<uint32_t> cell_counts_;  ///< by cell
  std::vector<uint32_t> numbers_;      ///< by cell that is not empty: its group
  std::vector<uint32_t> first_rows_;   ///< by group
};

}  // namespace cupel::exec
