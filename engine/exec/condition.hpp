#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/plan/plan.hpp"
#include "storage/bitmap.hpp"

namespace cupel::exec {

class Evaluation;

/// A condition over the rows of one table, ready to run. Immutable but for caches that guard
/// themselves; any thread.
class ConditionNode {
 public:
  virtual ~ConditionNode() = default;
  /// Those of the candidates (a bit for each row of the chunk) for which it holds.
  virtual storage::Bitmap run(uint32_t chunk, const storage::Bitmap& candidates) const = 0;
};
using ConditionNodePtr = std::unique_ptr<const ConditionNode>;

/// Prepares what the condition needs: collections, conditions on items.
ConditionNodePtr make_node(Evaluation& evaluation, const plan::Condition& condition,
                           storage::TableId table);

/// Whether it, or an expression in it, speaks of the objects of an item.
bool uses_collections(const plan::Condition& condition);

}  // namespace cupel::exec
