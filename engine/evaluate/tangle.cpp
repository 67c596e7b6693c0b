#include "engine/evaluate/tangle.hpp"

#include <algorithm>
#include <cstddef>

namespace cupel::evaluate {
namespace {

constexpr size_t kMostSides = 50000, kMostMeetings = 20000, kMostComparisons = 50000000;

double upper(const Side& side) { return std::min(side.y0, side.y1); }
double lower(const Side& side) { return std::max(side.y0, side.y1); }

/// On which side of `line` a point lies.
double turn(const Side& line, double x, double y) {
  return (line.x1 - line.x0) * (y - line.y0) - (line.y1 - line.y0) * (x - line.x0);
}

bool meet(const Side& a, const Side& b) {
  if (std::max(a.x0, a.x1) < std::min(b.x0, b.x1)) return false;
  if (std::max(b.x0, b.x1) < std::min(a.x0, a.x1)) return false;
  return turn(a, b.x0, b.y0) * turn(a, b.x1, b.y1) <= 0 &&
         turn(b, a.x0, a.y0) * turn(b, a.x1, a.y1) <= 0;
}

}  // namespace

bool is_tangle(std::vector<Side>& sides) {
  if (sides.size() * sides.size() / 2 <= kMostMeetings) return false;
  if (sides.size() > kMostSides) return true;
  std::sort(sides.begin(), sides.end(),
            [](const Side& a, const Side& b) { return upper(a) < upper(b); });
  // Neighbours meet: two sides each.
  size_t meetings = 0, comparisons = 0;
  const size_t most = kMostMeetings + 2 * sides.size();
  std::vector<Side> open;
  for (const Side& side : sides) {
    std::erase_if(open, [&](const Side& other) { return lower(other) < upper(side); });
    comparisons += open.size();
    for (const Side& other : open) meetings += meet(side, other) ? 1 : 0;
    if (meetings > most || comparisons > kMostComparisons) return true;
    open.push_back(side);
  }
  return false;
}

}  // namespace cupel::evaluate
