#include <algorithm>

#include "engine/sql/compare.hpp"

/// Truth: chains, negation, NULL.
namespace cupel::sql {
namespace {

/// `neutral` is what a chain of nothing is, and what its opposite decides.
Term chain(std::vector<Term> conditions, std::string_view word, Binding binding, bool neutral) {
  const auto is = [](bool value) {
    return [value](const Term& term) { return term.text == always(value).text; };
  };
  if (std::any_of(conditions.begin(), conditions.end(), is(!neutral))) return always(!neutral);
  std::erase_if(conditions, is(neutral));
  if (conditions.empty()) return always(neutral);
  if (conditions.size() == 1) return std::move(conditions.front());
  Term out{.binding = binding, .nullable = false};
  for (const Term& condition : conditions) {
    if (!out.text.empty()) out.text += word;
    out.text += condition.in(binding);
    out.nullable = out.nullable || condition.nullable;
  }
  return out;
}

}  // namespace

Term always(bool value) {
  return {.text = value ? "TRUE" : "FALSE", .nullable = false, .constant = true};
}

Term exact(const Term& condition) {
  if (!condition.nullable) return condition;
  return {.text = "COALESCE(" + condition.text + ", FALSE)", .nullable = false};
}

Term negated(const Term& condition) {
  for (const bool value : {true, false})
    if (condition.text == always(value).text) return always(!value);
  constexpr std::string_view kNot = "NOT ";
  if (condition.binding == Binding::kNot && !condition.nullable)
    return {.text = condition.text.substr(kNot.size()), .nullable = false};
  constexpr std::string_view kIsNull = " IS NULL";
  if (condition.binding == Binding::kTest && condition.text.ends_with(kIsNull)) {
    Term present = condition;
    present.text.replace(present.text.size() - kIsNull.size(), kIsNull.size(), " IS NOT NULL");
    return present;
  }
  return {.text = "NOT " + exact(condition).in(Binding::kPrimary),
          .binding = Binding::kNot,
          .nullable = false};
}

Term all_of(std::vector<Term> conditions) {
  return chain(std::move(conditions), " AND ", Binding::kAnd, true);
}

Term any_of(std::vector<Term> conditions) {
  return chain(std::move(conditions), " OR ", Binding::kOr, false);
}

Term test(const Term& left, std::string_view op, const Term& right) {
  return {.text = left.in(Binding::kSum) + " " + std::string(op) + " " + right.in(Binding::kSum),
          .binding = Binding::kTest,
          .nullable = left.nullable || right.nullable};
}

Term is_present(const Term& term) {
  if (!term.nullable) return always(true);
  return {.text = term.in(Binding::kSum) + " IS NOT NULL",
          .binding = Binding::kTest,
          .nullable = false};
}

Term is_present(const Typed& value) {
  std::vector<Term> present;
  for (const Type type : kTypesInOrder)
    if (const auto& term = value.get(type)) present.push_back(is_present(*term));
  return any_of(std::move(present));
}

Term is_missing(const Typed& value) {
  std::vector<Term> absent;
  for (const Type type : kTypesInOrder) {
    const auto& term = value.get(type);
    if (!term) continue;
    if (!term->nullable) return always(false);
    absent.push_back({.text = term->in(Binding::kSum) + " IS NULL",
                      .binding = Binding::kTest,
                      .nullable = false});
  }
  return all_of(std::move(absent));
}

}  // namespace cupel::sql
