#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/exec/select.hpp"
#include "engine/io/write.hpp"

namespace cupel::exec {

/// Makes result columns of rows: the plan's outputs, or whole rows as JSON.
class Projection {
 public:
  Projection(const Selection& selection, RowForm form);

  const std::vector<ColumnInfo>& columns() const noexcept { return columns_; }
  /// Whether `project` must be called from one thread at a time, rows in ascending order first.
  bool one_thread() const noexcept { return json_; }
  /// The most rows of a batch: whole rows can be large.
  size_t batch_rows() const noexcept {
    constexpr size_t kJsonRows = 1024;
    return json_ ? kJsonRows : selection_.evaluation().catalog().chunk_rows;
  }

  /// Rows of one chunk, in order.
  Batch project(const Place& place, std::span<const uint32_t> rows) const;
  /// Rows of any chunks, in the given order.
  Batch project(std::span<const RowAt> rows) const;

 private:
  Batch empty_batch() const;
  void append_json(const Place& place, std::span<const uint32_t> rows, ColumnData& out) const;

  const Selection& selection_;
  bool json_;
  std::vector<ColumnInfo> columns_;
  std::vector<std::vector<ExpressionNodePtr>> arms_;           ///< outputs, by arm
  mutable std::vector<std::unique_ptr<io::RowJson>> writers_;  ///< by arm, at first use
};

}  // namespace cupel::exec
