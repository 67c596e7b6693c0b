#include "cli/chart.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cmath>
#include <string_view>

#include "cli/render.hpp"

namespace cupel::cli {
namespace {

struct Line {
  std::string heading;
  std::string label;
  std::string value;
  double length = 0;
};

bool is_numeric(Type type) { return type == Type::kInt64 || type == Type::kFloat64; }

std::vector<Line> lines_of(const ChartColumns& columns, const std::vector<Batch>& rows,
                           size_t widest_label) {
  std::vector<Line> lines;
  for (const Batch& batch : rows)
    for (size_t row = 0; row < batch.rows; ++row) {
      const auto text = [&](size_t column) {
        return terminal_text(to_text(batch.columns[column].value(row)));
      };
      Line& line = lines.emplace_back();
      if (columns.heading) line.heading = text(*columns.heading);
      line.label = fitted(text(columns.label), widest_label);
      line.value = text(columns.value);
      const Value value = batch.columns[columns.value].value(row);
      if (value.is_number() && std::isfinite(value.as_double()))
        line.length = std::max(0.0, value.as_double());
    }
  return lines;
}

/// What is there is seen: a value above zero has at least the shortest bar.
std::string bar(double share, size_t width, bool blocks) {
  static constexpr std::array<std::string_view, 8> kEighths = {"",  "▏", "▎", "▍",
                                                               "▌", "▋", "▊", "▉"};
  if (!(share > 0)) return {};
  const size_t parts = blocks ? kEighths.size() : 1;
  const double exact = share * static_cast<double>(width * parts);
  const size_t units = std::max<size_t>(1, static_cast<size_t>(std::lround(exact)));
  std::string out;
  for (size_t i = 0; i < units / parts; ++i) out += blocks ? "█" : "#";
  return out + std::string(blocks ? kEighths[units % parts] : "");
}

/// The lines of one heading, scaled to the longest.
void draw(const Line* begin, const Line* end, const ChartStyle& style, std::string& out) {
  size_t label = 0;
  size_t value = 0;
  double longest = 0;
  for (const Line* line = begin; line != end; ++line) {
    label = std::max(label, display_width(line->label));
    value = std::max(value, display_width(line->value));
    longest = std::max(longest, line->length);
  }
  constexpr size_t kIndent = 2;
  constexpr size_t kShortest = 8;
  const size_t taken = kIndent + label + 2 + value + 1 + 1;
  const size_t width = style.width > taken + kShortest ? style.width - taken : kShortest;
  for (const Line* line = begin; line != end; ++line) {
    std::string drawn = std::string(kIndent, ' ') + line->label;
    drawn.append(label - display_width(line->label) + 2, ' ');
    drawn.append(value - display_width(line->value), ' ');
    drawn += line->value;
    const std::string length =
        longest > 0 ? bar(line->length / longest, width, style.blocks) : std::string();
    if (!length.empty()) drawn += " " + length;
    out += drawn + "\n";
  }
}

}  // namespace

std::optional<ChartColumns> chart_columns(const std::vector<ColumnInfo>& columns) {
  for (size_t i = columns.size(); i-- > 1;) {
    if (!is_numeric(columns[i].type)) continue;
    ChartColumns found{std::nullopt, i - 1, i};
    if (i > 1) found.heading = i - 2;
    return found;
  }
  return std::nullopt;
}

ChartStyle chart_style() {
  ChartStyle style;
  winsize window{};
  if (isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 &&
      window.ws_col > 0)
    style.width = window.ws_col;
  const char* locale = std::setlocale(LC_CTYPE, nullptr);
  const std::string_view name = locale == nullptr ? "" : locale;
  style.blocks =
      name.find("UTF-8") != std::string_view::npos || name.find("utf8") != std::string_view::npos;
  return style;
}

std::string render_chart(const ChartColumns& columns, const std::vector<Batch>& rows,
                         const ChartStyle& style) {
  constexpr size_t kNarrowest = 8;
  const std::vector<Line> lines =
      lines_of(columns, rows, std::max(kNarrowest, style.width * 2 / 5));
  std::string out;
  for (size_t begin = 0; begin < lines.size();) {
    size_t end = begin + 1;
    while (end < lines.size() && lines[end].heading == lines[begin].heading) ++end;
    if (columns.heading) {
      if (begin > 0) out += "\n";
      out += fitted(lines[begin].heading, std::max(kNarrowest, style.width - 1)) + "\n";
    }
    draw(lines.data() + begin, lines.data() + end, style, out);
    begin = end;
  }
  return out;
}

}  // namespace cupel::cli
