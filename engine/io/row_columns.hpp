#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/json_document.hpp"
#include "storage/snapshot.hpp"

namespace cupel::io {

/// A column read row by row; the chunk of the last row is held.
class RowColumn {
 public:
  RowColumn(const storage::Snapshot& snapshot, const storage::Column& column);

  /// Goes to a row; false when the value is missing.
  bool seek(uint64_t row);
  // Of the row that seek() found.
  int64_t integer() const { return chunk_->integer_at(at_); }
  double number() const { return chunk_->number_at(at_); }
  std::string_view text() const;
  /// As JSON: a double with a point, a timestamp as text, what is not finite as null.
  void append(std::string& out) const;

 private:
  const storage::Snapshot* snapshot_;
  storage::ColumnId id_;
  Type type_;
  uint32_t chunk_rows_;
  std::optional<uint32_t> held_;
  storage::ChunkPtr chunk_;
  storage::DictionaryPtr dictionary_;
  uint32_t at_ = 0;
};

/// A column that may not exist.
class OptionalColumn {
 public:
  OptionalColumn() = default;
  OptionalColumn(const storage::Snapshot& snapshot, storage::TableId table, std::string_view name,
                 Type type);
  bool seek(uint64_t row) { return column_ && column_->seek(row); }
  const RowColumn& operator*() const { return *column_; }
  const RowColumn* operator->() const { return &*column_; }

 private:
  std::optional<RowColumn> column_;
};

/// The columns under one name (`metadata`, `class_pdf`) as the nested objects that their paths
/// spell.
class ColumnTree {
 public:
  ColumnTree(const storage::Snapshot& snapshot, storage::TableId table, std::string_view root);

  /// Appends the row's members (with commas, no braces), merged with those of `rest`, an object
  /// or null. Where both have a value, the column's is written. True when there were any.
  bool append(std::string& out, uint64_t row, const JsonNode* rest);

  /// A tree of several roots, each kept as a member of its own.
  ColumnTree(const storage::Snapshot& snapshot, storage::TableId table,
             std::span<const std::string_view> roots);
  /// Adds the top members that the last append() wrote.
  void add_written(std::vector<std::string_view>& keys) const;

 private:
  struct Node {
    std::string key;
    std::vector<RowColumn> columns;  ///< one per type
    std::vector<Node> children;
    bool written = false;  ///< in the row at hand
  };
  Node& child(Node& parent, const std::string& key);
  static void append_children(std::string& out, Node& node, uint64_t row, const JsonNode* rest);
  static void append_node(std::string& out, Node& node, uint64_t row, const JsonNode* rest);

  Node root_;
};

}  // namespace cupel::io
