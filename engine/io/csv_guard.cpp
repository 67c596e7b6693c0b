#include "engine/io/csv_guard.hpp"

namespace cupel::io {
bool needs_guard(std::string_view text) {
  const size_t behind = text.find_first_not_of('\'');
  constexpr std::string_view kDangerous = "=+-@\t\r";
  return behind != std::string_view::npos &&
         kDangerous.find(text[behind]) != std::string_view::npos;
}

namespace {

bool cell_needs_guard(const ColumnData& column, size_t row) {
  if (column.is_missing(row)) return false;
  if (column.type == Type::kText) return needs_guard(column.text(row));
  return column.type == Type::kAny && column.values[row].is_text() &&
         needs_guard(column.values[row].as_text());
}

bool any_needs_guard(const ColumnData& column) {
  for (size_t row = 0; row < column.size(); ++row) {
    if (cell_needs_guard(column, row)) return true;
  }
  return false;
}

ColumnData guarded(const ColumnData& column) {
  ColumnData result(column.type);
  for (size_t row = 0; row < column.size(); ++row) {
    if (!cell_needs_guard(column, row)) {
      result.append_from(column, row);
    } else {
      result.append(Value("'" + std::string(column.value(row).as_text())));
    }
  }
  return result;
}

}  // namespace

std::optional<Batch> guarded(const Batch& batch) {
  std::optional<Batch> result;
  for (size_t i = 0; i < batch.columns.size(); ++i) {
    if (!any_needs_guard(batch.columns[i])) continue;
    if (!result) result = batch;
    result->columns[i] = guarded(batch.columns[i]);
  }
  return result;
}

void guard_names(std::vector<ColumnInfo>& columns) {
  for (ColumnInfo& column : columns) {
    if (needs_guard(column.name)) column.name.insert(0, "'");
  }
}

}  // namespace cupel::io
