#include "engine/report/page.hpp"

#include <fmt/format.h>

#include "engine/report/html.hpp"

namespace cupel::report {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action "
    "'none'";

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1f2328;--dim:#656d76;--paper:#fff;--line:#d0d7de;--bar:#4c8dd6}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#8d96a0;--paper:#0d1117;--line:#30363d}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1500px;padding:1.5rem;font:15px/1.45 system-ui,sans-serif;
color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
pre{padding:.7rem 1rem;border:1px solid var(--line);border-radius:6px;white-space:pre-wrap}
.made,.note,.problem{color:var(--dim);margin:.2rem 0}
.figures{display:flex;flex-wrap:wrap;gap:1rem 2.5rem;margin:1rem 0}
.figures b{display:block;font-size:1.6rem;font-weight:600}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(430px,100%),1fr));gap:1rem}
figure{margin:0}.chart figcaption{font-weight:600;margin-bottom:.2rem}
.chart text{font:12px system-ui,sans-serif;fill:var(--ink)}.chart .name{text-anchor:end}
.bar{fill:var(--bar)}.bar.rest{fill:var(--dim)}
table{border-collapse:collapse;display:block;overflow-x:auto}
th,td{border:1px solid var(--line);padding:.2rem .6rem;text-align:left;vertical-align:top}
.number{text-align:right;font-variant-numeric:tabular-nums}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(340px,100%),1fr));gap:1.2rem}
.card{border:1px solid var(--line);border-radius:6px;overflow:hidden}
.card figcaption{padding:.5rem .8rem;font-size:.85rem}.card p{margin:.1rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:0 .8rem;margin:.3rem 0}
dt{color:var(--dim)}dd{margin:0}
svg{display:block;width:100%;height:auto}svg image{image-orientation:none}
.sheet rect,.sheet path{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}
.sheet .absent{fill:var(--line);stroke:none}
.sheet text{fill:#fff;stroke:#000;stroke-width:.18em;paint-order:stroke;font-family:sans-serif}
.truth rect,.truth path{stroke:#2da44e}.truth.unmatched rect,.truth.unmatched path{stroke:#fb8f24}
.guess rect,.guess path{stroke:#2f8bff;stroke-dasharray:6 3}
.guess.unmatched rect,.guess.unmatched path{stroke:#ff4d5e}
.ignored rect,.ignored path{stroke:#8d96a0}.sheet .chosen rect,.sheet .chosen path{stroke-width:4}
.legend span{margin-right:1.5rem;white-space:nowrap}
.key{display:inline-block;width:26px;height:16px;vertical-align:-2px}
)";

bool is_numeric(Type type) { return type == Type::kInt64 || type == Type::kFloat64; }

std::string cell(const Value& value, bool number) {
  return fmt::format("<td{}>{}</td>", number ? " class=\"number\"" : "", escaped(to_text(value)));
}

}  // namespace

std::string head(const Page& page) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n<pre>{}</pre>\n"
      "<p class=\"made\">{}</p>\n<div class=\"figures\">\n",
      kPolicy, escaped(page.title), kStyle, escaped(page.title), escaped(page.query),
      escaped(page.made));
  for (const auto& [name, number] : page.figures)
    out += fmt::format("<div><b>{}</b>{}</div>\n", escaped(number), escaped(name));
  out += "</div>\n";
  for (const std::string& note : page.notes)
    out += fmt::format("<p class=\"note\">{}</p>\n", escaped(note));
  if (page.bars.empty()) return out;
  out += "<div class=\"charts\">\n";
  for (const Bars& bars : page.bars) out += draw(bars);
  return out + "</div>\n";
}

std::string table(const std::vector<ColumnInfo>& columns, const std::vector<Batch>& rows,
                  uint64_t of) {
  std::string body;
  uint64_t shown = 0;
  for (const Batch& batch : rows) {
    for (size_t row = 0; row < batch.rows; ++row, ++shown) {
      body += "<tr>";
      for (size_t i = 0; i < columns.size(); ++i)
        body += cell(batch.columns[i].value(row), is_numeric(columns[i].type));
      body += "</tr>\n";
    }
  }
  std::string out = "<h2>Rows</h2>\n";
  if (shown < of) out += fmt::format("<p class=\"note\">the first {} of {}</p>\n", shown, of);
  out += "<table>\n<tr>";
  for (const ColumnInfo& column : columns) out += fmt::format("<th>{}</th>", escaped(column.name));
  return out + "</tr>\n" + body + "</table>\n";
}

std::string sheet_begin(std::string_view title, std::string_view legend) {
  return fmt::format("<h2>{}</h2>\n{}<div class=\"cards\">\n", escaped(title), legend);
}

std::string sheet_end() { return "</div>\n"; }

std::string foot() { return "</body>\n</html>\n"; }

}  // namespace cupel::report
