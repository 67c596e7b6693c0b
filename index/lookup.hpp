#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "storage/snapshot.hpp"

/// From items to their objects. There is no stored key for it: the objects' `$item` column is
/// scanned for a whole batch of items at once, and chunks whose minimum and maximum hold none of
/// them are not looked into. Objects usually arrive item by item, so few chunks are left.
namespace cupel::index {

/// A set of items, a bit each.
class ItemSet {
 public:
  explicit ItemSet(uint64_t items) : words_((items + 63) / 64) {}
  /// Grows where the item lies past the end.
  void add(uint64_t item) {
    if (item / 64 >= words_.size()) words_.resize(item / 64 + 1);
    words_[item / 64] |= uint64_t{1} << (item % 64);
  }
  void add(const ItemSet& others);
  void clear() { words_.assign(words_.size(), 0); }
  void remove(uint64_t item) {
    if (item / 64 < words_.size()) words_[item / 64] &= ~(uint64_t{1} << (item % 64));
  }
  /// Items past the end are not in it.
  bool contains(uint64_t item) const {
    return item / 64 < words_.size() && ((words_[item / 64] >> (item % 64)) & 1) != 0;
  }
  /// Whether some item of [first, last] is in it.
  bool any_between(uint64_t first, uint64_t last) const;
  bool empty() const;

 private:
  std::vector<uint64_t> words_;
};

/// Calls `f(row, item)` for every visible object of the items, by ascending row.
void for_each_object(const storage::Snapshot& snapshot, storage::TableId objects,
                     const ItemSet& items,
                     const std::function<void(uint64_t row, uint64_t item)>& f);

/// The items that have a visible object in the table.
ItemSet items_with_objects(const storage::Snapshot& snapshot, storage::TableId objects);

}  // namespace cupel::index
