#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/snapshot.hpp"

namespace cupel::exec {

/// Reads single values of one column of one snapshot; it keeps the last chunk, so neighbouring
/// rows cost an array access. For scans there are better ways. One thread.
class ColumnReader {
 public:
  /// `column` must be of the snapshot's catalog; null: missing in every row.
  ColumnReader(storage::SnapshotPtr snapshot, const storage::Column* column);

  bool missing(uint64_t row);
  /// The text of a text column; valid until the next call.
  std::optional<std::string_view> text(uint64_t row);
  /// The number of an int64 or float64 column.
  std::optional<double> number(uint64_t row);
  std::optional<int64_t> integer(uint64_t row);
  Value value(uint64_t row);

 private:
  /// Makes the row's chunk the current one; false when the row is missing.
  bool seek(uint64_t row);

  storage::SnapshotPtr snapshot_;
  std::optional<storage::ColumnId> column_;
  uint32_t chunk_rows_;
  storage::ChunkPtr chunk_;
  std::optional<uint32_t> number_;  ///< of chunk_
  uint32_t row_ = 0;                ///< inside chunk_
  storage::DictionaryPtr dictionary_;
};

}  // namespace cupel::exec
