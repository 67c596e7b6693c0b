#pragma once

#include <string>

#include "grammar/ast_insights.hpp"

/// Assertions and insights as text (print.hpp).
namespace cupel::grammar {

std::string print(const Assert& s);
std::string print(const ShowInsights& s);

}  // namespace cupel::grammar
