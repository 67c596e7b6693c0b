#pragma once

#include <memory>
#include <vector>

#include "engine/exec/condition.hpp"
#include "engine/exec/condition_test.hpp"

namespace cupel::exec {

/// A test of a field's own columns, on their arrays. With several columns (one a type), each is
/// asked what concerns its type.
ConditionNodePtr field_test(const Evaluation& evaluation,
                            const std::vector<storage::ColumnId>& columns, ValueTest test);

/// A test of the sum of count columns of items, in which missing is 0.
ConditionNodePtr count_test(const Evaluation& evaluation, std::vector<storage::ColumnId> columns,
                            ValueTest test);

/// Rows in which every one of the columns is missing.
ConditionNodePtr missing_test(const Evaluation& evaluation, std::vector<storage::ColumnId> columns);

}  // namespace cupel::exec
