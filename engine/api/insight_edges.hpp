#pragma once

#include <cstdint>
#include <optional>
#include <vector>

/// Where the bars of a histogram begin and end: round numbers and round times. Pure functions.
namespace cupel::api {

/// Bar i holds the values from at[i] (included) to at[i + 1] (excluded; in the last bar included
/// where `closed` is set). Strictly ascending, two edges or more, 24 bars at most; every value from
/// the least to the greatest lies in a bar. A single value has two equal edges and is closed.
template <typename Number>
struct Edges {
  std::vector<Number> at;
  bool closed = false;
};

/// About 10 bars whose width is 1, 2 or 5 times a power of ten (with `whole` at least 1). Where
/// doubles are too coarse for that, one bar. `least` and `greatest` are finite, in that order.
Edges<double> round_edges(double least, double greatest, bool whole);

/// The same for microseconds since 1970: about 10 bars of a round number of seconds, minutes, hours
/// or days (UTC). Nothing where an edge would lie outside the years 0001 to 9999, which cannot be
/// written.
std::optional<Edges<int64_t>> round_times(int64_t least, int64_t greatest);

}  // namespace cupel::api
