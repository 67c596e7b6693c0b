#include "engine/plan/search.hpp"

namespace cupel::plan {

std::optional<uint32_t> searched_probe(const Plan& plan) {
  const bool one_order = plan.descending.size() == 1 && plan.descending.front();
  if (plan.grouped || plan.sample || !plan.limit || !one_order || plan.arms.size() != 1)
    return std::nullopt;
  if (*plan.limit > kMostFoundRows || plan.offset > kMostFoundRows - *plan.limit)
    return std::nullopt;
  const Arm& arm = plan.arms.front();
  const auto* similarity = std::get_if<Similarity>(&arm.order.front()->node);
  if (similarity == nullptr || plan.probes[similarity->probe].table != arm.table)
    return std::nullopt;
  return similarity->probe;
}

bool may_approximate(const Plan& plan, uint32_t probe, const storage::Catalog& catalog) {
  const storage::VectorSet* set = catalog.vectors(plan.probes[probe].set);
  return !plan.exact && set != nullptr && set->vectors >= kFewestVectorsForLists;
}

}  // namespace cupel::plan
