#include "engine/exec/labeling_rows.hpp"

namespace cupel::exec {

AnyField::AnyField(const storage::SnapshotPtr& snapshot, storage::TableId table,
                   std::string_view name) {
  for (const storage::Column* column : snapshot->catalog().find(table, name))
    columns_.emplace_back(snapshot, column);
}

Value AnyField::value(uint64_t row) {
  for (ColumnReader& column : columns_)
    if (!column.missing(row)) return column.value(row);
  return {};
}

std::optional<double> AnyField::number(uint64_t row) {
  const Value found = value(row);
  if (found.is_number()) return found.as_double();
  if (found.is_bool()) return found.as_bool() ? 1 : 0;
  return std::nullopt;
}

std::string AnyField::text(uint64_t row) {
  const Value found = value(row);
  return found.is_text() ? found.as_text() : std::string();
}

bool VisibleRows::contains(uint64_t row) {
  const storage::Catalog& catalog = snapshot_->catalog();
  if (row >= catalog.row_count(table_)) return false;
  const auto chunk = static_cast<uint32_t>(row / catalog.chunk_rows);
  if (chunk_ != chunk) {
    rows_ = snapshot_->visible(table_, chunk);
    chunk_ = chunk;
  }
  return rows_.test(static_cast<uint32_t>(row % catalog.chunk_rows));
}

void CellWriter::set(std::string_view column, Type type, uint64_t row, const Value& value) {
  const auto [known, is_new] = columns_.try_emplace({std::string(column), type}, 0);
  if (is_new) known->second = transaction_.column(table_, column, type);
  transaction_.set(known->second, row, value);
}

void FieldsWriter::set(const std::string& path, uint64_t row, const Value& value) {
  auto known = fields_.find(path);
  if (known == fields_.end())
    known = fields_.emplace(path, FieldUpdate(transaction_, view_, table_, path)).first;
  known->second.assign(row, value);
}

}  // namespace cupel::exec
