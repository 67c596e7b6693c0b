#include "engine/exec/table_writer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <type_traits>

#include "engine/io/rest.hpp"

namespace cupel::exec {
namespace {

Type type_of(const io::Scalar& scalar) {
  using Alternatives = std::variant<bool, int64_t, double, std::string_view, Timestamp>;
  static_assert(std::is_same_v<io::Scalar, Alternatives>);
  constexpr Type kTypes[] = {Type::kBool, Type::kInt64, Type::kFloat64, Type::kText,
                             Type::kTimestamp};
  return kTypes[scalar.index()];
}

bool is_nan(const io::Scalar& scalar) {
  const double* number = std::get_if<double>(&scalar);
  return number && std::isnan(*number);
}

Value value_of(const io::Scalar& scalar) {
  return std::visit([](const auto& value) { return Value(value); }, scalar);
}

void put(storage::Appender& appender, storage::Appender::Slot slot, const io::Scalar& scalar) {
  switch (scalar.index()) {
    case 0: appender.set_bool(slot, std::get<0>(scalar)); break;
    case 1: appender.set_integer(slot, std::get<1>(scalar)); break;
    case 2: appender.set_number(slot, std::get<2>(scalar)); break;
    case 3: appender.set_text(slot, std::get<3>(scalar)); break;
    default: appender.set_integer(slot, std::get<4>(scalar).micros); break;
  }
}

/// Columns that a replaced row keeps.
bool kept(std::string_view name) {
  return (name.starts_with('$') && name != "$rest") || name.starts_with("autotag.") ||
         name.starts_with("autotag_training.") || name.starts_with("labeling.");
}

uint32_t& place(std::vector<uint32_t>& places, size_t index) {
  if (index >= places.size()) places.resize(index + 1);
  return places[index];
}

}  // namespace

bool coded_column(std::string_view name) {
  return name != "reference_id" && name != "image_location" && name != "annotation_id" &&
         name != "geometry" && name != "$rest";
}

TableWriter::TableWriter(storage::Transaction& transaction, storage::TableId table,
                         const io::FieldNames& names)
    : transaction_(transaction), table_(table), names_(names) {}

const std::string& TableWriter::checked_name(uint32_t name) const {
  const std::string& path = names_.path(name);
  if (path.starts_with('$') && path != "$item" && path != "$rest")
    throw Error(ErrorCode::kConstraint,
                fmt::format("the field '{}' cannot be imported: names with $ in front are the "
                            "database's own",
                            path));
  return path;
}

storage::Appender::Slot TableWriter::slot(const io::Field& field) {
  uint32_t& known = place(slots_, field.name * kTypes + field.value.index());
  if (known == 0) {
    const std::string& name = checked_name(field.name);
    known = appender_->slot(name, type_of(field.value), coded_column(name)) + 1;
  }
  return known - 1;
}

storage::ColumnId TableWriter::column(const io::Field& field) {
  uint32_t& known = place(columns_, field.name * kTypes + field.value.index());
  if (known == 0) {
    const std::string& name = checked_name(field.name);
    known = transaction_.column(table_, name, type_of(field.value), coded_column(name)) + 1;
  }
  return known - 1;
}

uint64_t TableWriter::append(const RowFields& fields) {
  if (!appender_) appender_.emplace(transaction_, table_);
  const uint64_t row = appender_->next_row();
  for (const io::Field& field : fields) put(*appender_, slot(field), field.value);
  return row;
}

void TableWriter::finish() {
  if (!appender_) return;
  appender_->finish();
  appender_.reset();
  slots_.clear();
}

void TableWriter::look_at(const storage::SnapshotPtr& view) {
  if (view_ == view) return;
  readers_.clear();
  updates_.clear();
  view_ = view;
}

ColumnReader& TableWriter::reader(const storage::SnapshotPtr& view, storage::ColumnId column) {
  look_at(view);
  if (const auto known = readers_.find(column); known != readers_.end()) return known->second;
  const storage::Column& info = transaction_.catalog().column(column);
  return readers_
      .emplace(column, ColumnReader(view, view->catalog().find(table_, info.name, info.type)))
      .first->second;
}

void TableWriter::replace(const storage::SnapshotPtr& view, uint64_t row, const RowFields& fields) {
  std::unordered_map<storage::ColumnId, const io::Scalar*> wanted;
  for (const io::Field& field : fields)
    if (!is_nan(field.value)) wanted[column(field)] = &field.value;
  for (const storage::ColumnId id : transaction_.catalog().columns(table_)) {
    const auto found = wanted.find(id);
    if (found == wanted.end() && kept(transaction_.catalog().column(id).name)) continue;
    Value after = found == wanted.end() ? Value() : value_of(*found->second);
    if (reader(view, id).value(row) != after) transaction_.set(id, row, after);
  }
}

FieldUpdate& TableWriter::update(const storage::SnapshotPtr& view, uint32_t name) {
  look_at(view);
  if (const auto known = updates_.find(name); known != updates_.end()) return known->second;
  return updates_.emplace(name, FieldUpdate(transaction_, view, table_, checked_name(name)))
      .first->second;
}

void TableWriter::merge(const storage::SnapshotPtr& view, uint64_t row, const RowFields& fields) {
  const storage::Column* rest_column = view->catalog().find(table_, "$rest", Type::kText);
  std::string rest;
  if (rest_column) rest = reader(view, rest_column->id).text(row).value_or("");
  const size_t before = rest.size();
  for (const io::Field& field : fields) {
    if (is_nan(field.value)) continue;
    FieldUpdate& target = update(view, field.name);
    target.assign(row, value_of(field.value));
    if (!rest.empty()) rest = io::remove_path(rest, target.path(), true);
  }
  if (rest.size() != before)
    transaction_.set(rest_column->id, row, rest.empty() ? Value() : Value(rest));
}

}  // namespace cupel::exec
