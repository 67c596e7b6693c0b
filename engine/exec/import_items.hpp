#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "cupel/cupel.hpp"
#include "engine/exec/item_keys.hpp"
#include "engine/exec/item_sizes.hpp"
#include "engine/exec/pending_rows.hpp"
#include "engine/exec/table_writer.hpp"

namespace cupel::exec {

/// Why a record cannot be taken, as a sentence without its place; nothing when it was taken.
using Complaint = std::optional<std::string>;

/// The items of one import or append statement.
///
/// 1. New items go straight to the appender and the look-up.
/// 2. Replacements wait until a batch is full or the statement ends; of several for one row the
///    last wins, of partial ones the last that has a field. They need every appended row in the
///    view, so the appender finishes first.
class ItemImport {
 public:
  ItemImport(storage::Transaction& transaction, const Context& context, io::FieldNames& names,
             const storage::SnapshotPtr& base, bool update);

  Complaint add(const io::ItemRecord& item);
  /// Adds an unknown item; leaves a known one alone.
  Complaint mention(const io::ItemRecord& item);
  std::optional<uint64_t> find(std::string_view reference_id) { return keys_.find(reference_id); }
  /// Of a row in the database or of this statement.
  ItemSizes::Size size(uint64_t row) { return sizes_.of(row); }
  /// Writes what waits. Nothing is added after it.
  void finish();
  const AppendCounts& counts() const { return counts_; }

 private:
  void append(const io::ItemRecord& item);
  const RowFields& fields_of(const io::ItemRecord& item);
  void replace_later(uint64_t row, const io::ItemRecord& item);
  /// What an earlier record and then a partial one make of a row.
  io::ItemRecord merged(const io::ItemRecord& before, const io::ItemRecord& item) const;
  void settle();

  storage::Transaction& transaction_;
  const Context& context_;
  bool update_;
  const io::FieldNames& field_names_;
  struct Names {
    uint32_t reference_id, image_location, width, height, rest;
  } names_;
  ItemKeys keys_;
  ItemSizes sizes_;
  TableWriter writer_;
  RowFields fields_;  ///< of the row being written
  PendingRows<io::ItemRecord> replacements_;
  std::unordered_map<uint64_t, size_t> replacement_of_;  ///< row to index
  uint64_t base_rows_;                                   ///< items before the statement
  AppendCounts counts_;
};

}  // namespace cupel::exec
