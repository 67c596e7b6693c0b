#include "cli/render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cupel::cli {
namespace {

constexpr size_t kNarrowest = 6;

struct Cell {
  std::string text;
  size_t width = 0;
  bool right = false;
};

Cell cell(const ColumnData& column, size_t row, size_t widest) {
  Cell made;
  if (column.is_missing(row)) return made;
  const Value value = column.value(row);
  made.text = fitted(terminal_text(to_text(value)), widest);
  made.width = display_width(made.text);
  made.right = value.is_number();
  return made;
}

std::string padded(const Cell& cell, size_t width) {
  const std::string blanks(width - std::min(width, cell.width), ' ');
  return cell.right ? blanks + cell.text : cell.text + blanks;
}

/// Columns that a table of these widths takes.
size_t total(const std::vector<size_t>& widths) {
  size_t sum = 1;
  for (const size_t width : widths) sum += width + 3;
  return sum;
}

/// Narrows the widest columns until the table fits, none below kNarrowest.
void narrow(std::vector<size_t>& widths, size_t width) {
  for (size_t cap = *std::max_element(widths.begin(), widths.end());
       cap > kNarrowest && total(widths) > width; --cap)
    for (size_t& column : widths) column = std::min(column, cap);
}

/// The first and the last columns, `kept` of them, with one of `filler` between them where some are
/// left out.
template <typename T>
std::vector<T> without_middle(const std::vector<T>& all, size_t kept, const T& filler) {
  if (kept >= all.size()) return all;
  const auto left = static_cast<ptrdiff_t>((kept + 1) / 2);
  const auto right = static_cast<ptrdiff_t>(kept / 2);
  std::vector<T> out(all.begin(), all.begin() + left);
  out.push_back(filler);
  out.insert(out.end(), all.end() - right, all.end());
  return out;
}

/// Makes the lines fit: columns are narrowed, then some in the middle are left out for one of `…`.
/// Returns how many of the columns are still there.
size_t fit(std::vector<std::vector<Cell>>& lines, std::vector<size_t>& widths, size_t width) {
  if (widths.empty()) return 0;
  narrow(widths, width);
  size_t kept = widths.size();
  while (kept > 2 && total(without_middle(widths, kept, size_t{1})) > width) --kept;
  widths = without_middle(widths, kept, size_t{1});
  for (auto& line : lines) {
    line = without_middle(line, kept, Cell{"…", 1, false});
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i].width <= widths[i]) continue;
      line[i].text = fitted(std::move(line[i].text), widths[i]);
      line[i].width = display_width(line[i].text);
    }
  }
  return kept;
}

std::string drawn(const std::vector<std::vector<Cell>>& lines, const std::vector<size_t>& widths) {
  const auto rule = [&](std::string_view left, std::string_view middle, std::string_view right) {
    std::string out(left);
    for (size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) out += middle;
      for (size_t w = 0; w < widths[i] + 2; ++w) out += "─";
    }
    return out + std::string(right) + "\n";
  };
  std::string out = rule("┌", "┬", "┐");
  for (size_t n = 0; n < lines.size(); ++n) {
    for (size_t i = 0; i < widths.size(); ++i)
      out += fmt::format("│ {} ", padded(lines[n][i], widths[i]));
    out += "│\n";
    if (n == 0) out += rule("├", "┼", "┤");
  }
  return out + rule("└", "┴", "┘");
}

bool is_numeric(Type type) { return type == Type::kInt64 || type == Type::kFloat64; }

}  // namespace

std::string fitted(std::string text, size_t widest) {
  if (display_width(text) <= widest) return text;
  while (display_width(text) >= widest) {
    do {
      text.pop_back();
    } while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80);
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0) text.pop_back();
  }
  return text + "…";
}

RenderedTable render_table(const std::vector<ColumnInfo>& columns, const std::vector<Batch>& rows,
                           size_t width, size_t widest_cell) {
  std::vector<std::vector<Cell>> lines(1);
  for (const ColumnInfo& column : columns) {
    const std::string name = fitted(terminal_text(column.name), widest_cell);
    lines[0].push_back({name, display_width(name), is_numeric(column.type)});
  }
  for (const Batch& batch : rows)
    for (size_t row = 0; row < batch.rows; ++row) {
      auto& line = lines.emplace_back();
      for (const ColumnData& column : batch.columns) line.push_back(cell(column, row, widest_cell));
    }
  std::vector<size_t> widths(columns.size(), 1);
  for (const auto& line : lines)
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].width);
  size_t shown = columns.size();
  if (width > 0) shown = fit(lines, widths, width);
  return {drawn(lines, widths), shown};
}

std::string render_lines(const std::vector<Batch>& rows) {
  std::string out;
  for (const Batch& batch : rows)
    for (size_t row = 0; row < batch.rows; ++row)
      out += terminal_text(batch.columns[0].text(row)) + "\n";
  return out;
}

std::string render_count(uint64_t rows, std::string_view noun) {
  std::string digits = std::to_string(rows);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  std::string word(noun);
  if (rows == 1 && word.ends_with("s")) word.pop_back();
  return digits + " " + word;
}

}  // namespace cupel::cli
