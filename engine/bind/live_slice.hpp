#pragma once

#include <string>
#include <string_view>

#include "engine/bind/bind.hpp"

namespace cupel::bind {

/// Refuses what a live slice cannot be: a query with SELECT aggregates, GROUP BY, ORDER BY, SAMPLE,
/// LIMIT or parameters, or one that (through other live slices) uses itself. Throws Error
/// (kConstraint, with the span), and whatever binding the query throws.
void check_live_slice(const grammar::Query& query, std::string_view name, const Scope& scope);

/// The name of a live slice whose query speaks of slice `name`, or empty.
std::string live_slice_using(const storage::Catalog& catalog, std::string_view name);

}  // namespace cupel::bind
