#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/cache.hpp"
#include "storage/core.hpp"
#include "storage/overlay.hpp"
#include "storage/pending_blocks.hpp"
#include "storage/pending_lookups.hpp"
#include "storage/state.hpp"
#include "storage/transaction.hpp"

namespace cupel::storage {

/// The part of a catalog that every commit writes.
State state_of(const Catalog& catalog);

/// What a transaction needs of the dataset that began it.
struct WriterDoor {
  VersionPtr base;                          ///< The committed state it starts from.
  std::function<void(VersionPtr)> publish;  ///< Makes a new version current.
  std::function<void()> release;            ///< Lets the next writer in.
};

/// The transaction of a store.
///
/// Invariants: 1. Nothing that another reader can see changes before commit(). 2. What the store
/// holds ahead of the commit is past the committed rows, or of columns or vector sets that are not
/// committed, and a journal key stands before it. 3. A chunk written ahead since the savepoint is
/// in fresh_; one written ahead before it is never overwritten in the store, but kept in the
/// overlay. 4. A chunk past the rows of this transaction is not in the store: rolling back removes
/// it, so that rows that are handed out again inherit nothing. Look-ups of such rows are removed
/// before rows are handed out.
class Writing : public Transaction {
 public:
  explicit Writing(WriterDoor door);
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;
  ~Writing() override;

  SnapshotPtr view() override;
  const Catalog& catalog() const override { return catalog_; }

  TableId run(std::string_view name) override;
  ColumnId column(TableId table, std::string_view name, Type type, bool coded) override;
  ColumnId renew_column(ColumnId column, bool coded) override;
  void watch(ColumnId column) override;
  void remove_column(ColumnId column) override;
  Slice& add_slice(Slice slice) override;
  void remove_slice(std::string_view name) override;
  void rename_slice(std::string_view from, std::string to) override;
  TableId hidden_table(std::string_view name) override;
  void set_document(std::string_view kind, std::string_view name, std::string text) override;
  void remove_document(std::string_view kind, std::string_view name) override;

  uint32_t add_vectors(VectorSet set) override;
  void remove_vectors(VectorUse use, std::string_view name) override;
  void write_block(uint32_t set, uint32_t block, const VectorBlock& values) override;

  void set(ColumnId column, uint64_t row, const Value& value) override;
  void replace_chunk(ColumnId column, uint32_t chunk, const Chunk& values) override;
  void erase(TableId table, uint64_t row) override;

  uint64_t append_rows(TableId table, uint64_t count) override;
  void add_lookup(std::string_view reference_id, uint64_t row) override;
  std::optional<uint32_t> code(ColumnId column, std::string_view text) override;
  void stop_coding(ColumnId column) override;
  bool can_write_ahead(TableId table, uint32_t chunk) const override;
  void write_ahead(ColumnId column, uint32_t chunk, const Chunk& values) override;

  void flush() override;
  void savepoint(const Poll& poll) override;
  void rollback_to_savepoint() override;
  void commit() override;

 private:
  /// Blocks and chunks of new columns go ahead in tables of this many times what is kept in memory
  /// of appended chunks: each table costs some syncs.
  static constexpr size_t kTableShare = 8;

  /// Patches of at most so many bytes are applied to what is in memory.
  static constexpr size_t kCarriedBytes = size_t{16} << 10;

  /// Row changes of one chunk of one column, in the order they were made.
  using Pending = std::map<ColumnKey, std::vector<Patch>>;

  struct Savepoint {
    Catalog catalog;
    bool structure_changed = false;
    OverlayPtr overlay;
    std::map<ColumnId, uint32_t> dictionary_sizes;
    size_t ahead_bytes = 0;
    size_t new_bytes = 0;
  };

  Core& core() const noexcept { return base_->core(); }
  void require_open() const;
  /// The overlay, to be changed: nobody else holds it.
  Overlay& overlay();
  void put_change(ColumnKey key, ChunkChange::Kind kind, std::string bytes);
  DictionaryWriter& writer(ColumnId column);
  /// A chunk without the row changes that are pending.
  ChunkPtr current_chunk(const Column& column, uint32_t chunk) const;
  std::string_view current_text(const Column& column, const Chunk& chunk, uint32_t row);
  const Column& checked_column(ColumnId column, uint64_t row) const;
  CatalogPtr shared_catalog();

  Patch make_patch(const Column& column, uint32_t row, const Value& value);
  void flush_chunk(ColumnKey key, std::vector<Patch>& patches);
  /// Whether some text without a code meets a chunk of codes.
  bool breaks_codes(const Column& column, uint32_t chunk, const std::vector<Patch>& patches) const;
  void rewrite_as_text(const Column& column, uint32_t chunk, const std::vector<Patch>& patches);
  void patch_chunk(ColumnKey key, std::string patch, bool rewrite);
  Catalog& changed_catalog(bool structure);
  Bitmap& deleted_rows(TableId table, uint32_t chunk);
  void erase_lookup(uint64_t row);

  /// Whether the column is new in this transaction.
  bool is_new(ColumnId column) const { return column >= base_->catalog()->next_column; }
  /// The texts of columns that this transaction removed.
  void erase_dictionaries(const Catalog& next, WriteSet& changes) const;

  /// Makes the journal tell of chunks, or of look-ups too, before the first of them goes ahead.
  void open_journal(bool lookups = false);
  void spill_chunks();
  void spill_lookups();
  void spill_blocks();
  /// How many vectors the block holds in this transaction.
  uint32_t vectors_in(const VectorSet& set, uint32_t block) const;
  /// Removes what was written ahead since the savepoint, but for look-ups.
  void erase_fresh();
  void erase_orphans(const Poll& poll);
  bool has_changes() const;
  void write_commit(const Catalog& next);
  /// Chunks in memory that few rows changed of stay there, changed: nobody has to read them anew.
  void carry_chunks(uint64_t generation) noexcept;
  void publish(Catalog next);
  void abandon() noexcept;
  void finish() noexcept;

  WriterDoor door_;
  VersionPtr base_;
  Catalog catalog_;
  CatalogPtr shared_catalog_;  ///< A copy for views; null when catalog_ has changed since.
  bool open_ = true;
  bool structure_changed_ = false;

  Pending pending_;
  size_t pending_patches_ = 0;
  OverlayPtr overlay_ = std::make_shared<Overlay>();
  uint64_t next_version_ = 1;
  std::map<ColumnId, DictionaryWriter> writers_;
  std::map<ColumnId, DictionaryPtr> grown_;  ///< As of the last view.
  PendingLookups lookups_;
  size_t spill_at_;  ///< How many look-ups are kept before some are written ahead.
  std::map<ColumnKey, Bitmap> deleted_;  ///< By table and chunk.
  PendingBlocks blocks_;

  bool journal_ = false;        ///< It is there,
  bool lookups_ahead_ = false;  ///< and tells of look-ups too.
  size_t ahead_bytes_ = 0;      ///< Appended chunks that are kept in the overlay.
  size_t new_bytes_ = 0;        ///< Values of new columns in the overlay.
  std::set<ColumnKey> fresh_;
  bool fresh_lookups_ = false;  ///< Look-ups were spilled since the savepoint.
  /// Look-ups in the store of rows that were rolled back: nobody sees them until rows are added.
  bool orphans_ = false;
  std::optional<Savepoint> savepoint_;

  std::shared_ptr<ChunkCache> cache_;  ///< Chunks as this transaction sees them.
  StoreSnapshotPtr moment_;            ///< Null when something was written ahead since.
};

}  // namespace cupel::storage
