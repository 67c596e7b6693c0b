#pragma once

#include <cstdint>
#include <optional>

#include "engine/plan/plan.hpp"

/// Plans whose rows are found by a search among vectors, instead of by sorting all their scores.
namespace cupel::plan {

/// Below so many vectors of a set every one in question is compared: a scan of them (100 MB at 512
/// floats) takes a few milliseconds, of which lists could save next to nothing that anyone notices.
inline constexpr uint64_t kFewestVectorsForLists = 50'000;
/// Below so many matching rows as well: to compare them takes no longer than to look into lists.
inline constexpr uint64_t kFewestRowsForLists = 10'000;
/// The share of the true nearest that an approximate search among so many vectors is to find, on
/// average. Among very many the last per cents cost ten times what the others do; who wants them
/// writes EXACT.
constexpr double wanted_recall(uint64_t vectors) noexcept {
  return vectors < 500'000 ? 0.98 : 0.95;
}
/// More wanted rows than this are sorted all together.
inline constexpr uint64_t kMostFoundRows = 100'000;

/// The entry of Plan::probes for the nearest rows to which the plan asks: rows of one table,
/// ordered by their similarity alone, best first, within a limit. Nothing for other plans.
std::optional<uint32_t> searched_probe(const Plan& plan);

/// Whether the search for `probe` may miss a row: where the set is large, and the query does not
/// say EXACT.
bool may_approximate(const Plan& plan, uint32_t probe, const storage::Catalog& catalog);

}  // namespace cupel::plan
