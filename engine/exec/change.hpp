#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"
#include "engine/exec/execute.hpp"
#include "engine/io/read.hpp"
#include "storage/transaction.hpp"

/// Changes of rows inside a transaction: import, append, update, delete, slices. Each keeps what
/// is derived (counts per item and label, look-ups, slice membership) in step. None commits; after
/// an Error the transaction holds half of the change and must go back to its savepoint or end.
/// Plans and row sets are read from the context's snapshot: the transaction's view as of now.
namespace cupel::exec {

struct ImportRequest {
  io::ReadRequest read;
  bool update = false;
  bool skip_errors = false;
};
/// A record that was left out because errors are skipped.
struct Loss {
  std::string message;  ///< with file and place
};
struct ImportOutcome {
  AppendCounts items;  ///< of the statement's own rows and of rows that came along
  AppendCounts objects;
  std::vector<Loss> losses;  ///< the first 20; `failed` counts all
  /// What no row can carry, and how often it was met (io::RecordSink::lost).
  std::map<std::string, uint64_t, std::less<>> lost;
  /// What is remarkable of the file and may be a mistake, a sentence each.
  std::vector<std::string> remarks;
};

/// Imports a file. Keys: an item's reference_id; an object's (item, annotation_id), a category's
/// (item, taxonomy); an object without id is known by its content (label, type, geometry). A known
/// key is ignored and counted, with `update` replaced whole: fields that the new record lacks are
/// removed, unless it is a partial item. A key that occurs twice in one file counts as known the
/// second time. Objects of an unknown item fail. Throws the first failure unless errors are skipped.
ImportOutcome import_file(storage::Transaction& transaction, const ImportRequest& request,
                          const Context& context);

/// The same for rows from memory. Throws kConstraint naming the row, from 0.
AppendCounts append_items(storage::Transaction& transaction, std::span<const ItemRow> rows,
                          bool update, const Context& context);
AppendCounts append_objects(storage::Transaction& transaction, storage::TableId table,
                            std::span<const ObjectRow> rows, bool update, const Context& context);
/// Typed columns: `reference_id` is required. Reserved columns of analyses (`autotag.image.X`,
/// `outcome`, …) may be among them. Throws kName, kType or kConstraint for columns that do not
/// fit.
AppendCounts append_columns(storage::Transaction& transaction, storage::TableId table,
                            std::span<const ColumnView> columns, bool update,
                            const Context& context);

/// Sets columns of the selected rows: `metadata.…`, and the label of objects. `values`: one
/// for each arm of the plan, whose collections they may speak of; null removes.
struct Assignment {
  std::string column;
  std::vector<plan::ExpressionPtr> values;
};
/// Returns the number of rows changed. A label change moves the counts.
uint64_t update_rows(storage::Transaction& transaction, const plan::Plan& plan,
                     const std::vector<Assignment>& assignments, const Context& context);

/// Deletes rows: objects of deleted items too, counts, memberships and look-ups with them.
/// Returns the number of rows of the plan's own source.
uint64_t delete_rows(storage::Transaction& transaction, const plan::Plan& plan,
                     const Context& context);

/// Members of a static slice: adds or removes rows; creates the columns it needs. Returns how
/// many members changed.
uint64_t add_members(storage::Transaction& transaction, const storage::Slice& slice,
                     const RowSet& rows, const Context& context);
uint64_t remove_members(storage::Transaction& transaction, const storage::Slice& slice,
                        const RowSet& rows, const Context& context);
/// Number of members.
uint64_t count_members(const storage::Snapshot& snapshot, const storage::Slice& slice);

}  // namespace cupel::exec
