#pragma once

#include <vector>

#include "engine/sql/rows.hpp"

/// What a statement selects from: a table, or several of the same shape.
namespace cupel::sql {

/// Rows, and the values that a statement needs of each.
struct Source {
  Select select;  ///< without columns
  std::vector<Typed> values;
  Term ordinal;
};

/// The rows of all sources, in their order. Values become columns of a table in FROM.
Source joined(std::vector<Source> sources);

/// The value as a term of the one type that all of its values have; NULL of that type where it has
/// none.
Term as_type(const Typed& value, Type type);

}  // namespace cupel::sql
