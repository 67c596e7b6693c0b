#pragma once

#include <vector>

#include "engine/exec/select.hpp"

namespace cupel::exec {

/// The selected rows that are nearest to a probe of the plan (plan/search.hpp), best first, ties in
/// table order; behind them those without a similarity, in table order: of all that, what lies
/// within the first `wanted` rows and after the plan's offset. Rows are selected first, then
/// searched among: exactly, or through lists where the plan, the set and the number of selected
/// rows allow it. Then a row may be missed, but as many are returned. Leaves a report in the
/// context.
std::vector<RowAt> nearest_rows(const Selection& selection, uint32_t probe, uint64_t wanted);

}  // namespace cupel::exec
