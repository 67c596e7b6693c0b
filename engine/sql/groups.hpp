#pragma once

#include <vector>

#include "engine/sql/rows.hpp"

/// GROUP BY.
namespace cupel::sql {

struct Groups {
  Select select;             ///< without columns, HAVING and ORDER BY
  std::vector<Typed> slots;  ///< keys, then aggregates
  Term ordinal;              ///< of a row
};

/// The groups of a grouped plan. Keys that are no plain columns are computed in a table in FROM.
Groups grouped(const plan::Plan& plan, const storage::Catalog& catalog);

}  // namespace cupel::sql
