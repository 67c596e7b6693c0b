#pragma once

#include <cstdint>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/item_set.hpp"

namespace cupel::exec {

/// Items that a condition chooses, each in one group: groups are the distinct values of the keys,
/// in the order of the keys (missing last). Without keys there is one group, also over no items.
struct ItemGroups {
  static constexpr uint32_t kNoGroup = ~uint32_t{0};

  ItemSet items;
  std::vector<uint32_t> group;           ///< by item; empty: all of `items` are in group 0
  std::vector<std::vector<Value>> keys;  ///< by group
  std::vector<uint64_t> sizes;           ///< by group: how many items

  size_t size() const noexcept { return keys.size(); }
  /// Of any number; kNoGroup where the item is not chosen.
  uint32_t of(uint64_t item) const noexcept {
    if (!items.test(item)) return kNoGroup;
    return group.empty() ? 0 : group[item];
  }
};

/// `plan` is over items, with one output a key (bind::bind_item_groups).
ItemGroups group_items(const plan::Plan& plan, const Context& context);

}  // namespace cupel::exec
