#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/exec/column_reader.hpp"
#include "engine/exec/execute.hpp"
#include "engine/exec/field_update.hpp"
#include "storage/transaction.hpp"

/// Small readers and writers that the statements of the round trip share. One thread.
namespace cupel::exec {

/// A field of rows of a table, whatever types its columns have.
class AnyField {
 public:
  AnyField(const storage::SnapshotPtr& snapshot, storage::TableId table, std::string_view name);

  /// The first value there is.
  Value value(uint64_t row);
  bool missing(uint64_t row) { return value(row).is_missing(); }
  /// A number, or a truth value as 1 and 0; nothing for anything else.
  std::optional<double> number(uint64_t row);
  /// A text; empty for anything else.
  std::string text(uint64_t row);

 private:
  std::vector<ColumnReader> columns_;
};

/// Which rows of a table a snapshot shows.
class VisibleRows {
 public:
  VisibleRows(storage::SnapshotPtr snapshot, storage::TableId table)
      : snapshot_(std::move(snapshot)), table_(table) {}
  bool contains(uint64_t row);

 private:
  storage::SnapshotPtr snapshot_;
  storage::TableId table_;
  std::optional<uint32_t> chunk_;
  storage::Bitmap rows_;
};

/// Calls `f(row)` for each visible row of a table, ascending; polls before each chunk.
template <typename F>
void for_each_visible(const storage::Snapshot& snapshot, storage::TableId table,
                      const Context& context, F&& f) {
  const storage::Catalog& catalog = snapshot.catalog();
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(table); ++chunk) {
    context.poll();
    snapshot.visible(table, chunk).for_each([&](uint32_t row) {
      f(uint64_t{chunk} * catalog.chunk_rows + row);
    });
  }
}

/// Polls at each 1,024th tick, for loops whose rounds are short.
class Ticker {
 public:
  explicit Ticker(const Context& context) : context_(context) {}
  void tick() {
    if (++ticks_ % 1024 == 0) context_.poll();
  }

 private:
  const Context& context_;
  uint64_t ticks_ = 0;
};

/// Sets values of existing rows, by the names of columns, which are made when first needed.
class CellWriter {
 public:
  CellWriter(storage::Transaction& transaction, storage::TableId table)
      : transaction_(transaction), table_(table) {}
  /// A missing value removes.
  void set(std::string_view column, Type type, uint64_t row, const Value& value);

 private:
  storage::Transaction& transaction_;
  storage::TableId table_;
  std::map<std::pair<std::string, Type>, storage::ColumnId> columns_;
};

/// Assigns several fields of rows of a table. A field of a row may be assigned once: what is
/// there already is compared with the view.
class FieldsWriter {
 public:
  FieldsWriter(storage::Transaction& transaction, storage::SnapshotPtr view, storage::TableId table)
      : transaction_(transaction), view_(std::move(view)), table_(table) {}
  void set(const std::string& path, uint64_t row, const Value& value);

 private:
  storage::Transaction& transaction_;
  storage::SnapshotPtr view_;
  storage::TableId table_;
  std::map<std::string, FieldUpdate> fields_;
};

}  // namespace cupel::exec
