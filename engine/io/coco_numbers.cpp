#include "engine/io/coco_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/io/label_numbers.hpp"
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

}  // namespace cupel::io
