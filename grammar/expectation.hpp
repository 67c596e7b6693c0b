#pragma once

#include <set>
#include <string>
#include <vector>

#include "grammar/parser_run.hpp"
#include "grammar/scan.hpp"

namespace cupel::grammar {

/// What could stand at a place of a statement.
struct Expectation {
  std::set<size_t> types;          ///< token types that some sentence continues with
  std::vector<std::string> words;  ///< of these the keywords that a name cannot stand for
  bool condition = false;          ///< a condition rather than any value
  bool known = false;              ///< false where the place is too far in to find out

  bool has(size_t type) const { return types.count(type) != 0; }
  /// "a value", "a comparison, AND, OR or the end of the query", … ; empty where unknown.
  std::string in_words(bool query) const;
};

/// Finds out by trying: each kind of token is put after the first `failed` ones, and the parser
/// says whether it gets past it. The caller holds the parse mutex.
Expectation expect(const Scan& scan, size_t failed, Entry entry);

}  // namespace cupel::grammar
