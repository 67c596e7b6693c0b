#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "storage/core.hpp"
#include "storage/overlay.hpp"
#include "storage/pending_blocks.hpp"
#include "storage/pending_lookups.hpp"

namespace cupel::storage {

/// The bytes of a chunk with a transaction's change of it applied; nothing when it has none.
std::optional<std::string> changed_bytes(const Store& store, const StoreSnapshot* moment,
                                         ColumnKey key, const ChunkChange& change);

/// How a transaction or a view of it reads chunks: what was changed from the overlay through the
/// transaction's cache, the rest from the committed version. All outlive it.
struct OverlayReader {
  const Version& base;
  const Overlay& overlay;
  const StoreSnapshot* moment;  ///< null: now
  ChunkCache& cache;

  /// Null where nothing was ever written.
  ChunkPtr chunk(const Column& column, uint32_t chunk) const;
};

/// The same for blocks of vector sets.
struct BlockReader {
  const Version& base;
  const BlockChanges& changes;
  const StoreSnapshot* moment;  ///< null: now
  ChunkCache& cache;

  /// Null where no row has a vector.
  VectorBlockPtr block(const VectorSet& set, uint32_t block) const;
};

/// A transaction's state as of one moment. Look-ups are those of the transaction as it is now;
/// ordinals that the view cannot see are not found.
class WritingView : public Snapshot {
 public:
  struct Parts {
    CatalogPtr catalog;
    VersionPtr base;
    std::shared_ptr<const Overlay> overlay;
    std::map<ColumnId, DictionaryPtr> dictionaries;  ///< Those that the transaction has grown.
    const PendingLookups* lookups = nullptr;
    std::shared_ptr<const BlockChanges> blocks;
    StoreSnapshotPtr moment;
    std::shared_ptr<ChunkCache> cache;
  };

  explicit WritingView(Parts parts) : Snapshot(parts.catalog), parts_(std::move(parts)) {}

  ChunkPtr chunk(ColumnId column, uint32_t chunk) const override;
  DictionaryPtr dictionary(ColumnId column) const override;
  std::optional<uint64_t> find_item(std::string_view reference_id) const override;
  VectorBlockPtr vector_block(uint32_t set, uint32_t block) const override;

 private:
  const Parts parts_;
};

/// The row, if the snapshot can see it.
std::optional<uint64_t> visible_item(const Snapshot& snapshot, std::optional<uint64_t> row);

}  // namespace cupel::storage
