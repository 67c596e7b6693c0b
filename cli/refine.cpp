#include "cli/refine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace cupel::cli {
namespace {

constexpr std::string_view kUsage =
    ".refine takes the name of an autotag and how many images to ask about, as in .refine rain 12";
constexpr std::string_view kAnswers = "y: yes, n: no, s: skip, q: stop and learn\n";
constexpr std::string_view kSpaces = " \t\r\n;";

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

struct Wanted {
  std::string name;
  std::string count;  ///< digits, or empty
};

/// A name, bare or in quotes (those inside doubled), and a number.
std::optional<Wanted> read_arguments(std::string_view text) {
  const auto skip = [&] {
    text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  };
  Wanted wanted;
  skip();
  const char quote = text.empty() ? '\0' : text.front();
  if (quote == '"' || quote == '\'') {
    size_t at = 1;
    for (; at < text.size(); ++at) {
      if (text[at] == quote && (at + 1 == text.size() || text[at + 1] != quote)) break;
      if (text[at] == quote) ++at;
      wanted.name += text[at];
    }
    if (at >= text.size()) return std::nullopt;
    text.remove_prefix(at + 1);
  } else {
    wanted.name = text.substr(0, text.find_first_of(kSpaces));
    text.remove_prefix(wanted.name.size());
  }
  skip();
  wanted.count = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(wanted.count.size());
  skip();
  if (wanted.name.empty() || !text.empty()) return std::nullopt;
  return wanted;
}

/// One suggestion, as SUGGEST FOR AUTOTAG answers it.
struct Question {
  std::string name;  ///< as REFINE AUTOTAG takes it
  std::string text;  ///< for people, ready for a terminal; one line or two
};

std::vector<Question> questions_of(const Table& table) {
  std::vector<Question> questions;
  for (const Batch& batch : table.batches)
    for (size_t row = 0; row < batch.rows; ++row) {
      Question question;
      std::string score, place, label;
      for (size_t c = 0; c < table.columns.size(); ++c) {
        const std::string& column = table.columns[c].name;
        const std::string value = to_text(batch.columns[c].value(row));
        if (column == "reference_id") question.name = value;
        if (column == "annotation_id") question.name += "/" + value;
        if (column == "label" && !value.empty()) label = ", " + value;
        if (column == "score") score = value;
        if (column == "image_location") place = value;
      }
      question.text =
          terminal_text(fmt::format("{}{} (score {})", question.name, label, score)) + "\n";
      if (!place.empty()) question.text += "  " + terminal_text(place) + "\n";
      questions.push_back(std::move(question));
    }
  return questions;
}

/// The answer's letter; q at the end of input.
char ask(const Dialogue& dialogue, const std::string& tag) {
  for (;;) {
    dialogue.say(fmt::format("  is it {}? [y/n/s/q] ", tag));
    const std::optional<std::string> line = dialogue.read();
    if (!line) return 'q';
    const size_t at = line->find_first_not_of(kSpaces);
    const char answer =
        at == std::string::npos ? ' ' : static_cast<char>(std::tolower((*line)[at]));
    if (std::string_view("ynsq").find(answer) != std::string_view::npos) return answer;
    dialogue.say(std::string(kAnswers));
  }
}

std::string list(std::string_view keyword, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::string out = fmt::format(" {} (", keyword);
  for (const std::string& name : names) {
    if (&name != &names.front()) out += ", ";
    out += in_quotes(name);
  }
  return out + ")";
}

}  // namespace

Result<std::string> refine(Session& session, std::string_view arguments, const Dialogue& dialogue) {
  const std::optional<Wanted> wanted = read_arguments(arguments);
  if (!wanted) return Error(ErrorCode::kSyntax, std::string(kUsage));
  const std::string tag = in_quotes(wanted->name);
  Result<Table> suggested =
      session.execute("SUGGEST FOR AUTOTAG " + tag +
                      (wanted->count.empty() ? std::string() : " LIMIT " + wanted->count));
  if (!suggested) return Error(suggested.error().code(), suggested.error().message());
  for (const Warning& warning : suggested->warnings)
    dialogue.say(terminal_text("warning: " + warning.message) + "\n");
  const std::vector<Question> questions = questions_of(suggested.value());
  std::vector<std::string> added, rejected;
  for (size_t i = 0; i < questions.size(); ++i) {
    dialogue.say(fmt::format("{} of {}: {}", i + 1, questions.size(), questions[i].text));
    const char answer = ask(dialogue, terminal_text(wanted->name));
    if (answer == 'q') break;
    if (answer == 'y') added.push_back(questions[i].name);
    if (answer == 'n') rejected.push_back(questions[i].name);
  }
  if (added.empty() && rejected.empty())
    return fmt::format("nothing was answered, so that autotag '{}' stays as it is", wanted->name);
  Result<Table> refined =
      session.execute("REFINE AUTOTAG " + tag + list("ADD", added) + list("REJECT", rejected));
  if (!refined) return Error(refined.error().code(), refined.error().message());
  return refined->message;
}

}  // namespace cupel::cli
