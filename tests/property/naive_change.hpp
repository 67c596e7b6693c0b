#pragma once

#include "grammar/ast.hpp"
#include "tests/property/model.hpp"

namespace cupel::testing {

/// Does to a model what a statement does to a database: UPDATE, DELETE, USE RUN and the statements
/// of slices.
void apply(Model& model, const grammar::Statement& statement);

}  // namespace cupel::testing
