#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/snapshot.hpp"

namespace cupel::io {

/// The items of an export, each once, in the order in which they were met. Eight bytes an item,
/// accounted for, and a bit for each of the dataset.
class MetItems {
 public:
  MetItems(storage::SnapshotPtr snapshot, std::function<void(size_t)> reserve);

  /// The row of an item. Objects come item by item, so the last one is remembered.
  uint64_t meet(std::string_view reference_id);
  /// Whether the last one was met for the first time.
  bool is_new() const { return is_new_; }
  const std::vector<uint64_t>& order() const { return order_; }

 private:
  storage::SnapshotPtr snapshot_;
  std::function<void(size_t)> reserve_;
  std::vector<bool> met_;
  std::vector<uint64_t> order_;
  std::string last_id_;
  uint64_t last_ = 0;
  bool is_new_ = false;
};

}  // namespace cupel::io
