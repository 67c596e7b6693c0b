#pragma once

#include <vector>

#include "engine/exec/condition.hpp"
#include "engine/exec/condition_test.hpp"

namespace cupel::exec {

/// The test of a field as a look-up of items by their reference_id: null where it is another field,
/// another test, or one of so many texts that a scan costs less.
ConditionNodePtr lookup_test(const Evaluation& evaluation,
                             const std::vector<storage::ColumnId>& columns, const ValueTest& test);

}  // namespace cupel::exec
