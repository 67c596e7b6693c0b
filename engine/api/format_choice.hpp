#pragma once

#include <string>
#include <vector>

#include "engine/io/format_options.hpp"
#include "grammar/ast.hpp"

namespace cupel::api {

/// The name of a format, which is written in any case. `what`: "format", for sentences. Throws
/// kName with near names when it is not among `formats`.
std::string format_name(std::string_view what, const grammar::FormatChoice& choice,
                        const std::vector<std::string>& formats);

/// The settings behind it: each one that the format knows, once, of a value that fits it. Throws
/// kName, kSyntax or kConstraint.
io::FormatOptions format_options(const grammar::FormatChoice& choice,
                                 const std::vector<io::FormatOption>& known);

}  // namespace cupel::api
