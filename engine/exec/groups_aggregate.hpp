#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/exec/value_sum.hpp"
#include "engine/exec/value_vector.hpp"
#include "engine/plan/plan.hpp"

namespace cupel::exec {

/// What the rows of one chunk give to one aggregate, by the chunk's own groups. Counts, sums of
/// integers and extremes are added up at once; doubles are kept, because their sum depends on the
/// order of the rows of all chunks.
struct Partial {
  std::vector<uint64_t> counts;  ///< kCount
  std::vector<Sum> sums;         ///< kSum, kAvg of integers
  std::vector<Value> best;       ///< kMin, kMax
  std::vector<uint32_t> groups;  ///< kSum, kAvg of others: one a row
  Vector numbers;                ///< one a row
};

/// Adds rows that take part, with their groups. `arguments` (taken over) is null for count() and
/// count(condition).
void add_rows(plan::Aggregation aggregation, std::span<const uint32_t> groups, size_t group_count,
              Vector* arguments, Partial& to);

/// The same where the arguments are a chunk's values, read in place; `rows` ascend. False (and
/// nothing happens) where they have to be read as values.
bool add_column(plan::Aggregation aggregation, const storage::Chunk& chunk, bool missing_is_zero,
                std::span<const uint32_t> rows, std::span<const uint32_t> groups,
                size_t group_count, Partial& to);

/// One aggregate over all groups.
class Aggregate {
 public:
  Aggregate(plan::Aggregation aggregation, std::string what)
      : aggregation_(aggregation), what_(std::move(what)) {}

  void resize(size_t groups);
  /// Adds a chunk's part; its group g is group to[g] here. In chunk order.
  void merge(const Partial& partial, std::span<const uint32_t> to);
  void add_count(uint32_t group, uint64_t count) { counts_[group] += count; }
  Value value(size_t group) const;
  size_t bytes_per_group() const noexcept;

 private:
  plan::Aggregation aggregation_;
  std::string what_;  ///< as errors name it
  std::vector<uint64_t> counts_;
  std::vector<Sum> sums_;
  std::vector<Value> best_;
};

}  // namespace cupel::exec
