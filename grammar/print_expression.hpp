#pragma once

#include <string>

#include "grammar/ast.hpp"

namespace cupel::grammar {

/// The expression as it is written on the right of a comparison, where words are text.
std::string print_value(const Expression& expression);
/// `annotations`, `predictions("run")`
std::string print(const Source& source);

}  // namespace cupel::grammar
