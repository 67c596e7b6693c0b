#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "engine/io/json_document.hpp"
#include "storage/snapshot.hpp"

namespace cupel::io {

/// The numbers by which a format knows the labels of objects that have a shape in the image. They
/// are those of the dataset, whichever rows are exported.
///
/// 1. A column of objects (`metadata.category_id`) tells numbers. A number is that of the label
/// that
///    most of its objects have, of equally frequent ones the first in byte order. So a label may
///    have several.
/// 2. A label without a number gets the smallest that is free when it is added.
class LabelNumbers {
 public:
  /// Numbers of the column that count, and the one with which free ones begin.
  struct Range {
    int64_t least, most, first_free;
  };
  LabelNumbers(const storage::Snapshot& snapshot, std::string column, Range range,
               std::function<void(size_t)> reserve)
      : snapshot_(snapshot),
        column_(std::move(column)),
        range_(range),
        free_(range.first_free),
        reserve_(std::move(reserve)) {}

  /// Adds the numbers that objects of a table tell, but for those that are taken.
  void add_known(storage::TableId table);
  /// The same, and then all labels of the table, in byte order.
  void add_table(storage::TableId table);
  /// The first number of a label, which it gets if it has none.
  int64_t add(std::string_view label);
  /// The number of an object: its own where that is one of its label's, else the label's first.
  int64_t of(std::string_view label, const JsonNode* own);
  /// Labels by number.
  const std::map<int64_t, std::string>& all() const { return labels_; }

 private:
  using Counts = std::map<std::string, uint64_t, std::less<>>;

  void count(Counts& labels, std::string_view label) const;

  const storage::Snapshot& snapshot_;
  std::string column_;
  Range range_;
  int64_t free_;  ///< no smaller number is free
  std::function<void(size_t)> reserve_;
  Counts found_;  ///< in the last table
  std::map<int64_t, std::string> labels_;
  std::map<std::string, int64_t, std::less<>> first_numbers_;
};

/// Calls `f(row)` for every row of a table that can be seen.
template <typename F>
void for_each_row(const storage::Snapshot& snapshot, storage::TableId table, F&& f) {
  const storage::Catalog& catalog = snapshot.catalog();
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(table); ++chunk) {
    const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
    snapshot.visible(table, chunk).for_each([&](uint32_t row) { f(first + row); });
  }
}

}  // namespace cupel::io
