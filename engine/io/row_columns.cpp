#include "engine/io/row_columns.hpp"

#include <algorithm>
#include <cmath>

#include "engine/io/json_text.hpp"

namespace cupel::io {

RowColumn::RowColumn(const storage::Snapshot& snapshot, const storage::Column& column)
    : snapshot_(&snapshot),
      id_(column.id),
      type_(column.type),
      chunk_rows_(snapshot.catalog().chunk_rows) {
  if (type_ == Type::kText) dictionary_ = snapshot.dictionary(id_);
}

bool RowColumn::seek(uint64_t row) {
  const auto number = static_cast<uint32_t>(row / chunk_rows_);
  if (held_ != number) {
    chunk_ = snapshot_->chunk(id_, number);
    held_ = number;
  }
  at_ = static_cast<uint32_t>(row % chunk_rows_);
  return chunk_ != nullptr && !chunk_->is_missing(at_);
}

std::string_view RowColumn::text() const {
  if (chunk_->is_coded()) return dictionary_->text(chunk_->code_at(at_));
  return std::get<storage::PlainText>(chunk_->values).at(at_);
}

void RowColumn::append(std::string& out) const {
  switch (type_) {
    case Type::kBool: out += integer() != 0 ? "true" : "false"; return;
    case Type::kInt64: out += std::to_string(integer()); return;
    case Type::kFloat64:
      if (std::isfinite(number())) {
        append_double(out, number());
      } else {
        out += "null";
      }
      return;
    case Type::kTimestamp: append_text(out, format_timestamp(Timestamp{integer()})); return;
    case Type::kText:
    case Type::kAny: append_text(out, text()); return;
  }
}

OptionalColumn::OptionalColumn(const storage::Snapshot& snapshot, storage::TableId table,
                               std::string_view name, Type type) {
  const storage::Column* column = snapshot.catalog().find(table, name, type);
  if (column != nullptr) column_.emplace(snapshot, *column);
}

ColumnTree::ColumnTree(const storage::Snapshot& snapshot, storage::TableId table,
                       std::string_view root) {
  const storage::Catalog& catalog = snapshot.catalog();
  for (const storage::ColumnId id : catalog.columns(table)) {
    const storage::Column& column = catalog.column(id);
    if (!column.name.starts_with(root)) continue;
    const std::vector<std::string> path = storage::split_path(column.name);
    if (path.size() < 2 || path[0] != root) continue;
    Node* node = &root_;
    for (size_t i = 1; i < path.size(); ++i) node = &child(*node, path[i]);
    node->columns.emplace_back(snapshot, column);
  }
}

ColumnTree::ColumnTree(const storage::Snapshot& snapshot, storage::TableId table,
                       std::span<const std::string_view> roots) {
  const storage::Catalog& catalog = snapshot.catalog();
  for (const storage::ColumnId id : catalog.columns(table)) {
    const storage::Column& column = catalog.column(id);
    const std::vector<std::string> path = storage::split_path(column.name);
    if (std::find(roots.begin(), roots.end(), path[0]) == roots.end()) continue;
    Node* node = &root_;
    for (const std::string& segment : path) node = &child(*node, segment);
    node->columns.emplace_back(snapshot, column);
  }
}

void ColumnTree::add_written(std::vector<std::string_view>& keys) const {
  for (const Node& node : root_.children) {
    if (node.written) keys.push_back(node.key);
  }
}

ColumnTree::Node& ColumnTree::child(Node& parent, const std::string& key) {
  for (Node& node : parent.children) {
    if (node.key == key) return node;
  }
  parent.children.emplace_back();
  parent.children.back().key = key;
  return parent.children.back();
}

bool ColumnTree::append(std::string& out, uint64_t row, const JsonNode* rest) {
  const size_t before = out.size();
  append_children(out, root_, row, rest);
  return out.size() != before;
}

void ColumnTree::append_children(std::string& out, Node& node, uint64_t row, const JsonNode* rest) {
  for (Node& child : node.children) {
    append_node(out, child, row, rest == nullptr ? nullptr : rest->find(child.key));
  }
  if (rest == nullptr) return;
  for (const JsonNode& member : *rest) {
    bool written = false;
    for (const Node& child : node.children) {
      written = written || (child.written && child.key == member.key);
    }
    if (written) continue;
    append_key(out, member.key);
    append_compact(out, member.raw);
  }
}

void ColumnTree::append_node(std::string& out, Node& node, uint64_t row, const JsonNode* rest) {
  node.written = false;
  for (RowColumn& column : node.columns) {
    if (!column.seek(row)) continue;
    append_key(out, node.key);
    column.append(out);
    node.written = true;
    return;
  }
  if (node.children.empty()) return;
  const size_t before = out.size();
  append_key(out, node.key);
  out += '{';
  const size_t inside = out.size();
  append_children(out, node, row, rest != nullptr && rest->is_object() ? rest : nullptr);
  node.written = out.size() != inside;
  if (node.written) {
    out += '}';
  } else {
    out.resize(before);
  }
}

}  // namespace cupel::io
