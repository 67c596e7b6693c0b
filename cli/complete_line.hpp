#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cupel/cupel.hpp"

namespace cupel::cli {

/// What may follow a text at the prompt, which is a command of the shell, or the statement so far.
Completions complete_line(const Database& database, Session& session, const std::string& text);

/// The files that a name begins, in the directory that it names: as far as they may be reached,
/// folders with a slash at their end, hidden ones where the name begins with a point. `quote`: what
/// the name stands in; 0: nothing, where it can do without.
std::vector<Completion> file_names(const Database& database, std::string_view name, char quote,
                                   bool only_folders = false);

}  // namespace cupel::cli
