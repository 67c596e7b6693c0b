#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cupel::grammar {

/// Every keyword of the language, upper case, sorted.
const std::vector<std::string>& keywords();

/// The keywords that statements begin with, and queries without SELECT; sorted.
const std::vector<std::string>& beginnings();

/// Whether `word` (case ignored) cannot stand as a name without quotes, except after a dot.
bool is_reserved(std::string_view word);

/// Whether `text` has the form of a word: `[A-Za-z_][A-Za-z0-9_]*`.
bool is_word(std::string_view text);

/// Candidates near `word` (Damerau-Levenshtein distance at most 2 and less than half its length,
/// case ignored, or equal but for case, or one a prefix of the other from 3 letters), best first,
/// at most `limit`. Deterministic.
std::vector<std::string> near_words(std::string_view word,
                                    const std::vector<std::string>& candidates, size_t limit = 3);

}  // namespace cupel::grammar
