#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sql/term.hpp"

/// A SELECT in its parts.
namespace cupel::sql {

struct Select {
  std::vector<std::string> columns;  ///< `i.width`, `COUNT(*) AS "n"`
  std::string from;
  std::string join;  ///< a second table; may be empty
  std::vector<Term> where, having;
  std::vector<std::string> group_by;
  std::vector<std::string> order_by;  ///< with their direction
  std::optional<uint64_t> limit;
  uint64_t offset = 0;
};

/// One clause a line, the lines after the first with `indent` in front.
std::string to_text(const Select& select, std::string_view indent = {});
/// The SELECTs one after the other, as a table to select from: `(…) AS o`, indented.
std::string union_of(const std::vector<Select>& selects, std::string_view alias);

/// `term AS "name"`, or the term alone where the name is its own.
std::string named(const Term& term, std::string_view name);

/// The order of a key: missing values last in both directions, several types one after the other.
void add_order(const Typed& key, bool descending, std::vector<std::string>& terms);

}  // namespace cupel::sql
