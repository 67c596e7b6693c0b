#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/exec/groups_aggregate.hpp"
#include "engine/exec/groups_cells.hpp"
#include "engine/exec/groups_keys.hpp"
#include "engine/exec/select.hpp"

namespace cupel::exec {

/// The groups of a plan: their keys and aggregates, in the order of their first rows.
class Groups {
 public:
  /// Runs the plan's arms over all selected rows.
  explicit Groups(const Selection& selection);

  size_t size() const noexcept { return size_; }
  /// The keys and then the aggregates of a group. Throws kLimit when a sum is too large.
  std::vector<Value> slots(size_t group) const;

 private:
  struct Arm {
    std::vector<ExpressionNodePtr> keys, arguments;  ///< an argument may be null
    std::vector<ConditionNodePtr> filters;           ///< may be null
  };
  /// The groups of one chunk.
  struct Part {
    uint64_t rows = 0;
    size_t groups = 0;
    std::vector<Vector> keys;     ///< of each group
    std::vector<KeyIds> sources;  ///< what the keys' texts are views into
    std::vector<Partial> partials;
  };
  void make_arms();
  /// The groups of a distribution of labels whose counts are known.
  void take(const std::map<std::string, uint64_t>& counted);
  Part read(size_t place) const;
  Part read_cells(const Place& place, Cells& cells, const storage::Bitmap& selected,
                  const std::vector<uint32_t>& rows, Part part) const;
  Part add_aggregates(const Place& place, const storage::Bitmap& selected,
                      const std::vector<uint32_t>& rows, const std::vector<uint32_t>& groups,
                      Part part) const;
  Partial read_aggregate(const Place& place, size_t index, const storage::Bitmap& selected,
                         const std::vector<uint32_t>& rows, const std::vector<uint32_t>& groups,
                         size_t group_count) const;
  Partial read_values(const Place& place, size_t index, std::span<const uint32_t> rows,
                      std::span<const uint32_t> groups, size_t group_count) const;
  void merge(Part part);

  const Selection& selection_;
  const plan::Plan& plan_;
  std::vector<Arm> arms_;
  bool needs_rows_ = true;  ///< false: every aggregate is a number of set bits
  std::vector<KeyIds> key_ids_;
  TupleIds tuples_;
  std::vector<std::vector<uint32_t>> tuple_keys_;  ///< by key: its number in each group
  std::vector<Aggregate> aggregates_;
  size_t size_ = 0;
};

}  // namespace cupel::exec
