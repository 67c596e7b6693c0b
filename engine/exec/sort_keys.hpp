#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/value_vector.hpp"

namespace cupel::exec {

/// A number that orders as an order key does, in so far as 64 bits can: when the prefix of one
/// row is less than that of another, its key comes before; when they are equal, the keys decide.
/// Missing is last, in both directions.
std::vector<uint64_t> sort_prefixes(const Vector& keys, bool descending);

/// The order keys of a list of rows, column by column; the first one's prefixes besides.
struct SortKeys {
  std::vector<uint64_t> prefixes;
  std::vector<Vector> keys;

  size_t size() const noexcept { return prefixes.size(); }
  void append(SortKeys other);
  SortKeys gather(std::span<const uint32_t> order) const;
  size_t memory_bytes() const noexcept;
};

/// The order of the rows: the numbers 0 … size - 1, of which the first `limit` are sorted (and
/// the rest left out). Ties keep the order of the numbers. Polls.
std::vector<uint32_t> sorted_order(const SortKeys& keys, const std::vector<bool>& descending,
                                   uint64_t limit, const Context& context);

}  // namespace cupel::exec
