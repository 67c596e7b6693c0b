#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/value_sum.hpp"
#include "engine/exec/value_vector.hpp"

namespace cupel::exec {

/// One value for each item, made of its objects' values in the order in which they are added:
/// kMin, kMax, kAvg, kSum or kFirst. Missing values do not take part.
class ItemValues {
 public:
  ItemValues(const plan::Collection& collection, uint64_t items, const Context& context);

  /// Object i belongs to items[i] and has the argument's value i.
  void add(std::span<const uint32_t> items, Vector arguments);
  Vector finish();

 private:
  using Function = plan::Collection::Function;
  void add_numbers(std::span<const uint32_t> items, const Vector& arguments);
  bool replaces(uint32_t item, const Vector& arguments, size_t i) const;
  void put(uint32_t item, const Vector& arguments, size_t i);
  void adapt(Vector& arguments);
  Vector finish_sums() const;

  const plan::Collection& collection_;
  uint64_t items_;
  std::vector<Sum> sums_;  ///< kSum, kAvg
  Vector best_;            ///< the others; no rows until the first values come
};

}  // namespace cupel::exec
