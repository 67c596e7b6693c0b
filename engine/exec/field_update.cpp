#include "engine/exec/field_update.hpp"

#include "engine/exec/table_writer.hpp"

namespace cupel::exec {

FieldUpdate::FieldUpdate(storage::Transaction& transaction, storage::SnapshotPtr view,
                         storage::TableId table, std::string path)
    : transaction_(transaction), view_(std::move(view)), table_(table), path_(std::move(path)) {
  for (const storage::ColumnId id : view_->catalog().columns(table)) {
    const storage::Column& column = view_->catalog().column(id);
    if (column.name == path_)
      by_type_[static_cast<size_t>(column.type)].emplace(Stored{id, ColumnReader(view_, &column)});
    else if (column.name.starts_with(path_ + ".") || path_.starts_with(column.name + "."))
      in_the_way_.push_back({id, ColumnReader(view_, &column)});
  }
}

FieldUpdate::Stored& FieldUpdate::stored(Type type) {
  std::optional<Stored>& known = by_type_[static_cast<size_t>(type)];
  if (!known)
    known.emplace(Stored{transaction_.column(table_, path_, type, coded_column(path_)),
                         ColumnReader(view_, nullptr)});
  return *known;
}

void FieldUpdate::set(Stored& stored, uint64_t row, const Value& value) {
  if (stored.before.value(row) != value) transaction_.set(stored.column, row, value);
}

void FieldUpdate::assign(uint64_t row, const Value& value) {
  Stored* const target = value.is_missing() ? nullptr : &stored(value.type());
  for (std::optional<Stored>& of_type : by_type_)
    if (of_type) set(*of_type, row, &*of_type == target ? value : Value());
  if (!target) return;
  for (Stored& other : in_the_way_) set(other, row, Value());
}

}  // namespace cupel::exec
