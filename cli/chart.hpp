#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cupel::cli {

/// The columns of a result that can be drawn as bars: the last one of numbers is the length, the
/// one before it the label, and the one before that, where there is one, the heading under which
/// rows that follow each other stand together. Other columns are not shown.
struct ChartColumns {
  std::optional<size_t> heading;
  size_t label = 0;
  size_t value = 1;
};
std::optional<ChartColumns> chart_columns(const std::vector<ColumnInfo>& columns);

struct ChartStyle {
  size_t width = 80;    ///< columns of the window; lines stay below it
  bool blocks = false;  ///< block characters, eighths of a column; else `#`
};
/// For standard output: the window's width (80 where there is none), blocks where text is UTF-8.
ChartStyle chart_style();

/// A heading for each group of rows, then a line a row: label, value to the right, bar. The longest
/// bar of a group fills the line; values that are missing, not finite or not above zero have none.
/// Control characters are shown, never sent; long labels are cut with `…`.
std::string render_chart(const ChartColumns& columns, const std::vector<Batch>& rows,
                         const ChartStyle& style);

}  // namespace cupel::cli
