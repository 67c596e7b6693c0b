#include "grammar/complete.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_set>

#include "engine/api/candidates.hpp"
#include "engine/api/state.hpp"
#include "engine/io/export.hpp"
#include "engine/io/read.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "grammar/words.hpp"

namespace cupel::api {
namespace {

using grammar::Before;

constexpr size_t kMost = 100;
/// Of the 50 milliseconds in which a completion is to be there: the rest is for drawing it.
constexpr std::chrono::milliseconds kPatience{35};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// The unfinished word at the end of a text: its place, what is written of it, whether in quotes.
struct Fragment {
  size_t begin = 0;
  std::string_view written;
  bool quoted = false;
};

/// `part`: of the text, what the fragment is the end of.
Fragment fragment_of(std::string_view text, const grammar::ScriptPart& part) {
  if (part.open == "'" || part.open == "\"") return {part.open_at, text.substr(part.inside), true};
  size_t begin = text.size();
  while (begin > part.begin && is_word_byte(text[begin - 1])) --begin;
  return {begin, text.substr(begin), false};
}

/// Finds candidates for one place.
class Completer {
 public:
  Completer(Session::State& session, grammar::Continuation place, const Fragment& fragment)
      : found_(session, std::chrono::steady_clock::now() + kPatience),
        place_(std::move(place)),
        fragment_(fragment) {}

  /// Whether a file is to be named there: texts without another meaning are.
  bool wants_file() const {
    return (place_.text && !place_.name && !is(1, "DESCRIPTION")) || sets_file();
  }

  std::vector<Completion> run() {
    if (!after_keyword() && !member() && !setting() && !value()) {
      if (!fragment_.quoted) keywords_ = place_.keywords;
      if (is(1, "FROM") && !is(3, "IMPORT")) {
        for (const char* name : {"items", "annotations", "predictions", "objects"}) add(name);
      } else if (place_.name) {
        found_.fields(source(), "");
      }
    }
    return ranked();
  }

 private:
  size_t size() const { return place_.before.size(); }
  /// The word `back` places before the end, 1 the last; empty past the beginning.
  std::string_view word(size_t back) const {
    if (back == 0 || back > size()) return {};
    return place_.before[size() - back].text;
  }
  bool is(size_t back, std::string_view keyword) const {
    return back > 0 && back <= size() && !place_.before[size() - back].quoted &&
           upper(word(back)) == keyword;
  }

  void add(std::string text) { found_.add(std::move(text)); }

  /// After a keyword that a name of a certain kind follows.
  bool after_keyword() {
    if (is(1, "(") && (is(2, "PREDICTIONS") || is(2, "OUTCOME"))) return found_.names("RUN");
    if (size() == 0 || place_.before.back().quoted) return false;
    const bool creates = is(2, "CREATE") || is(3, "CREATE") || is(2, "AS");
    return !creates && found_.names(upper(word(1)));
  }

  /// `annotations.`, `metadata.`, `autotag.image.`: what belongs to the path.
  bool member() {
    if (!is(1, ".")) return false;
    std::string path;
    size_t back = 1;
    for (; is(back, "."); back += 2) path = std::string(word(back + 1)) + "." + path;
    if (is(back - 1, ")")) return members_of_run(back - 1);
    const std::string head = upper(path);
    if (head == "ANNOTATIONS." || head == "PREDICTIONS.") {
      members_of(head == "ANNOTATIONS." ? "annotations" : "predictions");
    } else if (head == "AUTOTAG.") {
      add("image");
      add("object");
    } else if (head == "AUTOTAG.IMAGE." || head == "AUTOTAG.OBJECT.") {
      found_.names("AUTOTAG");
    } else if (head.starts_with("ITEM.")) {
      found_.fields("items", path.substr(5));
    } else if (head.starts_with("ANNOTATIONS.") || head.starts_with("PREDICTIONS.")) {
      found_.fields(head.starts_with("A") ? "annotations" : "predictions",
                    path.substr(path.find('.') + 1));
    } else {
      found_.fields(source(), path);
    }
    return true;
  }

  /// `predictions("large").`, whose bracket closes at `close`.
  bool members_of_run(size_t close) {
    if (!is(close + 2, "(") || !is(close + 3, "PREDICTIONS")) return false;
    members_of("predictions(" + grammar::quote_text(std::string(word(close + 1))) + ")");
    return true;
  }

  void members_of(const std::string& source) {
    found_.values("label", source, fragment_.written);
    for (const char* name : {"count", "metadata", "position", "dimensions"}) add(name);
  }

  /// `FORMAT yolo (task = `: how many words before the end its name stands; 0 for another place.
  size_t format_before(size_t equal) const {
    if (!is(equal, "=")) return 0;
    size_t back = equal;
    while (back < size() && !is(back, "(")) ++back;
    return is(back, "(") && is(back + 2, "FORMAT") ? back + 1 : 0;
  }

  std::span<const io::FormatOption> options_of(const std::string& format) const {
    const auto& known = formats();
    if (std::find(known.begin(), known.end(), format) == known.end()) return {};
    if (is(size(), "EXPORT")) return io::writing_options(format);
    return is(size(), "IMPORT") && !is(size() - 1, "LABELING")
               ? io::reading_options(format)
               : std::span<const io::FormatOption>();
  }

  /// The option that is being given a value; null where there is none.
  const io::FormatOption* option() const {
    const size_t format = format_before(1);
    if (format == 0) return nullptr;
    for (const io::FormatOption& known : options_of(lower(word(format))))
      if (known.name == lower(word(2))) return &known;
    return nullptr;
  }

  bool sets_file() const {
    const io::FormatOption* known = option();
    return known != nullptr && known->kind == io::FormatOption::Kind::kFile;
  }

