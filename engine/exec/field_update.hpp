#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/exec/column_reader.hpp"
#include "storage/transaction.hpp"

namespace cupel::exec {

/// Assigns one metadata field of rows of one table. A field has a column per type; of them only
/// the one of the value's type may have a value afterwards. A path holds either a value or
/// further paths: a value clears what stands above and below it.
class FieldUpdate {
 public:
  /// `view`: the rows before the statement; nothing assigned here is seen in it.
  FieldUpdate(storage::Transaction& transaction, storage::SnapshotPtr view, storage::TableId table,
              std::string path);

  const std::string& path() const { return path_; }
  /// A missing value removes the field, and nothing above or below.
  void assign(uint64_t row, const Value& value);

 private:
  struct Stored {
    storage::ColumnId column;
    ColumnReader before;
  };
  static constexpr size_t kTypes = 5;

  Stored& stored(Type type);
  void set(Stored& stored, uint64_t row, const Value& value);

  storage::Transaction& transaction_;
  storage::SnapshotPtr view_;
  storage::TableId table_;
  std::string path_;
  std::array<std::optional<Stored>, kTypes> by_type_;  ///< those there are
  std::vector<Stored> in_the_way_;                     ///< columns above and below the path
};

}  // namespace cupel::exec
