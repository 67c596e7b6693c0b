#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.hpp"

namespace cupel::exec {

/// Gives every row of a table new values of some fields, whole chunks at a time: what was there is
/// gone, also in columns of another type or above and below the field's path. One thread.
class TableRewrite {
 public:
  /// `view`: the rows before the statement, flushed.
  TableRewrite(storage::Transaction& transaction, storage::SnapshotPtr view,
               storage::TableId table);

  /// A field to write, its column made if need be; returns its number.
  size_t add(const std::string& path, Type type, bool coded = true);
  /// The code of a text; nothing: then all texts of the field are to be written as they are.
  std::optional<uint32_t> code(size_t field, std::string_view text);
  /// A chunk of each field, in their order.
  void write(uint32_t chunk, const std::vector<storage::Chunk>& chunks);

 private:
  storage::Transaction& transaction_;
  storage::SnapshotPtr view_;
  storage::TableId table_;
  std::vector<storage::ColumnId> fields_;
  std::vector<storage::ColumnId> in_the_way_;
};

}  // namespace cupel::exec
