#pragma once

#include <cstdint>
#include <vector>

#include "engine/exec/item_boxes.hpp"
#include "engine/exec/item_set.hpp"
#include "engine/exec/value_vector.hpp"
#include "engine/plan/plan.hpp"

namespace cupel::exec {

class Evaluation;

/// What a collection says about each item, by ordinal.
struct CollectionResult {
  ItemSet any;                   ///< kAny
  bool counted = false;          ///< kCount: `counts` is set
  std::vector<uint32_t> counts;  ///< one an item
  ItemBoxes boxes;               ///< kBoxes
  Vector values;                 ///< the other functions: one an item
};

/// Runs the collection's condition over every chunk of its objects and adds up by item. Objects
/// take part in row order, so that sums do not depend on threads or chunks.
CollectionResult collect(Evaluation& evaluation, const plan::Collection& collection);

}  // namespace cupel::exec
