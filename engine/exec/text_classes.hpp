#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/snapshot.hpp"

namespace cupel::exec {

/// Says of each value of a text column which of some texts it is. A text of the dictionary is
/// looked up once, so that a row costs two array accesses. Rows should come in ascending order.
/// One thread.
class TextClasses {
 public:
  static constexpr int32_t kMissing = -1;
  static constexpr int32_t kOther = -2;

  /// `column` must be of the snapshot's catalog; null: missing in every row. The texts of
  /// `classes` are distinct and must outlive this.
  TextClasses(storage::SnapshotPtr snapshot, const storage::Column* column,
              const std::vector<std::string_view>& classes);

  /// Goes to a chunk.
  void seek(uint32_t chunk);
  /// The number of the class of a row of the chunk, kMissing, or kOther.
  int32_t at(uint32_t row);
  /// The text of a row that is not missing.
  std::string_view text(uint32_t row) const;

 private:
  static constexpr int32_t kUnknown = -3;

  int32_t class_of(std::string_view text) const;

  storage::SnapshotPtr snapshot_;
  std::optional<storage::ColumnId> column_;
  std::unordered_map<std::string_view, int32_t> classes_;
  storage::DictionaryPtr dictionary_;
  std::vector<int32_t> by_code_;
  storage::ChunkPtr chunk_;
};

}  // namespace cupel::exec
