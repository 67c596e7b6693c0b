#include <fmt/format.h>

#include <algorithm>

#include "engine/exec/change.hpp"
#include "engine/exec/slice_bits.hpp"

namespace cupel::exec {
namespace {

using storage::Bitmap;
using storage::Column;
using storage::ColumnId;
using storage::Slice;
using storage::Snapshot;
using storage::SnapshotPtr;
using storage::TableId;

/// A chunk of which more than one row in this many changes is written whole.
constexpr uint32_t kRewriteShare = 16;

void check_table(const Slice& slice, TableId table) {
  if (slice.live)
    throw Error(ErrorCode::kUnsupported,
                fmt::format("slice '{}' is live: its members follow its query and cannot be "
                            "added or removed one by one",
                            slice.name));
  if (slice.objects != (table != storage::kItems))
    throw Error(ErrorCode::kType, fmt::format("slice '{}' holds {}; the rows are {}", slice.name,
                                              slice.objects ? "objects" : "items",
                                              slice.objects ? "items" : "objects"));
}

/// Members of a chunk, `rows` bits.
Bitmap members(const Snapshot& view, TableId table, const std::string& name, uint32_t chunk,
               uint32_t rows) {
  const Column* column = view.catalog().find(table, name, Type::kBool);
  return true_rows(column ? view.chunk(column->id, chunk) : nullptr, rows);
}

/// Makes `after` the members of a chunk; `changed` are the rows that differ.
void write_members(storage::Transaction& transaction, ColumnId column, uint32_t chunk,
                   const Bitmap& after, const Bitmap& changed) {
  if (changed.count() > changed.size() / kRewriteShare) {
    storage::ChunkBuilder builder(Type::kBool);
    after.for_each([&](uint32_t row) { builder.set_integer(row, 1); });
    transaction.replace_chunk(column, chunk, builder.finish());
    return;
  }
  const uint64_t first = uint64_t{chunk} * transaction.catalog().chunk_rows;
  changed.for_each([&](uint32_t row) {
    transaction.set(column, first + row, after.test(row) ? Value(true) : Value());
  });
}

uint64_t change_members(storage::Transaction& transaction, const Slice& slice, const RowSet& rows,
                        bool add, const Context& context) {
  for (const RowSet::TableRows& of_table : rows.tables) check_table(slice, of_table.table);
  const std::string name = slice_column(slice);
  uint64_t changes = 0;
  for (const RowSet::TableRows& of_table : rows.tables) {
    transaction.flush();
    const SnapshotPtr view = transaction.view();
    for (uint32_t chunk = 0; chunk < of_table.chunks.size(); ++chunk) {
      context.poll();
      Bitmap chosen = of_table.chunks[chunk];
      chosen.resize(std::max(chosen.size(), view->rows_in_chunk(of_table.table, chunk)));
      Bitmap after = members(*view, of_table.table, name, chunk, chosen.size());
      Bitmap changed = chosen;
      if (add) {
        changed.subtract(after);
        after |= changed;
      } else {
        changed &= after;
        after.subtract(changed);
      }
      if (changed.none()) continue;
      const ColumnId column = transaction.column(of_table.table, name, Type::kBool);
      write_members(transaction, column, chunk, after, changed);
      changes += changed.count();
    }
  }
  return changes;
}

}  // namespace

std::string slice_column(const Slice& slice) { return fmt::format("$slice:{}", slice.id); }

Bitmap true_rows(const storage::ChunkPtr& chunk, uint32_t rows) {
  Bitmap bits(rows);
  if (!chunk) return bits;
  for (uint32_t row = 0; row < std::min(rows, chunk->rows); ++row)
    if (!chunk->is_missing(row) && chunk->integer_at(row) != 0) bits.set(row);
  return bits;
}

uint64_t add_members(storage::Transaction& transaction, const Slice& slice, const RowSet& rows,
                     const Context& context) {
  return change_members(transaction, slice, rows, true, context);
}

uint64_t remove_members(storage::Transaction& transaction, const Slice& slice, const RowSet& rows,
                        const Context& context) {
  return change_members(transaction, slice, rows, false, context);
}

uint64_t count_members(const Snapshot& snapshot, const Slice& slice) {
  const auto& catalog = snapshot.catalog();
  const std::string name = slice_column(slice);
  const auto count_table = [&](TableId table) {
    const Column* column = catalog.find(table, name, Type::kBool);
    uint64_t count = 0;
    for (uint32_t chunk = 0; column && chunk < catalog.chunk_count(table); ++chunk) {
      const storage::ChunkPtr bits = snapshot.chunk(column->id, chunk);
      if (!bits) continue;
      Bitmap visible = snapshot.visible(table, chunk);
      visible &= true_rows(bits, visible.size());
      count += visible.count();
    }
    return count;
  };
  uint64_t count = count_table(storage::kItems) + count_table(storage::kAnnotations);
  for (const storage::Run& run : catalog.runs()) count += count_table(run.table);
  return count;
}

}  // namespace cupel::exec
