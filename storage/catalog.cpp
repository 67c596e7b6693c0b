#include "storage/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cupel/error.hpp"
#include "storage/table_number.hpp"

namespace cupel::storage {
namespace {

std::string name_key(TableId table, std::string_view name) {
  std::string key = std::to_string(table);
  key.push_back('\0');
  key.append(name);
  return key;
}

}  // namespace

std::optional<std::string> too_long(std::string_view what, std::string_view name) {
  if (name.size() <= kMaxNameBytes) return std::nullopt;
  return fmt::format("{} of {} bytes is too long: at most {} are allowed", what, name.size(),
                     kMaxNameBytes);
}

const Run* Catalog::run(std::string_view name) const {
  const auto found =
      std::find_if(runs_.begin(), runs_.end(), [&](const Run& run) { return run.name == name; });
  return found == runs_.end() ? nullptr : &*found;
}

const Run* Catalog::run(TableId table) const {
  const auto found =
      std::find_if(runs_.begin(), runs_.end(), [&](const Run& run) { return run.table == table; });
  return found == runs_.end() ? nullptr : &*found;
}

Run& Catalog::add_run(std::string name) {
  if (run(name) != nullptr)
    throw Error(ErrorCode::kConflict, fmt::format("a run '{}' exists already", name));
  return runs_.emplace_back(Run{take_table_number(next_table), std::move(name)});
}

const std::vector<ColumnId>& Catalog::columns(TableId table) const {
  static const std::vector<ColumnId> none;
  return table < by_table_.size() ? by_table_[table] : none;
}

const Column& Catalog::column(ColumnId id) const {
  const auto found = columns_.find(id);
  if (found == columns_.end())
    throw Error(ErrorCode::kInternal, fmt::format("there is no column number {}", id));
  return found->second;
}

Column& Catalog::mutable_column(ColumnId id) { return const_cast<Column&>(column(id)); }

const Column* Catalog::find(TableId table, std::string_view name, Type type) const {
  const auto [begin, end] = by_name_.equal_range(name_key(table, name));
  for (auto it = begin; it != end; ++it) {
    const Column& candidate = columns_.at(it->second);
    if (candidate.type == type) return &candidate;
  }
  return nullptr;
}

std::vector<const Column*> Catalog::find(TableId table, std::string_view name) const {
  std::vector<const Column*> found;
  const auto [begin, end] = by_name_.equal_range(name_key(table, name));
  for (auto it = begin; it != end; ++it) found.push_back(&columns_.at(it->second));
  std::sort(found.begin(), found.end(),
            [](const Column* a, const Column* b) { return a->id < b->id; });
  return found;
}

Column& Catalog::add_column(TableId table, std::string name, Type type, bool coded) {
  if (type == Type::kAny || find(table, name, type) != nullptr)
    throw Error(ErrorCode::kInternal, fmt::format("column '{}' cannot be added", name));
  const ColumnId id = next_column++;
  if (by_table_.size() <= table) by_table_.resize(size_t{table} + 1);
  by_table_[table].push_back(id);
  by_name_.emplace(name_key(table, name), id);
  return columns_[id] = Column{id, table, std::move(name), type, coded && type == Type::kText};
}

void Catalog::remove_column(ColumnId id) {
  const Column removed = column(id);
  std::erase(by_table_[removed.table], id);
  const auto [begin, end] = by_name_.equal_range(name_key(removed.table, removed.name));
  by_name_.erase(std::find_if(begin, end, [&](const auto& entry) { return entry.second == id; }));
  columns_.erase(id);
  watched.erase(id);
}

std::vector<ColumnId> Catalog::column_ids() const {
  std::vector<ColumnId> ids;
  ids.reserve(columns_.size());
  for (const auto& [id, column] : columns_) ids.push_back(id);
  return ids;
}

const Slice* Catalog::slice(std::string_view name) const {
  const auto found = slices_.find(std::string(name));
  return found == slices_.end() ? nullptr : &found->second;
}

Slice& Catalog::add_slice(Slice slice) {
  if (slices_.contains(slice.name))
    throw Error(
        ErrorCode::kConflict,
        fmt::format("a slice '{}' exists already; drop it or choose another name", slice.name));
  slice.id = next_slice++;
  std::string name = slice.name;
  return slices_.emplace(std::move(name), std::move(slice)).first->second;
}

void Catalog::remove_slice(std::string_view name) {
  if (slices_.erase(std::string(name)) == 0)
    throw Error(ErrorCode::kName, fmt::format("there is no slice '{}'", name));
}

void Catalog::rename_slice(std::string_view from, std::string to) {
  if (slice(from) == nullptr)
    throw Error(ErrorCode::kName, fmt::format("there is no slice '{}'", from));
  if (slice(to) != nullptr && from != to)
    throw Error(ErrorCode::kConflict,
                fmt::format("a slice '{}' exists already; drop it or choose another name", to));
  auto node = slices_.extract(std::string(from));
  node.key() = to;
  node.mapped().name = std::move(to);
  slices_.insert(std::move(node));
}

}  // namespace cupel::storage
