#include "engine/exec/change.hpp"
#include "engine/exec/column_reader.hpp"
#include "engine/exec/object_keys.hpp"
#include "engine/exec/slice_bits.hpp"
#include "index/counts.hpp"
#include "index/lookup.hpp"

namespace cupel::exec {
namespace {

using storage::ColumnId;
using storage::SnapshotPtr;
using storage::TableId;

/// Erases rows of one table and takes them out of every static slice; polls now and then.
class Eraser {
 public:
  Eraser(storage::Transaction& transaction, const SnapshotPtr& view, TableId table,
         const Context& context)
      : transaction_(transaction), table_(table), context_(context) {
    for (const ColumnId id : view->catalog().columns(table)) {
      const storage::Column& column = view->catalog().column(id);
      if (column.name.starts_with("$slice:"))
        memberships_.emplace_back(id, ColumnReader(view, &column));
    }
  }

  void erase(uint64_t row) {
    if (++erased_ % kErasedBetweenPolls == 0) context_.poll();
    for (auto& [column, reader] : memberships_)
      if (!reader.missing(row)) transaction_.set(column, row, Value());
    transaction_.erase(table_, row);
  }

 private:
  static constexpr uint64_t kErasedBetweenPolls = 1024;

  storage::Transaction& transaction_;
  TableId table_;
  const Context& context_;
  uint64_t erased_ = 0;
  std::vector<std::pair<ColumnId, ColumnReader>> memberships_;
};

template <typename F>
void for_each_row(const RowSet::TableRows& rows, uint32_t chunk_rows, F&& f) {
  for (uint32_t chunk = 0; chunk < rows.chunks.size(); ++chunk)
    rows.chunks[chunk].for_each([&](uint32_t row) { f(uint64_t{chunk} * chunk_rows + row); });
}

/// The counts of a deleted item go unread with it, so its objects are not counted down.
void delete_items(storage::Transaction& transaction, const SnapshotPtr& view,
                  const RowSet::TableRows& rows, const Context& context) {
  index::ItemSet items(view->catalog().row_count(storage::kItems));
  Eraser eraser(transaction, view, storage::kItems, context);
  for_each_row(rows, view->catalog().chunk_rows, [&](uint64_t row) {
    items.add(row);
    eraser.erase(row);
  });
  const auto delete_objects = [&](TableId table) {
    context.poll();
    Eraser of_objects(transaction, view, table, context);
    index::for_each_object(*view, table, items,
                           [&](uint64_t row, uint64_t) { of_objects.erase(row); });
  };
  delete_objects(storage::kAnnotations);
  for (const storage::Run& run : view->catalog().runs()) delete_objects(run.table);
}

void delete_objects(storage::Transaction& transaction, const SnapshotPtr& view,
                    const RowSet::TableRows& rows, const Context& context) {
  index::CountChanges counts(transaction, rows.table);
  Eraser eraser(transaction, view, rows.table, context);
  ObjectKeyReader objects(view, rows.table);
  for_each_row(rows, view->catalog().chunk_rows, [&](uint64_t row) {
    counts.add(objects.item(row), objects.type(row), objects.label(row), -1);
    eraser.erase(row);
  });
  counts.apply();
}

}  // namespace

uint64_t delete_rows(storage::Transaction& transaction, const plan::Plan& plan,
                     const Context& context) {
  const RowSet rows = select_rows(plan, context);
  transaction.flush();
  const SnapshotPtr view = transaction.view();
  for (const RowSet::TableRows& of_table : rows.tables) {
    if (of_table.table == storage::kItems)
      delete_items(transaction, view, of_table, context);
    else
      delete_objects(transaction, view, of_table, context);
  }
  return rows.count();
}

}  // namespace cupel::exec
