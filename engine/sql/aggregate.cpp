#include "engine/sql/aggregate.hpp"

#include <algorithm>
#include <vector>

#include "engine/sql/compare.hpp"

namespace cupel::sql {
namespace {

Term call(std::string_view function, const Term& argument) {
  return {.text = std::string(function) + "(" + argument.text + ")", .most = argument.most};
}

/// `term` where the condition holds, else NULL.
Term only_where(const Term& condition, const Term& term) {
  return {.text = "CASE WHEN " + condition.text + " THEN " + term.text + " END", .most = term.most};
}

/// The extreme of the values of one type.
Term extreme_of(Type type, const Term& term, bool greatest) {
  const char* function = greatest ? "MAX" : "MIN";
  if (type != Type::kBool) return call(function, term);
  // Not every database orders its truth values.
  const Term bit{.text = "CAST(" + term.text + " AS INTEGER)"};
  return test(call(function, bit), "=", Term{.text = "1", .nullable = false});
}

/// Integers and doubles in one column: whichever is less (or greater) leaves the other NULL.
void settle_numbers(Typed& best, bool greatest) {
  if (!best.has(Type::kInt64) || !best.has(Type::kFloat64)) return;
  const Term whole = *best.get(Type::kInt64);
  const Term real = *best.get(Type::kFloat64);
  const auto op = greatest ? plan::CompareOp::kGreaterEqual : plan::CompareOp::kLessEqual;
  const Term first = compare_numbers(whole, op, real);
  best.set(Type::kInt64, only_where(any_of({is_missing({Type::kFloat64, real}), first}), whole));
  best.set(Type::kFloat64,
           only_where(any_of({is_missing({Type::kInt64, whole}), negated(first)}), real));
}

bool same_class(Type a, Type b) {
  const auto number = [](Type t) { return t == Type::kInt64 || t == Type::kFloat64; };
  return a == b || (number(a) && number(b));
}

}  // namespace

Term count_rows() { return {.text = "COUNT(*)", .nullable = false, .most = 0x1p40}; }

Term count_present(const Term& term) {
  return {.text = "COUNT(" + term.text + ")", .nullable = false, .most = 0x1p40};
}

Typed sum(const Typed& argument) {
  if (argument.has(Type::kInt64) && !argument.has(Type::kFloat64)) {
    Term total = cast(call("SUM", *argument.get(Type::kInt64)), Type::kInt64);
    total.most = kTwoTo63;
    return {Type::kInt64, std::move(total)};
  }
  const auto number = as_double(argument);
  if (!number) return {};
  return {Type::kFloat64, Term{.text = "SUM(" + number->text + ")"}};
}

Typed average(const Typed& argument) {
  const auto number = as_double(argument);
  if (!number) return {};
  return {Type::kFloat64, Term{.text = "AVG(" + number->text + ")"}};
}

Typed extreme(const Typed& argument, bool greatest) {
  std::vector<Type> order(std::begin(kTypesInOrder), std::end(kTypesInOrder));
  if (greatest) std::reverse(order.begin(), order.end());
  Typed best;
  for (const Type type : order)
    if (const auto& term = argument.get(type)) best.set(type, extreme_of(type, *term, greatest));
  settle_numbers(best, greatest);
  for (size_t i = 0; i < order.size(); ++i) {
    const auto& term = best.get(order[i]);
    if (!term) continue;
    // Values of a type count only where there are none of the types before it.
    std::vector<Term> none;
    for (size_t j = 0; j < i; ++j)
      if (!same_class(order[i], order[j]) && argument.has(order[j]))
        none.push_back(test(call("COUNT", *argument.get(order[j])), "=",
                            Term{.text = "0", .nullable = false}));
    if (!none.empty()) best.set(order[i], only_where(all_of(std::move(none)), *term));
  }
  return best;
}

}  // namespace cupel::sql
