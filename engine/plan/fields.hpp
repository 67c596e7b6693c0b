#pragma once

#include <vector>

#include "engine/plan/plan.hpp"

namespace cupel::plan {

/// The columns that a plan reads, sorted, each once.
std::vector<ColumnId> columns_of(const Plan& plan);
/// Those of one condition or expression, collections apart.
std::vector<ColumnId> columns_of(const Condition& condition);
std::vector<ColumnId> columns_of(const Expression& expression);

}  // namespace cupel::plan
