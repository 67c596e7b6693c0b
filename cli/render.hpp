#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cupel::cli {

/// A table, and how many of the result's columns are in it.
struct RenderedTable {
  std::string text;
  size_t columns = 0;
};

/// A table for people: names, then rows, columns aligned, numbers to the right, missing values as
/// an empty cell. Cells longer than `widest_cell` columns are cut with `…`. Control characters are
/// shown, never sent. Where it is wider than `width` (0: any) wide columns are narrowed, and when
/// that is not enough, those in the middle give way to one of `…`.
RenderedTable render_table(const std::vector<ColumnInfo>& columns, const std::vector<Batch>& rows,
                           size_t width = 0, size_t widest_cell = 60);

/// The text, cut at a code point and ended by `…` where it is wider than `widest` columns.
std::string fitted(std::string text, size_t widest);

/// One column of text as lines: a plan is read, not tabulated.
std::string render_lines(const std::vector<Batch>& rows);

/// `21,337 items`.
std::string render_count(uint64_t rows, std::string_view noun);

}  // namespace cupel::cli
