#include "engine/io/coco_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/io/row_columns.hpp"

namespace cupel::io {
namespace {

using storage::Snapshot;
using storage::TableId;

/// The integer of exactly these digits.
std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return std::to_string(number) == text ? std::optional(number) : std::nullopt;
}

/// Calls `f(row)` for every row of a table that can be seen.
template <typename F>
void for_each_row(const Snapshot& snapshot, TableId table, F&& f) {
  const storage::Catalog& catalog = snapshot.catalog();
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(table); ++chunk) {
    const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
    snapshot.visible(table, chunk).for_each([&](uint32_t row) { f(first + row); });
  }
}

}  // namespace

void FreeNumbers::settle() { std::sort(taken_.begin(), taken_.end()); }

bool FreeNumbers::alone(int64_t number) const {
  const auto [first, last] = std::equal_range(taken_.begin(), taken_.end(), number);
  return last - first == 1;
}

int64_t FreeNumbers::next() {
  for (; passed_ < taken_.size() && taken_[passed_] <= next_; ++passed_) {
    if (taken_[passed_] == next_) ++next_;
  }
  return next_++;
}

CocoImageNumbers::CocoImageNumbers(const Snapshot& snapshot,
                                   const std::function<void(size_t)>& reserve) {
  const uint64_t rows = snapshot.catalog().row_count(storage::kItems);
  reserve(rows * 3 * sizeof(int64_t));
  numbers_.resize(rows);
  OptionalColumn column(snapshot, storage::kItems, "metadata.coco_id", Type::kInt64);
  FreeNumbers numbers;
  for_each_row(snapshot, storage::kItems, [&](uint64_t row) {
    if (column.seek(row)) numbers.take(column->integer());
  });
  numbers.settle();
  for_each_row(snapshot, storage::kItems, [&](uint64_t row) {
    const bool own = column.seek(row) && numbers.alone(column->integer());
    numbers_[row] = own ? column->integer() : numbers.next();
  });
}

CocoObjectNumbers::CocoObjectNumbers(const Snapshot& snapshot, TableId table,
                                     const std::function<void(size_t)>& reserve) {
  OptionalColumn column(snapshot, table, "annotation_id", Type::kText);
  constexpr size_t kReserveAtOnce = 4096;
  size_t count = 0;
  for_each_row(snapshot, table, [&](uint64_t row) {
    if (!column.seek(row)) return;
    const std::optional<int64_t> number = whole_number(column->text());
    if (!number) return;
    if (count++ % kReserveAtOnce == 0) reserve(kReserveAtOnce * 2 * sizeof(int64_t));
    numbers_.take(*number);
  });
  numbers_.settle();
}

int64_t CocoObjectNumbers::of(std::string_view annotation_id, bool& kept) {
  const std::optional<int64_t> number = whole_number(annotation_id);
  kept = number && numbers_.alone(*number);
  return kept ? *number : numbers_.next();
}

void CocoCategories::count(Counts& labels, std::string_view label) const {
  const auto known = labels.find(label);
  if (known != labels.end()) {
    ++known->second;
    return;
  }
  constexpr size_t kNodeBytes = 128;
  reserve_(kNodeBytes + label.size());
  labels.emplace(label, 1);
}

void CocoCategories::add_table(TableId table) {
  OptionalColumn types(snapshot_, table, "type", Type::kText);
  OptionalColumn labels(snapshot_, table, "label", Type::kText);
  OptionalColumn ids(snapshot_, table, "metadata.category_id", Type::kInt64);
  std::map<int64_t, Counts> by_id;
  Counts all;
  for_each_row(snapshot_, table, [&](uint64_t row) {
    if (!labels.seek(row) || !types.seek(row)) return;
    const std::string_view type = types->text();
    if (type == "category" || type == "line" || type == "cuboid") return;
    count(all, labels->text());
    if (ids.seek(row)) count(by_id[ids->integer()], labels->text());
  });
  for (const auto& [id, of_id] : by_id) {
    const auto most =
        std::max_element(of_id.begin(), of_id.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (labels_.emplace(id, most->first).second) first_ids_.try_emplace(most->first, id);
  }
  for (const auto& [label, objects] : all) add_label(label);
}

int64_t CocoCategories::add_label(std::string_view label) {
  const auto known = first_ids_.find(label);
  if (known != first_ids_.end()) return known->second;
  while (labels_.contains(free_)) ++free_;
  labels_.emplace(free_, label);
  first_ids_.emplace(label, free_);
  return free_;
}

int64_t CocoCategories::of(std::string_view label, const JsonNode* own) {
  if (own != nullptr && own->kind == JsonKind::kInteger) {
    const auto found = labels_.find(own->integer);
    if (found != labels_.end() && found->second == label) return found->first;
  }
  return add_label(label);
}

}  // namespace cupel::io
