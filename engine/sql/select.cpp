#include "engine/sql/select.hpp"

#include <algorithm>

#include "engine/sql/compare.hpp"
#include "engine/sql/literal.hpp"

namespace cupel::sql {
namespace {

/// Writes clauses, each on a line of its own.
class Clauses {
 public:
  explicit Clauses(std::string_view indent) : line_("\n" + std::string(indent)) {}

  void add(std::string_view text) { text_ += (text_.empty() ? "" : line_) + std::string(text); }
  void add_list(std::string_view clause, const std::vector<std::string>& list) {
    for (size_t i = 0; i < list.size(); ++i) {
      if (i == 0)
        add(std::string(clause) + " " + list[i]);
      else
        text_ += ", " + list[i];
    }
  }
  /// A condition a line.
  void add_conditions(std::string_view clause, const std::vector<Term>& list) {
    for (size_t i = 0; i < list.size(); ++i)
      add((i == 0 ? std::string(clause) : "  AND") + " " +
          list[i].in(list.size() == 1 ? Binding::kOr : Binding::kNot));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string line_, text_;
};

/// Numbers of both kinds in one order: as doubles, and where those are the same, as integers.
void add_number_order(const Typed& key, std::vector<Term>& terms) {
  terms.push_back(*as_double(key));
  const auto& whole = key.get(Type::kInt64);
  const auto& real = key.get(Type::kFloat64);
  if (!whole || !real) return;
  const std::string text = real->in(Binding::kSum);
  terms.push_back({.text = "COALESCE(" + whole->text + ", CASE WHEN " + text +
                           " >= -9223372036854775808e0 AND " + text +
                           " < 9223372036854775808e0 THEN " + cast(*real, Type::kInt64).text +
                           " END)"});
}

}  // namespace

std::string to_text(const Select& select, std::string_view indent) {
  Clauses clauses(indent);
  clauses.add_list("SELECT", select.columns);
  clauses.add("FROM " + select.from);
  if (!select.join.empty()) clauses.add("JOIN " + select.join);
  clauses.add_conditions("WHERE", select.where);
  clauses.add_list("GROUP BY", select.group_by);
  clauses.add_conditions("HAVING", select.having);
  clauses.add_list("ORDER BY", select.order_by);
  if (select.limit) {
    constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
    std::string limit = "LIMIT " + std::to_string(std::min(*select.limit, kMost));
    if (select.offset != 0) limit += " OFFSET " + std::to_string(std::min(select.offset, kMost));
    clauses.add(limit);
  }
  return clauses.take();
}

std::string union_of(const std::vector<Select>& selects, std::string_view alias) {
  std::string out = "(";
  for (size_t i = 0; i < selects.size(); ++i)
    out += (i == 0 ? "\n  " : "\n  UNION ALL\n  ") + to_text(selects[i], "  ");
  return out + "\n) AS " + std::string(alias);
}

std::string named(const Term& term, std::string_view name) {
  const size_t dot = term.text.find('.');
  const bool own = term.binding == Binding::kPrimary && dot != std::string::npos &&
                   std::string_view(term.text).substr(dot + 1) == identifier(name);
  return own ? term.text : term.text + " AS " + quoted_identifier(name);
}

void add_order(const Typed& key, bool descending, std::vector<std::string>& terms) {
  if (key.constant()) return;  // a number there would be the place of a column
  std::vector<Term> found;
  std::string classes;
  size_t count = 0;
  for (const Type type : kTypesInOrder) {
    const auto& term = key.get(type);
    if (!term) continue;
    classes += " WHEN " + term->in(Binding::kSum) + " IS NOT NULL THEN " +
               std::to_string(type == Type::kFloat64 ? static_cast<int>(Type::kInt64)
                              : type == Type::kText  ? 5
                                                     : static_cast<int>(type));
    const bool number = type == Type::kInt64 || type == Type::kFloat64;
    if (type == Type::kFloat64 && key.has(Type::kInt64)) continue;
    ++count;
    if (number && key.has(Type::kFloat64) && key.has(Type::kInt64))
      add_number_order(key, found);
    else
      found.push_back(*term);
  }
  if (count > 1) found.insert(found.begin(), Term{.text = "CASE" + classes + " END"});
  for (const Term& term : found)
    terms.push_back(term.in(Binding::kSum) + (descending ? " DESC" : "") +
                    (term.nullable ? " NULLS LAST" : ""));
}

}  // namespace cupel::sql
