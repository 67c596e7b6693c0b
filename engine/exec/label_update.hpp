#pragma once

#include "engine/exec/object_keys.hpp"
#include "index/counts.hpp"
#include "storage/transaction.hpp"

namespace cupel::exec {

/// Sets labels of objects and moves the counts with them.
class LabelUpdate {
 public:
  /// `view`: the rows before the statement. A row may be assigned once.
  LabelUpdate(storage::Transaction& transaction, const storage::SnapshotPtr& view,
              storage::TableId table);

  /// Throws kType where the value cannot be a label.
  void assign(uint64_t row, const Value& value);
  /// Writes the counts. Once, at the end.
  void finish() { counts_.apply(); }

 private:
  storage::Transaction& transaction_;
  storage::ColumnId column_;
  ObjectKeyReader objects_;
  index::CountChanges counts_;
};

}  // namespace cupel::exec
