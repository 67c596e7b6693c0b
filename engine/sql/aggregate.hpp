#pragma once

#include "engine/plan/plan.hpp"
#include "engine/sql/term.hpp"

/// Aggregates over the rows of a group, or the objects of an item.
namespace cupel::sql {

Term count_rows();
/// How many rows have a value.
Term count_present(const Term& term);
Typed sum(const Typed& argument);
Typed average(const Typed& argument);
/// The least, or the greatest, in the order of ORDER BY: of several types the one whose values come
/// first, or last.
Typed extreme(const Typed& argument, bool greatest);

}  // namespace cupel::sql
