#include "engine/exec/counted_snapshot.hpp"

namespace cupel::exec {

CountedSnapshot::CountedSnapshot(storage::SnapshotPtr of)
    : Snapshot(of->catalog_ptr()), of_(std::move(of)), seen_(catalog().next_column) {}

storage::ChunkPtr CountedSnapshot::chunk(storage::ColumnId column, uint32_t chunk) const {
  storage::ChunkPtr found = of_->chunk(column, chunk);
  if (found && !seen_[column].exchange(true, std::memory_order_relaxed) &&
      catalog().column(column).name != "$deleted")
    read_.fetch_add(1, std::memory_order_relaxed);
  return found;
}

}  // namespace cupel::exec
