#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "storage/snapshot.hpp"

namespace cupel::exec {

/// A snapshot that knows of which of its columns something was read. The bits of deleted rows are
/// no column that anybody asks for, and are not counted.
class CountedSnapshot final : public storage::Snapshot {
 public:
  explicit CountedSnapshot(storage::SnapshotPtr of);

  uint64_t columns_read() const noexcept { return read_.load(std::memory_order_relaxed); }

  storage::ChunkPtr chunk(storage::ColumnId column, uint32_t chunk) const override;
  storage::DictionaryPtr dictionary(storage::ColumnId column) const override {
    return of_->dictionary(column);
  }
  std::optional<uint64_t> find_item(std::string_view reference_id) const override {
    return of_->find_item(reference_id);
  }
  storage::VectorBlockPtr vector_block(uint32_t set, uint32_t block) const override {
    return of_->vector_block(set, block);
  }

 private:
  storage::SnapshotPtr of_;
  mutable std::vector<std::atomic<bool>> seen_;  ///< by column
  mutable std::atomic<uint64_t> read_{0};
};

}  // namespace cupel::exec
