#pragma once

#include <vector>

#include "engine/exec/select.hpp"

namespace cupel::exec {

/// The selected rows in the order of the plan's order keys, after its offset and within its
/// limit. Ties keep table order. The nearest rows are searched for (search.hpp); of few wanted rows
/// only the best are held (top-k), else all keys.
std::vector<RowAt> sorted_rows(const Selection& selection);

}  // namespace cupel::exec
