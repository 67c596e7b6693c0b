#include "cli/candidates.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "cli/render.hpp"

namespace cupel::cli {
namespace {

constexpr size_t kMostListed = 60;
constexpr size_t kWidest = 40;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

winsize window() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) size = {};
  return size;
}

std::string padded(const std::string& text, size_t width) {
  const size_t taken = display_width(text);
  return taken < width ? text + std::string(width - taken, ' ') : text;
}

}  // namespace

std::string common_beginning(const std::vector<Completion>& candidates) {
  std::string common = candidates.front().text;
  for (const Completion& candidate : candidates) {
    const size_t most = std::min(common.size(), candidate.text.size());
    size_t same = 0;
    while (same < most && common[same] == candidate.text[same]) ++same;
    common.resize(same);
  }
  const std::string& whole = candidates.front().text;
  while (!common.empty() && common.size() < whole.size() && is_continuation(whole[common.size()]))
    common.pop_back();
  return common;
}

bool continues(const std::string& word, const std::string& candidate) {
  const auto same = [](char a, char b) {
    const bool quotes = (a == '\'' || a == '"') && (b == '\'' || b == '"');
    return quotes || std::tolower(static_cast<unsigned char>(a)) ==
                         std::tolower(static_cast<unsigned char>(b));
  };
  return candidate.size() >= word.size() &&
         std::equal(word.begin(), word.end(), candidate.begin(), same);
}

std::string ended(const std::string& candidate) {
  if (candidate.ends_with('/')) return candidate;
  for (const char* name : {"annotations", "predictions", "metadata", "autotag", "item", "image",
                           "object", "position", "dimensions"})
    if (candidate == name) return candidate;
  return candidate + " ";
}

std::string candidate_list(const std::vector<Completion>& candidates, size_t width) {
  size_t widest = 0;
  size_t details = 0;
  std::vector<std::pair<std::string, std::string>> shown;
  for (const Completion& candidate : candidates) {
    if (shown.size() == kMostListed) break;
    shown.emplace_back(fitted(terminal_text(candidate.text), kWidest), candidate.detail);
    widest = std::max(widest, display_width(shown.back().first));
    details = std::max(details, display_width(candidate.detail));
  }
  const size_t with_details = widest + 2 + details + (details > 0 ? 2 : 0);
  const bool detailed = details > 0 && with_details <= width;
  const size_t cell = std::max<size_t>(detailed ? with_details : widest + 2, 1);
  const size_t columns = std::max<size_t>(1, width / cell);
  const size_t rows = (shown.size() + columns - 1) / columns;
  std::string out;
  for (size_t row = 0; row < rows; ++row) {
    std::string line;
    for (size_t at = row; at < shown.size(); at += rows) {
      std::string text = padded(shown[at].first, widest + 2);
      if (detailed) text += padded(shown[at].second, details + 2);
      line += text;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  if (candidates.size() > shown.size())
    out += "… and " + std::to_string(candidates.size() - shown.size()) + " more\n";
  return out;
}

size_t code_points(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

size_t terminal_width() {
  if (const size_t columns = window().ws_col; columns > 0) return columns;
  const char* given = std::getenv("COLUMNS");
  const long columns = given == nullptr ? 0 : std::strtol(given, nullptr, 10);
  return columns > 0 ? static_cast<size_t>(columns) : 80;
}

size_t terminal_height() {
  const size_t lines = window().ws_row;
  return lines > 0 ? lines : 24;
}

}  // namespace cupel::cli
