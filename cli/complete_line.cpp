#include "cli/complete_line.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/options.hpp"

namespace cupel::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMost = 100;
/// Of a folder that is larger not all names are looked at: a person waits.
constexpr size_t kMostEntries = 20000;

std::string in_quotes(std::string_view text, char quote) {
  if (quote == 0) return std::string(text);
  std::string out(1, quote);
  for (const char c : text) out += c == quote ? std::string(2, c) : std::string(1, c);
  return out;
}

/// Without a quote that is doubled.
std::string unquoted(std::string_view text, char quote) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == quote && quote != 0 && text.substr(i + 1, 1) == text.substr(i, 1)) ++i;
  }
  return out;
}

std::vector<Completion> beginning_with(std::string_view word, std::span<const std::string> all) {
  std::vector<Completion> found;
  for (const std::string& candidate : all)
    if (candidate.starts_with(word)) found.push_back({candidate, {}});
  return found;
}

std::vector<Completion> tag_names(Session& session, const std::string& word) {
  const Result<Completions> found = session.complete("DROP AUTOTAG " + word);
  return found.ok() ? found.value().candidates : std::vector<Completion>();
}

/// The word at the end of a command, and whether it is its first argument.
struct Argument {
  size_t begin = 0;
  char quote = 0;
  bool is_first = false;
};

Argument argument_of(std::string_view text) {
  Argument last;
  size_t words = 0;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\t') {
      last = {++at, 0, words == 1};
      continue;
    }
    const bool quoted = text[at] == '\'' || text[at] == '"';
    last = {at, quoted ? text[at] : '\0', words == 1};
    const size_t end = quoted ? text.find(text[at], at + 1) : text.find_first_of(" \t", at);
    at = end == std::string_view::npos ? text.size() : end + (quoted ? 1 : 0);
    ++words;
  }
  return last;
}

Completions complete_command(const Database& database, Session& session, std::string_view text) {
  Completions result;
  const std::string name(text.substr(0, text.find_first_of(" \t")));
  if (name.size() == text.size()) {
    std::vector<std::string> names;
    for (const Command& command : commands()) names.emplace_back(command.name);
    result.candidates = beginning_with(text, names);
    return result;
  }
  const Argument argument = argument_of(text);
  result.begin = argument.begin;
  const auto command = std::find_if(commands().begin(), commands().end(),
                                    [&](const Command& known) { return known.name == name; });
  if (command == commands().end() || !argument.is_first) return result;
  const std::string_view word = text.substr(argument.begin);
  const std::string_view bare = word.substr(argument.quote == 0 ? 0 : 1);
  switch (command->takes) {
    case Takes::kNothing: break;
    case Takes::kFile: result.candidates = file_names(database, bare, argument.quote); break;
    case Takes::kDatabase:
      result.candidates = file_names(database, bare, argument.quote, true);
      break;
    case Takes::kTag: result.candidates = tag_names(session, std::string(word)); break;
    case Takes::kFormat: result.candidates = beginning_with(word, format_words()); break;
    case Takes::kSwitch:
      result.candidates = beginning_with(word, std::vector<std::string>{"on", "off"});
      break;
    case Takes::kTopic: result.candidates = beginning_with(word, topics()); break;
  }
  return result;
}

}  // namespace

std::vector<Completion> file_names(const Database& database, std::string_view name, char quote,
                                   bool only_folders) {
  const std::string typed = unquoted(name, quote);
  const size_t slash = typed.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : typed.substr(0, slash + 1);
  const std::string begun = typed.substr(folder.size());
  std::vector<Completion> found;
  const Result<std::string> place = database.reachable(folder.empty() ? "." : folder);
  if (!place) return found;
  std::error_code error;
  fs::directory_iterator entry(place.value(), error);
  for (size_t seen = 0; !error && entry != fs::directory_iterator() && seen < kMostEntries;
       ++seen, entry.increment(error)) {
    const std::string file = entry->path().filename().string();
    std::error_code gone;
    if (!file.starts_with(begun) || (file.starts_with('.') && begun.empty())) continue;
    const bool is_folder = entry->is_directory(gone);
    if (only_folders && !is_folder) continue;
    const std::string path = folder + file;
    const char around = quote != 0 || path.find_first_of(" \t'\"") == std::string::npos ? quote
                        : path.find('\'') == std::string::npos                          ? '\''
                                                                                        : '"';
    std::string text = in_quotes(path, around);
    if (is_folder) {
      text += '/';
    } else if (around != 0) {
      text += around;
    }
    found.push_back({std::move(text), {}});
  }
  std::sort(found.begin(), found.end(),
            [](const Completion& a, const Completion& b) { return a.text < b.text; });
  if (found.size() > kMost) found.resize(kMost);
  return found;
}

Completions complete_line(const Database& database, Session& session, const std::string& text) {
  if (text.starts_with('.')) return complete_command(database, session, text);
  const Result<Completions> answer = session.complete(text);
  if (!answer) return {};
  Completions found = answer.value();
  if (!found.file) return found;
  const std::string_view word = std::string_view(text).substr(found.begin);
  const bool quoted = word.starts_with('\'') || word.starts_with('"');
  found.candidates = file_names(database, word.substr(quoted ? 1 : 0), quoted ? word[0] : '\'');
  return found;
}

}  // namespace cupel::cli
