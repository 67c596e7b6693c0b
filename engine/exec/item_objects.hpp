#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/item_set.hpp"

/// The objects of some items, found by the objects' `item` column.
namespace cupel::exec {

/// The items of a set of rows: those rows, or the items of objects. Accounts for its memory.
ItemSet items_of(const RowSet& rows, const Context& context);
uint64_t count(const ItemSet& items);

/// Rows of a table of objects whose items are in the set, ascending.
std::vector<uint64_t> objects_of(const ItemSet& items, storage::TableId table,
                                 const Context& context);

struct ObjectCounts {
  uint64_t objects = 0;
  std::map<std::string, uint64_t> by_label;  ///< objects without label are not in it
  /// How many items have 0, 1, 2 … objects with a place in the image (categories have none).
  std::map<uint32_t, uint64_t> items_by_objects;
};
ObjectCounts count_objects(const ItemSet& items, storage::TableId table, const Context& context);

}  // namespace cupel::exec
