#include "index/tally.hpp"

#include <algorithm>

#include "storage/count_names.hpp"

namespace cupel::index {

void Sums::reset() {
  touched.for_each([&](uint32_t row) { by_row[row] = 0; });
  touched.clear();
}

Tally::TypeGroups& Tally::type_groups(std::string_view type) {
  for (TypeGroups& groups : types_)
    if (groups.type == type) return groups;
  TypeGroups& added = types_.emplace_back();
  added.type = type;
  added.geometric = storage::is_geometric(type);
  return added;
}

Tally::Group& Tally::group(std::string_view type, std::string_view label) {
  TypeGroups& of_type = type_groups(type);
  const size_t place = label.empty() ? 0 : label.size() + static_cast<uint8_t>(label.back());
  size_t& recent = of_type.recent[place % of_type.recent.size()];
  if (recent < of_type.groups.size() && of_type.groups[recent].label == label)
    return of_type.groups[recent];
  const auto [at, is_new] = of_type.by_label.try_emplace(std::string(label), of_type.groups.size());
  if (is_new) of_type.groups.emplace_back().label = label;
  recent = at->second;
  return of_type.groups[at->second];
}

void Tally::add(uint64_t item, std::string_view type, std::string_view label, int delta) {
  Group& target = group(type, label);
  if (!target.entries.empty() && target.entries.back().item == item) {
    target.entries.back().delta += delta;
    return;
  }
  target.entries.push_back({item, delta});
  if (target.entries.size() < target.merge_at) return;
  merge(target);
  target.merge_at = std::max(target.merge_at, target.entries.size() * 2);
}

void Tally::merge(Group& group) {
  std::vector<Entry>& entries = group.entries;
  const auto by_item = [](const Entry& a, const Entry& b) { return a.item < b.item; };
  if (!std::is_sorted(entries.begin(), entries.end(), by_item))
    std::sort(entries.begin(), entries.end(), by_item);
  size_t kept = 0;
  for (const Entry& entry : entries) {
    if (kept != 0 && entries[kept - 1].item == entry.item)
      entries[kept - 1].delta += entry.delta;
    else
      entries[kept++] = entry;
  }
  entries.resize(kept);
}

void Tally::prepare(storage::TableId table) {
  for (TypeGroups& of_type : types_) {
    of_type.column = storage::count_column(table, of_type.type);
    for (Group& group : of_type.groups) {
      merge(group);
      group.next = 0;
      group.column = storage::count_column(table, of_type.type, group.label);
    }
  }
}

bool Tally::next_chunk(uint32_t chunk_rows, uint32_t& chunk) const {
  bool found = false;
  for (const TypeGroups& of_type : types_) {
    for (const Group& group : of_type.groups) {
      if (group.next == group.entries.size()) continue;
      const auto candidate = static_cast<uint32_t>(group.entries[group.next].item / chunk_rows);
      if (!found || candidate < chunk) chunk = candidate;
      found = true;
    }
  }
  return found;
}

bool Tally::take(Group& group, uint32_t chunk, uint32_t chunk_rows, Sums& label, Sums& type) {
  const size_t begin = group.next;
  for (; group.next < group.entries.size(); ++group.next) {
    const Entry& entry = group.entries[group.next];
    if (entry.item / chunk_rows != chunk) break;
    const auto row = static_cast<uint32_t>(entry.item % chunk_rows);
    label.add(row, entry.delta);
    type.add(row, entry.delta);
  }
  return group.next != begin;
}

void Tally::for_each_chunk(storage::TableId table, uint32_t chunk_rows, const Visitor& visit) {
  prepare(table);
  const std::string all = storage::count_column(table);
  Sums label_sums(chunk_rows);
  Sums type_sums(chunk_rows);
  Sums table_sums(chunk_rows);
  for (uint32_t chunk = 0; next_chunk(chunk_rows, chunk);) {
    for (TypeGroups& of_type : types_) {
      for (Group& group : of_type.groups) {
        if (!take(group, chunk, chunk_rows, label_sums, type_sums)) continue;
        visit(group.column, chunk, label_sums);
        label_sums.reset();
      }
      if (type_sums.touched.none()) continue;
      visit(of_type.column, chunk, type_sums);
      if (of_type.geometric)
        type_sums.touched.for_each(
            [&](uint32_t row) { table_sums.add(row, type_sums.by_row[row]); });
      type_sums.reset();
    }
    if (table_sums.touched.any()) visit(all, chunk, table_sums);
    table_sums.reset();
  }
}

}  // namespace cupel::index
