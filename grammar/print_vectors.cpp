#include "grammar/print_vectors.hpp"

#include <fmt/format.h>

#include <string_view>

#include "grammar/clauses.hpp"
#include "grammar/print.hpp"
#include "grammar/print_expression.hpp"

namespace cupel::grammar {
namespace {

/// ` WORDS ("a", "b")`; nothing for no names.
std::string list(std::string_view words, const std::vector<Name>& names) {
  std::string text;
  for (const Name& name : names)
    text += (text.empty() ? fmt::format(" {} (", words) : ", ") + quote_text(name.text);
  return text.empty() ? text : text + ")";
}

std::string rows(const std::optional<Source>& source) {
  return source ? " FOR " + print(*source) : std::string();
}

/// A query that stands where a list of names could.
std::string not_a_list(const Query& query) {
  const std::string text = print(query);
  return text.starts_with('(') ? "WHERE " + text : text;
}

}  // namespace

std::string print(const ImportEmbeddings& s) {
  return fmt::format("IMPORT EMBEDDINGS FROM {} AS {}{}", quote_text(s.file.text),
                     print_name(s.name.text), rows(s.rows)) +
         Clauses("").file("IDS FROM", s.ids).flag("UPDATE", s.update).take();
}

std::string print(const DropEmbeddings& s) { return "DROP EMBEDDINGS " + print_name(s.name.text); }

std::string print(const FindNear& s) {
  std::string text =
      Clauses(s.what == NearWhat::kOutliers ? "FIND OUTLIERS" : "FIND NEAR DUPLICATES")
          .name("IN SLICE", s.slice)
          .take();
  if (s.within) text += fmt::format(" WITHIN {}", s.within->value);
  return Clauses(std::move(text)).name("USING", s.embedding).take();
}

std::string print(const CreateAutotag& s) {
  std::string text = fmt::format("CREATE AUTOTAG {}", print_name(s.name.text));
  if (s.slice) {
    text += " FROM SLICE " + print_name(s.slice->text);
  } else {
    text += s.query ? " FROM " + not_a_list(*s.query) : list("FROM", s.examples);
  }
  text += list("NOT", s.rejected) + rows(s.rows);
  return Clauses(std::move(text)).name("USING", s.embedding).count("SEED", s.seed).take();
}

std::string print(const RefineAutotag& s) {
  return "REFINE AUTOTAG " + print_name(s.name.text) + list("ADD", s.added) +
         list("REJECT", s.rejected) + list("REMOVE", s.removed);
}

std::string print(const NamedAutotag& s) {
  static constexpr std::string_view kVerbs[] = {"REFRESH", "DESCRIBE", "DROP"};
  return fmt::format("{} AUTOTAG {}", kVerbs[static_cast<size_t>(s.verb)], print_name(s.name.text));
}

std::string print(const SuggestForAutotag& s) {
  return Clauses("SUGGEST FOR AUTOTAG " + print_name(s.name.text)).count("LIMIT", s.limit).take();
}

}  // namespace cupel::grammar
