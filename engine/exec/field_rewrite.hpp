#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "storage/transaction.hpp"

namespace cupel::exec {

/// What a row of a field gets; a text must outlive the call that hands it over.
using Cell = std::variant<std::monostate, int64_t, double, std::string_view>;

/// Gives many rows of a table new values of metadata fields, a whole chunk at a time; rows that are
/// not named keep what they have. A field has a column per type: of them only the one of the new
/// value's type has a value afterwards, and nothing stands above or below its path (as with
/// FieldUpdate). One thread.
class FieldRewrite {
 public:
  /// `view`: the rows before the statement, flushed; nothing written here is seen in it.
  FieldRewrite(storage::Transaction& transaction, storage::SnapshotPtr view,
               storage::TableId table);
  ~FieldRewrite();

  /// A field to write; cells are either missing or of this type (int64, float64 or text).
  void add(std::string path, Type type);
  /// `rows` ascending; cells[f][i] is what field f of rows[i] gets.
  void write(uint32_t chunk, std::span<const uint32_t> rows,
             std::span<const std::vector<Cell>> cells);

 private:
  class Field;
  void clean_rest(uint32_t chunk, std::span<const uint32_t> rows,
                  std::span<const std::vector<Cell>> cells);

  storage::Transaction& transaction_;
  storage::SnapshotPtr view_;
  storage::TableId table_;
  std::vector<std::unique_ptr<Field>> fields_;
};

/// Rows of one chunk and their cells, collected row by row.
struct ChunkCells {
  explicit ChunkCells(size_t fields) : cells(fields) {}
  void clear() {
    rows.clear();
    for (std::vector<Cell>& of_field : cells) of_field.clear();
  }
  std::vector<uint32_t> rows;
  std::vector<std::vector<Cell>> cells;  ///< by field
};

}  // namespace cupel::exec
