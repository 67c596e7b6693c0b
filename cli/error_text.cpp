#include "cli/error_text.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace cupel::cli {
namespace {

bool colored(Color color) {
  if (color != Color::kAuto) return color == Color::kAlways;
  const char* none = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && (none == nullptr || *none == '\0') && term != nullptr &&
         std::string_view(term) != "dumb";
}

}  // namespace

std::string painted(std::string description, Color color) {
  if (!colored(color)) return description;
  const bool warning = description.starts_with("warning");
  const std::string begin = warning ? "\x1b[1;33m" : "\x1b[1;31m";
  const std::string end = "\x1b[0m";
  // The carets first: places before them stay where they are.
  for (size_t line = description.size(); line != std::string::npos && line > 0;) {
    line = description.rfind('\n', line - 1);
    const size_t text = line == std::string::npos ? 0 : line + 1;
    const size_t caret = description.find_first_not_of(" |", text);
    if (description.compare(text, 4, "  | ") == 0 && caret != std::string::npos &&
        description[caret] == '^') {
      const size_t last = description.find_first_not_of('^', caret);
      description.insert(last == std::string::npos ? description.size() : last, end);
      description.insert(caret, begin);
    }
    if (line == std::string::npos) break;
  }
  const size_t colon = description.find(':');
  if (colon != std::string::npos) {
    description.insert(colon, end);
    description.insert(0, begin);
  }
  return description;
}

std::string error_json(const Error& error, std::string_view statement, std::string_view kind) {
  std::string out = fmt::format("{{\"kind\":{},\"code\":{},\"message\":{}", json_quote(kind),
                                json_quote(to_string(error.code())), json_quote(error.message()));
  if (error.span()) {
    const Position place = position_of(statement, *error.span());
    out += fmt::format(",\"line\":{},\"column\":{},\"length\":{}", place.line, place.column,
                       place.length);
  }
  if (!error.suggestion().empty())
    out += fmt::format(",\"suggestion\":{}", json_quote(error.suggestion()));
  return out + "}\n";
}

}  // namespace cupel::cli
