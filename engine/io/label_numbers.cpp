#include "engine/io/label_numbers.hpp"

#include <algorithm>

#include "engine/io/row_columns.hpp"

namespace cupel::io {

void LabelNumbers::count(Counts& labels, std::string_view label) const {
  const auto known = labels.find(label);
  if (known != labels.end()) {
    ++known->second;
    return;
  }
  constexpr size_t kNodeBytes = 128;
  reserve_(kNodeBytes + label.size());
  labels.emplace(label, 1);
}

void LabelNumbers::add_known(storage::TableId table) {
  OptionalColumn types(snapshot_, table, "type", Type::kText);
  OptionalColumn labels(snapshot_, table, "label", Type::kText);
  OptionalColumn numbers(snapshot_, table, column_, Type::kInt64);
  std::map<int64_t, Counts> by_number;
  found_.clear();
  for_each_row(snapshot_, table, [&](uint64_t row) {
    if (!labels.seek(row) || !types.seek(row)) return;
    const std::string_view type = types->text();
    if (type == "category" || type == "line" || type == "cuboid") return;
    count(found_, labels->text());
    if (!numbers.seek(row)) return;
    const int64_t number = numbers->integer();
    if (number >= range_.least && number <= range_.most) count(by_number[number], labels->text());
  });
  for (const auto& [number, counts] : by_number) {
    const auto most =
        std::max_element(counts.begin(), counts.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (labels_.emplace(number, most->first).second)
      first_numbers_.try_emplace(most->first, number);
  }
}

void LabelNumbers::add_table(storage::TableId table) {
  add_known(table);
  for (const auto& [label, objects] : found_) add(label);
}

int64_t LabelNumbers::add(std::string_view label) {
  const auto known = first_numbers_.find(label);
  if (known != first_numbers_.end()) return known->second;
  while (labels_.contains(free_)) ++free_;
  labels_.emplace(free_, label);
  first_numbers_.emplace(label, free_);
  return free_;
}

int64_t LabelNumbers::of(std::string_view label, const JsonNode* own) {
  if (own != nullptr && own->kind == JsonKind::kInteger) {
    const auto found = labels_.find(own->integer);
    if (found != labels_.end() && found->second == label) return found->first;
  }
  return add(label);
}

}  // namespace cupel::io
