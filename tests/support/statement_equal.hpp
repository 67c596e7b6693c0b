#pragma once

#include "grammar/ast.hpp"

namespace cupel::testing {

/// Same trees, but for spans and CreateSlice::query_text.
bool equal(const grammar::Statement& a, const grammar::Statement& b);

}  // namespace cupel::testing
