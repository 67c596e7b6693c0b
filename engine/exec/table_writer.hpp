#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/exec/column_reader.hpp"
#include "engine/exec/field_update.hpp"
#include "engine/io/record.hpp"
#include "storage/transaction.hpp"

namespace cupel::exec {

/// A row as the import sees it: its present fields, columns by number of the FieldNames.
using RowFields = std::vector<io::Field>;

/// Whether a text column is dictionary-coded: not those that are distinct by nature.
bool coded_column(std::string_view name);

/// Writes whole rows of one table: new ones through an Appender, existing ones in place.
/// Names with `$` that are not the import's own (`$item`, `$rest`) throw kConstraint.
class TableWriter {
 public:
  TableWriter(storage::Transaction& transaction, storage::TableId table,
              const io::FieldNames& names);

  /// Returns the ordinal of the new row.
  uint64_t append(const RowFields& fields);
  /// Puts appended rows where the transaction's view sees them. Appending may go on after it.
  void finish();

  /// Makes the row hold these fields and no others. Kept are the program's own columns and the
  /// scores and states that belong to the row whatever it says (`autotag.`, `autotag_training.`,
  /// `labeling.`).
  /// `view` must hold the row as it is before; flush the transaction before taking another one.
  void replace(const storage::SnapshotPtr& view, uint64_t row, const RowFields& fields);
  /// Gives the row these fields and leaves its others alone. A field has one value: one of another
  /// type goes, and so does what stands above or below its path, in `$rest`, too.
  void merge(const storage::SnapshotPtr& view, uint64_t row, const RowFields& fields);

 private:
  static constexpr size_t kTypes = 5;

  storage::Appender::Slot slot(const io::Field& field);
  storage::ColumnId column(const io::Field& field);
  void look_at(const storage::SnapshotPtr& view);
  ColumnReader& reader(const storage::SnapshotPtr& view, storage::ColumnId column);
  FieldUpdate& update(const storage::SnapshotPtr& view, uint32_t name);
  const std::string& checked_name(uint32_t name) const;

  storage::Transaction& transaction_;
  storage::TableId table_;
  const io::FieldNames& names_;
  std::optional<storage::Appender> appender_;
  std::vector<storage::Appender::Slot> slots_;  ///< by name * kTypes + type: slot + 1, or 0
  std::vector<storage::ColumnId> columns_;      ///< likewise: column + 1, or 0
  storage::SnapshotPtr view_;                   ///< of readers_ and updates_
  std::unordered_map<storage::ColumnId, ColumnReader> readers_;
  std::unordered_map<uint32_t, FieldUpdate> updates_;  ///< by name
};

}  // namespace cupel::exec
