#include <fmt/format.h>

#include <algorithm>

#include "cupel/cupel.hpp"

namespace cupel {
namespace {

/// The line of `text` in which `at` lies, without the carriage return that may end it.
std::string_view line_at(std::string_view text, size_t at, size_t& begin) {
  at = std::min(at, text.size());
  begin = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  const size_t end = text.find('\n', at);
  std::string_view line = text.substr(begin, end == std::string_view::npos ? end : end - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string blanks_for_tabs(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '\t', ' ');
  return out;
}

/// Long lines are cut around the place, so that the caret is near it on any terminal.
constexpr size_t kWidestLine = 160;

std::string cut_before(std::string_view text) {
  std::string shown = terminal_text(blanks_for_tabs(text));
  if (display_width(shown) <= kWidestLine / 2) return shown;
  size_t from = shown.size() - std::min(shown.size(), kWidestLine / 2);
  while (from < shown.size() && (static_cast<unsigned char>(shown[from]) & 0xC0) == 0x80) ++from;
  return "…" + shown.substr(from);
}

std::string cut_after(std::string_view text) {
  std::string shown = terminal_text(blanks_for_tabs(text));
  if (shown.size() <= kWidestLine) return shown;
  size_t to = kWidestLine;
  while (to > 0 && (static_cast<unsigned char>(shown[to]) & 0xC0) == 0x80) --to;
  return shown.substr(0, to) + "…";
}

std::string show(std::string_view head, const std::string& message, const std::optional<Span>& span,
                 const std::string& suggestion, std::string_view statement) {
  std::string out = fmt::format("{}: {}\n", head, terminal_text(message));
  const std::string hint =
      suggestion.empty() ? "" : fmt::format(" did you mean {}?", terminal_text(suggestion));
  if (!span || statement.empty()) {
    if (!hint.empty()) out += "  |" + hint + "\n";
    return out;
  }
  size_t begin = 0;
  const std::string_view line = line_at(statement, span->begin, begin);
  const size_t column =
      std::min(std::min<size_t>(span->begin, statement.size()) - begin, line.size());
  const size_t length =
      std::min<size_t>(span->end > span->begin ? span->end - span->begin : 0, line.size() - column);
  const std::string before = cut_before(line.substr(0, column));
  const std::string marked = cut_after(line.substr(column, length));
  const std::string after = cut_after(line.substr(column + length));
  const size_t carets = std::max<size_t>(1, display_width(marked));
  const Position position = position_of(statement, *span);
  if (statement.find('\n') != std::string_view::npos)
    out += fmt::format("  line {}, column {}\n", position.line, position.column);
  out += fmt::format("  | {}{}{}\n", before, marked, after);
  out += fmt::format("  | {}{}{}\n", std::string(display_width(before), ' '),
                     std::string(carets, '^'), hint);
  return out;
}

}  // namespace

std::string describe(const Error& error, std::string_view statement) {
  return show("error", error.message(), error.span(), error.suggestion(), statement);
}

std::string describe(const Warning& warning, std::string_view statement) {
  return show("warning", warning.message, warning.span, warning.suggestion, statement);
}

}  // namespace cupel
