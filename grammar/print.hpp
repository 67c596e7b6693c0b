#pragma once

#include <string>

#include "grammar/ast.hpp"

namespace cupel::grammar {

/// The tree as canonical text. parse(print(t)) equals t but for spans and CreateSlice::query_text.
std::string print(const Statement& statement);
std::string print(const Query& query);
std::string print(const Expression& expression);
std::string print(const Path& path);

/// A name as it must be written in a path or as a slice's name: bare where the lexer takes it as
/// one, else quoted.
std::string print_name(std::string_view name);
/// A text constant in double quotes, quotes inside doubled.
std::string quote_text(std::string_view text);

}  // namespace cupel::grammar
