#pragma once

#include <string>

#include "engine/plan/plan.hpp"

/// Plans in SQL: the same question to a relational database that holds the dataset in the tables
/// of docs/sql.md.
namespace cupel::sql {

/// One SELECT with `;` at its end, on several lines, for a plan as the binder made it (rewriting
/// hides what was asked). What it returns are the plan's outputs: a column for each, or, for one of
/// several types, a column `name:type` for every type that occurs, of which at most one is not NULL
/// in a row. Rows come in the plan's order. Throws kUnsupported, naming the part, where SQL has no
/// words for it.
std::string translate(const plan::Plan& plan, const storage::Catalog& catalog);

}  // namespace cupel::sql
