#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/codec.hpp"
#include "storage/snapshot.hpp"

namespace cupel::storage {

/// Called now and then by what may take long; it may throw to stop that.
using Poll = std::function<void()>;

/// What a writer holds: the only one of its database. Changes collect in a batch that becomes
/// durable and visible at once by commit(), or never. Not thread-safe. A transaction that is
/// destroyed without commit() leaves nothing behind.
///
/// What nobody can see may be written ahead of the commit: whole chunks past the committed rows or
/// of new columns, look-ups of new items, and blocks of new vector sets. A journal key tells of
/// them. Of a transaction that is given up table files go at once; the rest, as what a crash left,
/// is swept when the next one begins.
class Transaction {
 public:
  virtual ~Transaction() = default;

  /// The state this transaction sees: the committed one plus its own changes so far (pending
  /// appends after flush()). A new snapshot per call; cheap. It must not outlive the transaction.
  virtual SnapshotPtr view() = 0;
  /// The catalog that will be committed.
  virtual const Catalog& catalog() const = 0;

  // --- what there is. A new name of more than kMaxNameBytes is refused (kLimit).
  /// The run's table, created if need be.
  virtual TableId run(std::string_view name) = 0;
  /// The column, created if need be. `coded` matters for new text columns only.
  virtual ColumnId column(TableId table, std::string_view name, Type type, bool coded = true) = 0;
  /// A new column of the same table, name and type in the column's place: no row has a value, and
  /// the old one is gone with the commit. For what an analysis writes anew as a whole: its chunks
  /// go to the store ahead of the commit, after the first few megabytes. The column must not be
  /// watched.
  virtual ColumnId renew_column(ColumnId column, bool coded = true) = 0;
  /// Counts the column's changes from here on (Catalog::watched), those to come of this transaction
  /// too; pending ones of rows count when they are flushed.
  virtual void watch(ColumnId column) = 0;
  /// Removes a column, its chunks and, of texts, its dictionary.
  virtual void remove_column(ColumnId column) = 0;
  virtual Slice& add_slice(Slice slice) = 0;
  virtual void remove_slice(std::string_view name) = 0;  ///< its columns' chunks too
  virtual void rename_slice(std::string_view from, std::string to) = 0;

  /// The hidden table, created if need be.
  virtual TableId hidden_table(std::string_view name) = 0;
  virtual void set_document(std::string_view kind, std::string_view name, std::string text) = 0;
  virtual void remove_document(std::string_view kind, std::string_view name) = 0;

  // --- vectors
  /// A new set of vectors (its name must be new among its use); returns its id.
  virtual uint32_t add_vectors(VectorSet set) = 0;
  virtual void remove_vectors(VectorUse use, std::string_view name) = 0;  ///< blocks too
  /// Writes a block, replacing what was there; one without vectors removes it. Its rows must be
  /// rows of the table already. Blocks of a set that this transaction added go to the store ahead
  /// of the commit (durable, invisible), after the first
  /// few megabytes; blocks of older sets are kept in memory until the commit. Keeps
  /// VectorSet::vectors and ::generation right.
  virtual void write_block(uint32_t set, uint32_t block, const VectorBlock& values) = 0;

  // --- rows that exist
  /// Sets a field of a row; Missing removes it. The value must have the column's type.
  /// Later changes of the same row win. Collected per chunk; a chunk of which much changes is
  /// rewritten, else patched.
  virtual void set(ColumnId column, uint64_t row, const Value& value) = 0;
  /// The whole chunk at once, replacing what was there and what was set before.
  virtual void replace_chunk(ColumnId column, uint32_t chunk, const Chunk& values) = 0;
  /// Marks a row as deleted; of an item, removes its look-up. Deleting twice is an error.
  virtual void erase(TableId table, uint64_t row) = 0;

  // --- new rows
  /// Hands out `count` ordinals of a table; returns the first.
  virtual uint64_t append_rows(TableId table, uint64_t count) = 0;
  /// Makes reference_id find `row` (already handed out). The caller has checked that it is new.
  virtual void add_lookup(std::string_view reference_id, uint64_t row) = 0;
  /// The dictionary code of a text in a coded column, new if need be; nothing when it must be
  /// stored plain.
  virtual std::optional<uint32_t> code(ColumnId column, std::string_view text) = 0;
  /// The column takes no new texts into its dictionary from here on.
  virtual void stop_coding(ColumnId column) = 0;
  /// Whether a chunk lies wholly past the committed rows.
  virtual bool can_write_ahead(TableId table, uint32_t chunk) const = 0;
  /// Writes such a chunk ahead of the commit, replacing what was set before. Returns without
  /// waiting for the disk. The first few megabytes stay in memory, so that a small append is one
  /// write.
  virtual void write_ahead(ColumnId column, uint32_t chunk, const Chunk& values) = 0;

  /// Moves pending row changes into the batch, so that view() sees them.
  virtual void flush() = 0;
  /// A point to return to: `rollback_to` undoes everything since. For one statement inside
  /// BEGIN … COMMIT. Setting it removes look-ups that returning to the one before has left, calling
  /// `poll` meanwhile, which may throw to stop that.
  virtual void savepoint(const Poll& poll = {}) = 0;
  virtual void rollback_to_savepoint() = 0;

  /// Makes all of it durable (synced) and visible, raising the generation by one. After an error
  /// nothing has changed. A transaction without changes commits without a write.
  virtual void commit() = 0;
};

/// Appends many rows to one table inside a transaction, column by column, in bounded memory.
/// Usage: slot() for each column, then next_row() and set_…() for its present fields, and
/// finish() once. Rows become visible with the transaction's commit.
class Appender {
 public:
  using Slot = uint32_t;
  Appender(Transaction& transaction, TableId table);
  ~Appender();
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  /// A column to fill, created in the catalog if need be.
  Slot slot(std::string_view name, Type type, bool coded = true);
  /// Begins a row and returns its ordinal.
  uint64_t next_row();
  // Fields of the current row; a NaN is missing. The last set wins.
  void set_bool(Slot slot, bool value);
  void set_integer(Slot slot, int64_t value);  ///< int64 and timestamp (micros)
  void set_number(Slot slot, double value);
  void set_text(Slot slot, std::string_view value);
  /// Writes what is pending. Must be called before the transaction's view is used or committed.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cupel::storage
