#pragma once

#include <vector>

#include "engine/plan/plan.hpp"

namespace cupel::plan {

/// The columns that a plan names, sorted, each once. Objects are read by their `$item` besides, and
/// pairwise functions read the boxes of the others.
std::vector<ColumnId> columns_of(const Plan& plan);
/// Those of one condition or expression, collections apart.
std::vector<ColumnId> columns_of(const Condition& condition);
std::vector<ColumnId> columns_of(const Expression& expression);

}  // namespace cupel::plan
