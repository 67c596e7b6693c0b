#include "engine/exec/column_reader.hpp"

namespace cupel::exec {

ColumnReader::ColumnReader(storage::SnapshotPtr snapshot, const storage::Column* column)
    : snapshot_(std::move(snapshot)), chunk_rows_(snapshot_->catalog().chunk_rows) {
  if (column) column_ = column->id;
}

bool ColumnReader::seek(uint64_t row) {
  if (!column_) return false;
  const auto number = static_cast<uint32_t>(row / chunk_rows_);
  if (number_ != number) {
    chunk_ = snapshot_->chunk(*column_, number);
    number_ = number;
  }
  row_ = static_cast<uint32_t>(row % chunk_rows_);
  return chunk_ && !chunk_->is_missing(row_);
}

bool ColumnReader::missing(uint64_t row) { return !seek(row); }

std::optional<std::string_view> ColumnReader::text(uint64_t row) {
  if (!seek(row)) return std::nullopt;
  if (!chunk_->is_coded()) return std::get<storage::PlainText>(chunk_->values).at(row_);
  if (!dictionary_) dictionary_ = snapshot_->dictionary(*column_);
  return dictionary_->text(chunk_->code_at(row_));
}

std::optional<double> ColumnReader::number(uint64_t row) {
  if (!seek(row)) return std::nullopt;
  return chunk_->number_at(row_);
}

std::optional<int64_t> ColumnReader::integer(uint64_t row) {
  if (!seek(row)) return std::nullopt;
  return chunk_->integer_at(row_);
}

Value ColumnReader::value(uint64_t row) {
  if (!seek(row)) return {};
  if (chunk_->type == Type::kText) return Value(*text(row));
  return snapshot_->value_in(*column_, *chunk_, row_);
}

}  // namespace cupel::exec
