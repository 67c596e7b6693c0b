#pragma once

#include <string>
#include <utility>

#include "storage/dataset.hpp"

namespace cupel::index {

/// Calls `f(item, type, label)` for each object of a table, in the order of the rows.
template <typename F>
void for_each_counted(const storage::Snapshot& snapshot, storage::TableId table, F&& f) {
  const auto& catalog = snapshot.catalog();
  const storage::Column* item = catalog.find(table, "$item", Type::kInt64);
  const storage::Column* type = catalog.find(table, "type", Type::kText);
  const storage::Column* label = catalog.find(table, "label", Type::kText);
  if (!item || !type || !label) return;
  const auto text_in = [&](const storage::Column* column, const storage::ChunkPtr& chunk,
                           uint32_t row) -> std::string {
    if (!chunk || chunk->is_missing(row)) return {};
    return snapshot.value_in(column->id, *chunk, row).as_text();
  };
  for (uint32_t c = 0; c < catalog.chunk_count(table); ++c) {
    const storage::ChunkPtr items = snapshot.chunk(item->id, c);
    if (!items) continue;
    const storage::ChunkPtr types = snapshot.chunk(type->id, c);
    const storage::ChunkPtr labels = snapshot.chunk(label->id, c);
    snapshot.visible(table, c).for_each([&](uint32_t row) {
      if (!items->is_missing(row))
        f(static_cast<uint64_t>(items->integer_at(row)), text_in(type, types, row),
          text_in(label, labels, row));
    });
  }
}

}  // namespace cupel::index
