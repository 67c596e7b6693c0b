#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "grammar/print.hpp"
#include "grammar/print_evaluation.hpp"
#include "grammar/print_expression.hpp"
#include "grammar/print_insights.hpp"
#include "grammar/print_labels.hpp"
#include "grammar/print_vectors.hpp"
#include "grammar/words.hpp"

namespace cupel::grammar {
namespace {

/// Whether a condition that begins so could be taken for a statement or a clause, and so needs its
/// WHERE.
bool begins_like_statement(std::string_view condition) {
  static const std::vector<std::string> kWords = {
      "analyze", "apply",    "assert",   "audit",    "begin",   "commit", "compare", "create",
      "delete",  "describe", "drop",     "evaluate", "explain", "export", "find",    "import",
      "insert",  "near",     "outliers", "refine",   "refresh", "rename", "report",  "rollback",
      "sample",  "send",     "show",     "sql",      "suggest", "update", "use"};
  const size_t end = std::find_if_not(condition.begin(), condition.end(),
                                      [](char c) { return is_word(std::string("a") + c); }) -
                     condition.begin();
  std::string word(condition.substr(0, end));
  std::transform(word.begin(), word.end(), word.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

std::string join(const std::vector<ExpressionPtr>& expressions) {
  std::string result;
  for (const ExpressionPtr& expression : expressions) {
    if (!result.empty()) result += ", ";
    result += print(*expression);
  }
  return result;
}

/// Adds clauses to each other with one blank between them.
void add(std::string& text, const std::string& clause) {
  if (!text.empty()) text += ' ';
  text += clause;
}

void add_select(std::string& text, const Query& query) {
  std::string list;
  for (const SelectEntry& entry : query.select) {
    if (!list.empty()) list += ", ";
    list += print(*entry.expression);
    if (entry.alias) list += " AS " + print_name(*entry.alias);
  }
  if (!list.empty()) add(text, "SELECT " + list);
}

void add_order(std::string& text, const Query& query) {
  std::string list;
  for (const OrderKey& key : query.order_by) {
    if (!list.empty()) list += ", ";
    list += print(*key.expression);
    if (key.descending) list += " DESC";
  }
  if (!list.empty()) add(text, "ORDER BY " + list);
}

void add_where(std::string& text, const ExpressionPtr& where) {
  if (where) add(text, "WHERE " + print(*where));
}

std::string print_format(const FormatChoice& format) {
  std::string settings;
  for (const FormatSetting& setting : format.settings) {
    if (!settings.empty()) settings += ", ";
    settings += print_name(setting.name.text) + " = " + quote_text(setting.value.text);
  }
  std::string text = " FORMAT " + print_name(format.name.text);
  return settings.empty() ? text : text + " (" + settings + ")";
}

struct StatementPrinter {
  std::string operator()(const Query& s) { return print(s); }
  std::string operator()(const Explain& s) {
    static constexpr std::string_view kWords[] = {"EXPLAIN", "EXPLAIN ANALYZE", "EXPLAIN SQL"};
    return fmt::format("{} {}", kWords[static_cast<size_t>(s.as)], print(s.query));
  }
  std::string operator()(const CreateSlice& s) {
    std::string text =
        fmt::format("CREATE {}SLICE {}", s.live ? "LIVE " : "", print_name(s.name.text));
    if (s.query) return text + " AS " + print(*s.query);
    std::string list;
    for (const Name& reference : s.references) {
      if (!list.empty()) list += ", ";
      list += quote_text(reference.text);
    }
    return text + " FROM (" + list + ")";
  }
  std::string operator()(const InsertIntoSlice& s) {
    return fmt::format("INSERT INTO SLICE {} {}", print_name(s.name.text), print(s.query));
  }
  std::string operator()(const DeleteFromSlice& s) {
    return fmt::format("DELETE FROM SLICE {} {}", print_name(s.name.text), print(s.query));
  }
  std::string operator()(const RenameSlice& s) {
    return fmt::format("RENAME SLICE {} TO {}", print_name(s.from.text), print_name(s.to.text));
  }
  std::string operator()(const DropSlice& s) { return "DROP SLICE " + print_name(s.name.text); }
  std::string operator()(const Show& s) {
    static constexpr std::string_view kWords[] = {
        "SLICES", "RUNS", "AUTOTAGS", "EMBEDDINGS", "PROBABILITIES", "LABELS", "FIELDS", "STATS"};
    std::string text = fmt::format("SHOW {}", kWords[static_cast<size_t>(s.what)]);
    if (s.source) text += " OF " + print(*s.source);
    return text;
  }
  std::string operator()(const DescribeSlice& s) {
    return "DESCRIBE SLICE " + print_name(s.name.text);
  }
  std::string operator()(const Import& s) {
    static constexpr std::string_view kWords[] = {"ITEMS", "ANNOTATIONS", "PREDICTIONS"};
    std::string text =
        fmt::format("IMPORT {} FROM {}", kWords[static_cast<size_t>(s.what)], quote_text(s.file));
    if (s.run) text += " AS RUN " + quote_text(s.run->text);
    if (s.format) text += print_format(*s.format);
    if (s.update) text += " UPDATE";
    if (s.skip_errors) text += " ON ERROR SKIP";
    return text;
  }
  std::string operator()(const Export& s) {
    std::string text = fmt::format("EXPORT {} TO {}", print(s.query), quote_text(s.file));
    if (s.format) text += print_format(*s.format);
    return text;
  }
  std::string operator()(const Report& s) {
    std::string text = fmt::format("REPORT {} TO {}", print(s.query), quote_text(s.file));
    if (s.images) text += " IMAGES " + quote_text(s.images->text);
    return text;
  }
  std::string operator()(const Update& s) {
    std::string list;
    for (const Assignment& assignment : s.assignments) {
      if (!list.empty()) list += ", ";
      std::string value = assignment.value ? print_value(*assignment.value) : "MISSING";
      if (assignment.value && value.size() == 7 && near_words(value, {"missing"}).size() == 1) {
        value = quote_text(value);
      }
      list += print(assignment.path) + " = " + value;
    }
    std::string text = fmt::format("UPDATE {} SET {}", print(s.source), list);
    add_where(text, s.where);
    return text;
  }
  std::string operator()(const Delete& s) {
    std::string text = "DELETE FROM " + print(s.source);
    add_where(text, s.where);
    return text;
  }
  std::string operator()(const UseRun& s) { return "USE RUN " + quote_text(s.name.text); }
  std::string operator()(const Begin&) { return "BEGIN"; }
  std::string operator()(const Commit&) { return "COMMIT"; }
  std::string operator()(const Rollback&) { return "ROLLBACK"; }
  template <typename Other>
  std::string operator()(const Other& s) {
    return print(s);
  }
};

}  // namespace

std::string print(const Source& source) {
  switch (source.kind) {
    case SourceKind::kItems: return "items";
    case SourceKind::kAnnotations: return "annotations";
    case SourceKind::kPredictions:
      return source.run ? fmt::format("predictions({})", quote_text(*source.run)) : "predictions";
    case SourceKind::kObjects: return "objects";
  }
  return {};
}

std::string print(const Statement& statement) {
  return std::visit(StatementPrinter{}, statement.node);
}

std::string print(const Query& query) {
  std::string text;
  add_select(text, query);
  if (query.source) add(text, "FROM " + print(*query.source));
  if (query.where) {
    const std::string condition = print(*query.where);
    const bool bare = text.empty() && !begins_like_statement(condition);
    add(text, (bare ? "" : "WHERE ") + condition);
  }
  if (!query.group_by.empty()) add(text, "GROUP BY " + join(query.group_by));
  if (query.having) add(text, "HAVING " + print(*query.having));
  add_order(text, query);
  if (query.sample) {
    add(text, fmt::format("SAMPLE {}", query.sample->rows));
    if (query.sample->seed) add(text, fmt::format("SEED {}", *query.sample->seed));
  }
  if (query.limit) add(text, fmt::format("LIMIT {}", *query.limit));
  if (query.offset) add(text, fmt::format("OFFSET {}", *query.offset));
  if (query.exact) add(text, "EXACT");
  return text;
}

}  // namespace cupel::grammar
