#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "storage/catalog.hpp"
#include "storage/chunk.hpp"
#include "storage/dictionary.hpp"
#include "storage/vectors.hpp"

namespace cupel::storage {

/// One consistent view of a dataset: a catalog and the bytes that belong to it. A reader holds
/// one from the first to the last row of a query; whatever writers do does not change it.
/// All members are const and may be called from several threads at once. Errors are thrown as
/// Error (kCorruption names the file, the column and chunk, or the set and block; kIo).
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  const Catalog& catalog() const { return *catalog_; }
  const CatalogPtr& catalog_ptr() const { return catalog_; }

  /// A decoded chunk of a column, from the cache or the store; null when every row of it is
  /// missing because it was never written.
  virtual ChunkPtr chunk(ColumnId column, uint32_t chunk) const = 0;

  /// The dictionary of a text column; empty, never null.
  virtual DictionaryPtr dictionary(ColumnId column) const = 0;

  /// The ordinal of the item with this reference id; nothing when there is none (or it is
  /// deleted).
  virtual std::optional<uint64_t> find_item(std::string_view reference_id) const = 0;

  /// A block of a set, from the cache or the store; null when no row of it has a vector. The set
  /// must be in catalog().
  virtual VectorBlockPtr vector_block(uint32_t set, uint32_t block) const = 0;

  /// Rows of a chunk that the snapshot can see: below the row count, not deleted. Its size is
  /// the chunk's number of rows in this snapshot.
  Bitmap visible(TableId table, uint32_t chunk) const;

  /// How many rows of the table the chunk holds in this snapshot.
  uint32_t rows_in_chunk(TableId table, uint32_t chunk) const;

  /// One value, by ordinal. For single rows; scans read chunks.
  Value value(ColumnId column, uint64_t row) const;
  /// The value of row `row` of a decoded chunk of `column`.
  Value value_in(ColumnId column, const Chunk& chunk, uint32_t row) const;

 protected:
  explicit Snapshot(CatalogPtr catalog) : catalog_(std::move(catalog)) {}
  CatalogPtr catalog_;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace cupel::storage