  std::vector<std::string> formats() const {
    if (is(size(), "EXPORT")) return io::writable_formats();
    if (is(size(), "SEND")) return {"jsonl", "label_studio", "scale"};
    if (is(size() - 1, "LABELING")) return {"jsonl", "label_studio", "scale", "votes"};
    return io::readable_formats();
  }

  /// Names of formats, and values of their options.
  bool setting() {
    if (is(1, "FORMAT")) {
      for (const std::string& name : formats()) add(name);
      return true;
    }
    if ((is(1, "(") && is(3, "FORMAT")) || (is(1, ",") && is(3, "="))) {
      const size_t format = is(1, "(") ? 2 : format_before(3);
      if (format == 0) return false;
      for (const io::FormatOption& known : options_of(lower(word(format))))
        add(std::string(known.name));
      return true;
    }
    if (format_before(1) == 0) return false;
    const io::FormatOption* known = option();
    if (known == nullptr) return true;
    for (const std::string& choice : known->choices) add(choice);
    if (known->kind == io::FormatOption::Kind::kFlag) keywords_ = {"true", "false"};
    return true;
  }

  /// After `field =`, `field IN (…,`: values of the field.
  bool value() {
    static constexpr std::array<std::string_view, 3> kCompare = {"=", "!=", "<>"};
    size_t back = 1;
    if (is(1, "(") || is(1, ",")) {
      while (back < size() && !is(back, "(")) ++back;
      if (!is(back, "(") || !is(back + 1, "IN")) return false;
      ++back;
    } else if (std::find(kCompare.begin(), kCompare.end(), word(1)) == kCompare.end()) {
      return false;
    }
    return values_of(path_before(back));
  }

  /// The path that ends before the word at `back`, as it was written.
  std::string path_before(size_t back) const {
    std::string path;
    for (size_t at = back + 1; at <= size(); at += 2) {
      const Before& part = place_.before[size() - at];
      path = (part.quoted ? grammar::quote_text(part.text) : part.text) +
             (path.empty() ? "" : "." + path);
      if (!is(at + 1, ".")) break;
    }
    return path;
  }

  bool values_of(const std::string& path) {
    if (path.empty()) return false;
    const std::string head = upper(path);
    const auto values = [&](const std::string& field, const std::string& of) {
      found_.values(field, of, fragment_.written);
    };
    if (head == "SLICE") {
      found_.names("SLICE");
    } else if (head == "AUTOTAG.IMAGE" || head == "AUTOTAG.OBJECT") {
      found_.names("AUTOTAG");
    } else if (head == "OUTCOME") {
      for (const char* outcome : {"tp", "fp", "fn", "ignored"}) add(outcome);
    } else if (head.starts_with("ANNOTATIONS.") || head.starts_with("PREDICTIONS.")) {
      values(path.substr(path.find('.') + 1),
             head.starts_with("A") ? "annotations" : "predictions");
    } else if (head.starts_with("ITEM.")) {
      values(path.substr(5), "items");
    } else {
      values(path, source());
    }
    return true;
  }

  /// What the statement asks of: the words behind its last FROM.
  std::string source() const {
    for (size_t back = 2; back <= size(); ++back) {
      if (!is(back, "FROM")) continue;
      const std::string name = upper(word(back - 1));
      if (name == "PREDICTIONS" && back >= 4 && is(back - 2, "("))
        return "predictions(" + grammar::quote_text(std::string(word(back - 3))) + ")";
      if (name == "ANNOTATIONS") return "annotations";
      if (name == "PREDICTIONS") return "predictions";
    }
    return "items";
  }

  /// Those that begin with what is written, then those that have it inside, each once; in quotes
  /// where they must stand in some.
  std::vector<Completion> ranked() {
    std::vector<Completion> begins, holds;
    std::unordered_set<std::string_view> seen;
    const std::string wanted = upper(fragment_.written);
    const std::vector<Completion> all = found_.take();
    for (const Completion& found : all) {
      const size_t at = upper(found.text).find(wanted);
      if (at == std::string::npos || found.text.empty() || !seen.insert(found.text).second)
        continue;
      (at == 0 ? begins : holds).push_back({written(found.text), found.detail});
    }
    for (const std::string& keyword : keywords_)
      if (upper(keyword).starts_with(wanted)) begins.push_back({keyword, {}});
    begins.insert(begins.end(), holds.begin(), holds.end());
    if (begins.size() > kMost) begins.resize(kMost);
    return begins;
  }

  std::string written(const std::string& text) const {
    if (!fragment_.quoted && grammar::is_word(text) && !grammar::is_reserved(text)) return text;
    return grammar::quote_text(text);
  }

  Candidates found_;
  grammar::Continuation place_;
  Fragment fragment_;
  std::vector<std::string> keywords_;
};

Completions complete(Session::State& session, std::string_view text) {
  Completions result;
  result.begin = text.size();
  const std::vector<grammar::ScriptPart> parts = grammar::split_script(text);
  grammar::ScriptPart part;
  part.begin = static_cast<uint32_t>(text.size());
  if (!parts.empty() && !parts.back().complete) part = parts.back();
  if (part.open == "/*") return result;
  const Fragment fragment = fragment_of(text, part);
  result.begin = fragment.begin;
  auto place = grammar::continuation_of(text.substr(part.begin, fragment.begin - part.begin));
  Completer completer(session, std::move(place), fragment);
  result.file = completer.wants_file();
  if (!result.file) result.candidates = completer.run();
  return result;
}

}  // namespace
}  // namespace cupel::api

namespace cupel {

Result<Completions> Session::complete(std::string_view text) {
  return api::guard([&] {
    state_->interrupted = false;
    return api::complete(*state_, text);
  });
}

}  // namespace cupel
