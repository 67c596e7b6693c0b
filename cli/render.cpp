#include "cli/render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cupel::cli {
namespace {

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

std::string render_table(const std::vector<ColumnInfo>& columns, const std::vector<Batch>& rows,
                         size_t widest_cell) {
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

std::string render_lines(const std::vector<Batch>& rows) {
  std::string out;
  for (const Batch& batch : rows)
    for (size_t row = 0; row < batch.rows; ++row)
      out += terminal_text(batch.columns[0].text(row)) + "\n";
  return out;
}

std::string render_footer(uint64_t rows, std::string_view noun, double seconds) {
  std::string digits = std::to_string(rows);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  std::string word(noun);
  if (rows == 1 && word.ends_with("s")) word.pop_back();
  return fmt::format("{} {} ({:.3f} s)", digits, word, seconds);
}

}  // namespace cupel::cli
