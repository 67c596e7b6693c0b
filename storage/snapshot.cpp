#include "storage/snapshot.hpp"

#include <algorithm>

namespace cupel::storage {

uint32_t Snapshot::rows_in_chunk(TableId table, uint32_t chunk) const {
  const uint64_t rows = catalog_->row_count(table);
  const uint64_t first = uint64_t{chunk} * catalog_->chunk_rows;
  if (first >= rows) return 0;
  return static_cast<uint32_t>(std::min<uint64_t>(rows - first, catalog_->chunk_rows));
}

Bitmap Snapshot::visible(TableId table, uint32_t chunk) const {
  Bitmap rows(rows_in_chunk(table, chunk), true);
  const Column* column = catalog_->find(table, "$deleted", Type::kBool);
  if (column == nullptr || rows.size() == 0) return rows;
  const ChunkPtr deleted = this->chunk(column->id, chunk);
  if (!deleted || deleted->missing == deleted->rows) return rows;
  const uint32_t end = std::min(rows.size(), deleted->rows);
  for (uint32_t row = 0; row < end; ++row)
    if (!deleted->is_missing(row) && deleted->integer_at(row) != 0) rows.reset(row);
  return rows;
}

Value Snapshot::value(ColumnId column, uint64_t row) const {
  const uint32_t chunk_rows = catalog_->chunk_rows;
  const ChunkPtr values = chunk(column, static_cast<uint32_t>(row / chunk_rows));
  if (!values) return {};
  return value_in(column, *values, static_cast<uint32_t>(row % chunk_rows));
}

Value Snapshot::value_in(ColumnId column, const Chunk& chunk, uint32_t row) const {
  if (chunk.is_missing(row)) return {};
  switch (chunk.type) {
    case Type::kBool: return chunk.integer_at(row) != 0;
    case Type::kInt64: return chunk.integer_at(row);
    case Type::kFloat64: return chunk.number_at(row);
    case Type::kTimestamp: return Timestamp{chunk.integer_at(row)};
    case Type::kText: break;
    case Type::kAny: return {};
  }
  if (!chunk.is_coded()) return std::get<PlainText>(chunk.values).at(row);
  return dictionary(column)->text(chunk.code_at(row));
}

}  // namespace cupel::storage
