#include "engine/sql/term.hpp"

#include <cmath>

#include "engine/sql/literal.hpp"

namespace cupel::sql {

Term cast(const Term& term, Type type) {
  Term out = term;
  out.text = "CAST(" + term.text + " AS " + std::string(type_name(type)) + ")";
  out.binding = Binding::kPrimary;
  out.untyped = false;
  out.literal = false;
  return out;
}

Typed literal(const Value& value) {
  if (value.is_missing()) return {};
  Term term{.nullable = false, .constant = true};
  if (value.is_bool()) {
    term.text = value.as_bool() ? "TRUE" : "FALSE";
  } else if (value.is_text()) {
    term.text = text_literal(value.as_text());
  } else if (value.is_timestamp()) {
    term.text = timestamp_literal(value.as_timestamp());
  } else {
    term.text =
        value.is_int() ? integer_literal(value.as_int()) : double_literal(value.as_double());
    term.most = std::fabs(value.as_double());
    term.untyped = true;
    term.literal = true;
    if (term.text.starts_with('-')) term.binding = Binding::kSign;
  }
  return {value.type(), std::move(term)};
}

std::optional<Term> as_double(const Typed& value) {
  const auto& real = value.get(Type::kFloat64);
  const auto& whole = value.get(Type::kInt64);
  if (!whole) return real;
  Term converted = cast(*whole, Type::kFloat64);
  if (!real) return converted;
  return Term{.text = "COALESCE(" + real->text + ", " + converted.text + ")",
              .nullable = real->nullable && whole->nullable,
              .most = std::max(real->most, whole->most),
              .constant = real->constant && whole->constant};
}

}  // namespace cupel::sql
