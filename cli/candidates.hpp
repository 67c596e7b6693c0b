#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cupel::cli {

/// What all candidates begin with, cut at a code point.
std::string common_beginning(const std::vector<Completion>& candidates);
/// Whether a candidate goes on with a word, whatever its case and quote.
bool continues(const std::string& word, const std::string& candidate);
/// A candidate as it is inserted when it is the only one: with a blank behind it, but for what goes
/// on with a point, a bracket or a file in a folder.
std::string ended(const std::string& candidate);
/// The candidates for a person, in columns that fit; with their details where a line has room.
std::string candidate_list(const std::vector<Completion>& candidates, size_t width);
size_t code_points(const std::string& text);

/// Columns of the terminal: as it says, else COLUMNS, else 80.
size_t terminal_width();
/// Lines of it; 24 where it does not say.
size_t terminal_height();

}  // namespace cupel::cli
