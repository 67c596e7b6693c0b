#pragma once

#include <vector>

namespace cupel::evaluate {

/// A side of an outline.
struct Side {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

/// Whether sides meet so often, or are so many, that intersecting them would take more than about a
/// second: only outlines made to do so are. Sorts `sides`.
bool is_tangle(std::vector<Side>& sides);

}  // namespace cupel::evaluate
