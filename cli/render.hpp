#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cupel::cli {

/// A table for people: names, then rows, columns aligned, numbers to the right, missing values as
/// an empty cell. Cells longer than `widest_cell` columns are cut with `…`. Control characters are
/// shown, never sent.
std::string render_table(const std::vector<ColumnInfo>& columns, const std::vector<Batch>& rows,
                         size_t widest_cell = 60);

/// The text, cut at a code point and ended by `…` where it is wider than `widest` columns.
std::string fitted(std::string text, size_t widest);

/// One column of text as lines: a plan is read, not tabulated.
std::string render_lines(const std::vector<Batch>& rows);

/// `21,337 items (0.012 s)`.
std::string render_footer(uint64_t rows, std::string_view noun, double seconds);

}  // namespace cupel::cli
