#pragma once

#include "engine/exec/value_expression.hpp"

namespace cupel::exec {

/// The numbers of plan::Pairwise over rows of a table of objects. Prepares the boxes of the other
/// objects. Running it costs a look at every pair of boxes of an item, in crowded items
/// (ItemBoxes::kSwept) at those only that meet along x.
ExpressionNodePtr pairwise_node(Evaluation& evaluation, const plan::Pairwise& pairwise,
                                storage::TableId table);

}  // namespace cupel::exec
