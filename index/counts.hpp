#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "storage/count_names.hpp"
#include "storage/dataset.hpp"
#include "storage/transaction.hpp"

/// Derived counts: for each item, how many objects of which type and label each collection has.
/// Stored as columns of the items (names in storage/count_names.hpp), so that `annotations.car > 5`
/// reads one small column. Always rebuildable from the objects.
namespace cupel::index {

using storage::count_column;
using storage::counted_labels;
using storage::CountedLabel;
using storage::is_geometric;
using storage::label_columns;
using storage::object_types;

/// Collects changes of counts in memory (a few bytes per item and label concerned) and writes
/// them into a transaction. Appends usually come item by item; any order is right.
class CountChanges {
 public:
  CountChanges(storage::Transaction& transaction, storage::TableId objects);
  ~CountChanges();
  CountChanges(const CountChanges&) = delete;
  CountChanges& operator=(const CountChanges&) = delete;
  /// One object more (`delta` 1) or less (-1) of `item`.
  void add(uint64_t item, std::string_view type, std::string_view label, int delta);
  /// Reads the counts concerned, adds, writes. Once, before the commit, when every Appender has
  /// finished: the items must be in the transaction's view.
  void apply();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Counts every object, where nothing is counted yet.
void count_anew(storage::Transaction& transaction);

/// Recounts every object and reports, in sentences, each stored count of an item that differs.
std::vector<storage::Finding> check_counts(const storage::Snapshot& snapshot);

}  // namespace cupel::index
