#include "grammar/complete.hpp"

#include <algorithm>
#include <array>

#include "engine/api/state.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "grammar/words.hpp"

namespace cupel::api {
namespace {

using grammar::Before;

constexpr size_t kMost = 100;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
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

Fragment fragment_of(std::string_view text, size_t statement, std::string_view open) {
  if (open == "'" || open == "\"") {
    const size_t quote = text.rfind(open.front());
    return {quote, text.substr(quote + 1), true};
  }
  size_t begin = text.size();
  while (begin > statement && is_word_byte(text[begin - 1])) --begin;
  return {begin, text.substr(begin), false};
}

/// Finds candidates for one place. What the data has comes through queries of the language itself.
class Completer {
 public:
  Completer(const Call& call, grammar::Continuation place, const Fragment& fragment)
      : call_(call), place_(std::move(place)), fragment_(fragment) {}

  std::vector<Completion> run() {
    if (!after_keyword() && !member() && !value()) {
      if (!fragment_.quoted) keywords_ = place_.keywords;
      if (is(1, "FROM") && !is(3, "IMPORT")) {
        for (const char* name : {"items", "annotations", "predictions", "objects"}) add(name);
      } else if (place_.name) {
        fields(source(), "");
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

  void add(std::string text, std::string detail = {}) {
    found_.push_back({std::move(text), std::move(detail)});
  }

  /// Adds the first column of a query, and of a count the second as detail. One that fails has
  /// none.
  void add_query(const std::string& query, std::string_view noun = {}) {
    const Parameters none;
    const Call call{call_.session, none, RowForm::kFields, query};
    auto answer = guard([&] { return run_statement(call, grammar::parse(query)); });
    if (!answer.ok()) return;
    Cursor::State& state = *answer.value();
    if (state.stream)
      while (std::optional<Batch> batch = state.stream->next()) state.ready.push_back(*batch);
    for (const Batch& batch : state.ready) {
      for (size_t row = 0; row < batch.rows; ++row) {
        const Value first = batch.columns[0].value(row);
        if (first.is_missing()) continue;
        const bool counts = !noun.empty() && batch.columns.size() > 1;
        add(to_text(first),
            counts ? counted(static_cast<uint64_t>(batch.columns[1].integers[row]), noun) : "");
      }
    }
  }

  /// After a keyword that a name of a certain kind follows.
  bool after_keyword() {
    static constexpr std::array<std::pair<std::string_view, const char*>, 6> kKinds = {
        {{"SLICE", "SHOW SLICES"},
         {"RUN", "SHOW RUNS"},
         {"AUTOTAG", "SHOW AUTOTAGS"},
         {"EMBEDDINGS", "SHOW EMBEDDINGS"},
         {"PROJECT", "SHOW PROJECTS"},
         {"PROBABILITIES", "SHOW PROBABILITIES"}}};
    if (is(1, "(") && (is(2, "PREDICTIONS") || is(2, "OUTCOME"))) {
      add_query("SHOW RUNS");
      return true;
    }
    const bool creates = is(2, "CREATE") || is(3, "CREATE") || is(2, "AS");
    for (const auto& [keyword, query] : kKinds) {
      if (!is(1, keyword) || creates) continue;
      add_query(query);
      return true;
    }
    return false;
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
      add_query("SHOW AUTOTAGS");
    } else if (head.starts_with("ITEM.")) {
      fields("items", path.substr(5));
    } else if (head.starts_with("ANNOTATIONS.") || head.starts_with("PREDICTIONS.")) {
      fields(head.starts_with("A") ? "annotations" : "predictions",
             path.substr(path.find('.') + 1));
    } else {
      fields(source(), path);
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
    labels(source);
    for (const char* name : {"count", "metadata", "position", "dimensions"}) add(name);
  }

  void labels(const std::string& of) { values("label", of); }

  void values(const std::string& path, const std::string& of) {
    add_query("SELECT " + path + ", count() FROM " + of + " GROUP BY " + path +
                  " ORDER BY count() DESC LIMIT 100",
              of.substr(0, of.find('(')));
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
    if (head == "SLICE") {
      add_query("SHOW SLICES");
    } else if (head == "AUTOTAG.IMAGE" || head == "AUTOTAG.OBJECT") {
      add_query("SHOW AUTOTAGS");
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

  /// The next segments of the fields of a source below a path ("metadata.").
  void fields(const std::string& of, const std::string& below) {
    const storage::SnapshotPtr snapshot = call_.session.view();
    const storage::Catalog& catalog = snapshot->catalog();
    std::vector<storage::TableId> tables{storage::kItems};
    if (of == "annotations") tables = {storage::kAnnotations};
    if (of.starts_with("predictions")) {
      tables.clear();
      for (const storage::Run& run : catalog.runs()) tables.push_back(run.table);
    }
    if (below.empty() && of == "items")
      for (const char* name : {"annotations", "predictions", "slice", "autotag"}) add(name);
    for (const storage::TableId table : tables)
      for (const storage::ColumnId id : catalog.columns(table))
        add_field(catalog.column(id), below);
    if (below.empty() && of != "items") add("item");
  }

  void add_field(const storage::Column& column, const std::string& below) {
    if (column.name.starts_with('$') || !column.name.starts_with(below)) return;
    const std::string_view rest = std::string_view(column.name).substr(below.size());
    const bool quoted = rest.starts_with('"');
    const size_t close = quoted ? rest.find('"', 1) : rest.find('.');
    const size_t end = std::min(quoted ? close + 1 : close, rest.size());
    const std::string_view segment = quoted ? rest.substr(1, end - 2) : rest.substr(0, end);
    add(std::string(segment), end == rest.size() ? std::string(to_string(column.type)) : "");
  }

  /// Those that begin with what is written, then those that have it inside, each once; in quotes
  /// where they must stand in some.
  std::vector<Completion> ranked() {
    std::vector<Completion> begins, holds;
    std::vector<std::string_view> seen;
    const std::string wanted = upper(fragment_.written);
    for (const Completion& found : found_) {
      const size_t at = upper(found.text).find(wanted);
      if (at == std::string::npos || found.text.empty() ||
          std::find(seen.begin(), seen.end(), found.text) != seen.end())
        continue;
      seen.push_back(found.text);
      (at == 0 ? begins : holds).push_back({written(found.text), found.detail});
    }
    for (const std::string& keyword : keywords_)
      if (keyword.starts_with(wanted)) begins.push_back({keyword, {}});
    begins.insert(begins.end(), holds.begin(), holds.end());
    if (begins.size() > kMost) begins.resize(kMost);
    return begins;
  }

  std::string written(const std::string& text) const {
    if (!fragment_.quoted && grammar::is_word(text) && !grammar::is_reserved(text)) return text;
    return grammar::quote_text(text);
  }

  const Call& call_;
  grammar::Continuation place_;
  Fragment fragment_;
  std::vector<Completion> found_;
  std::vector<std::string> keywords_;
};

Completions complete(Session::State& session, std::string_view text) {
  Completions result;
  result.begin = text.size();
  const std::vector<ScriptStatement> statements = split_script(text);
  const bool unfinished = !statements.empty() && !statements.back().complete;
  const std::string open = unfinished ? statements.back().open : std::string();
  if (open == "/*") return result;
  const size_t begin =
      unfinished ? static_cast<size_t>(statements.back().text.data() - text.data()) : text.size();
  const Fragment fragment = fragment_of(text, begin, open);
  result.begin = fragment.begin;
  const Parameters none;
  const Call call{session, none, RowForm::kFields, text};
  auto place = grammar::continuation_of(text.substr(begin, fragment.begin - begin));
  result.candidates = Completer(call, std::move(place), fragment).run();
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
