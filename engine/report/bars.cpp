#include "engine/report/bars.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/report/html.hpp"

namespace cupel::report {
namespace {

constexpr int kRow = 20;      ///< height of a bar with its gap
constexpr int kLabels = 170;  ///< where bars begin
constexpr int kLongest = 220;
constexpr size_t kLabelColumns = 26;

/// The beginning of a text that fits beside a bar.
std::string shortened(const std::string& text) {
  const std::string shown = terminal_text(text);
  if (display_width(shown) <= kLabelColumns) return shown;
  size_t end = 0;
  for (size_t next = 0; next < shown.size();) {
    ++next;
    while (next < shown.size() && (static_cast<unsigned char>(shown[next]) & 0xC0) == 0x80) ++next;
    if (display_width(std::string_view(shown).substr(0, next)) >= kLabelColumns) break;
    end = next;
  }
  return shown.substr(0, end) + "…";
}

std::string grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

struct Row {
  std::string label;
  uint64_t count;
  std::string_view kind;
};

}  // namespace

std::string draw(const Bars& bars) {
  std::vector<Row> rows;
  for (const Bars::Bar& bar : bars.bars) rows.push_back({bar.label, bar.count, "bar"});
  if (bars.others > 0) rows.push_back({"(others)", bars.others, "bar rest"});
  if (bars.missing > 0) rows.push_back({"(missing)", bars.missing, "bar rest"});
  uint64_t most = 1;
  for (const Row& row : rows) most = std::max(most, row.count);
  const int width = kLabels + kLongest + 90;
  const size_t height = rows.size() * kRow + 4;
  std::string out = fmt::format(
      "<figure class=\"chart\"><figcaption>{}</figcaption>\n"
      "<svg viewBox=\"0 0 {} {}\" role=\"img\">\n",
      escaped(bars.title), width, height);
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const size_t y = i * kRow + 3;
    const double length = static_cast<double>(row.count) / static_cast<double>(most) * kLongest;
    out += fmt::format(
        "<g><title>{}: {}</title><text class=\"name\" x=\"{}\" y=\"{}\">{}</text>"
        "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"14\"/>"
        "<text x=\"{}\" y=\"{}\">{}</text></g>\n",
        escaped(row.label), grouped(row.count), kLabels - 8, y + 11, escaped(shortened(row.label)),
        row.kind, kLabels, y, coordinate(length), coordinate(kLabels + length + 6), y + 11,
        grouped(row.count));
  }
  return out + "</svg></figure>\n";
}

}  // namespace cupel::report
