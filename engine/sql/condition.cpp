#include "engine/sql/compare.hpp"

/// Truth: chains, negation, NULL.
namespace cupel::sql {
namespace {

Term chain(std::vector<Term> conditions, std::string_view word, Binding binding) {
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
  return {.text = "NOT " + exact(condition).in(Binding::kPrimary),
          .binding = Binding::kNot,
          .nullable = false};
}

Term all_of(std::vector<Term> conditions) {
  if (conditions.empty()) return always(true);
  return chain(std::move(conditions), " AND ", Binding::kAnd);
}

Term any_of(std::vector<Term> conditions) {
  if (conditions.empty()) return always(false);
  return chain(std::move(conditions), " OR ", Binding::kOr);
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
