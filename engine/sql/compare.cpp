#include "engine/sql/compare.hpp"

#include <cmath>

#include "engine/plan/operators.hpp"
#include "engine/sql/literal.hpp"

namespace cupel::sql {
namespace {

using plan::CompareOp;
using plan::holds;

bool is_less(CompareOp op) { return op == CompareOp::kLess || op == CompareOp::kLessEqual; }
bool is_greater(CompareOp op) {
  return op == CompareOp::kGreater || op == CompareOp::kGreaterEqual;
}

/// A literal needs no parentheses, a sign included.
Term with(const Term& left, CompareOp op, const std::string& literal) {
  return {.text = left.in(Binding::kSum) + " " + std::string(symbol(op)) + " " + literal,
          .binding = Binding::kTest,
          .nullable = left.nullable};
}

/// The numbers 0 and 1 are what compares with truth values.
Term bits(const Term& number, CompareOp op, const Value& constant) {
  std::vector<Term> equal;
  for (const int bit : {0, 1}) {
    const auto order = cupel::compare(Value(bit), constant);
    if (order && holds(op, *order))
      equal.push_back(with(number, CompareOp::kEqual, std::to_string(bit)));
  }
  return any_of(std::move(equal));
}

Term compare_bool(const Term& term, CompareOp op, const Value& constant) {
  const auto passes = [&](bool bit) {
    const auto order = cupel::compare(Value(bit), constant);
    return order && holds(op, *order);
  };
  if (passes(true) && passes(false)) return is_present(term);
  if (passes(true)) return term;
  if (!passes(false)) return always(false);
  return {.text = "NOT " + term.in(Binding::kPrimary),
          .binding = Binding::kNot,
          .nullable = term.nullable};
}

/// Integers beside a number with a point: the bound moves to the next integer that fulfils it.
Term compare_whole(const Term& term, CompareOp op, double constant) {
  if (constant >= kTwoTo63) return is_less(op) ? is_present(term) : always(false);
  if (constant < -kTwoTo63) return is_greater(op) ? is_present(term) : always(false);
  const double below = std::floor(constant);
  const std::string whole = integer_literal(static_cast<int64_t>(below));
  if (below == constant) return with(term, op, whole);
  if (is_less(op)) return with(term, CompareOp::kLessEqual, whole);
  return is_greater(op) ? with(term, CompareOp::kGreater, whole) : always(false);
}

/// Doubles beside an integer, which may lie between two of them.
Term compare_real(const Term& term, CompareOp op, int64_t constant) {
  const auto near = static_cast<double>(constant);
  const int order = cupel::compare(Value(near), Value(constant)).value_or(0);
  const std::string number = number_beside_double(near);
  if (order == 0) return with(term, op, number);
  if (is_less(op)) return with(term, order < 0 ? CompareOp::kLessEqual : CompareOp::kLess, number);
  if (is_greater(op))
    return with(term, order > 0 ? CompareOp::kGreaterEqual : CompareOp::kGreater, number);
  return always(false);
}

Term compare_number(Type type, const Term& term, CompareOp op, const Value& constant) {
  if (constant.is_bool()) return bits(term, op, constant);
  if (type == Type::kInt64)
    return constant.is_int() ? with(term, op, integer_literal(constant.as_int()))
                             : compare_whole(term, op, constant.as_double());
  return constant.is_int() ? compare_real(term, op, constant.as_int())
                           : with(term, op, number_beside_double(constant.as_double()));
}

/// The instant that a text names, by the table that has those of all texts.
Term instant_of(const Term& text) {
  return {.text = "(SELECT t.instant FROM instants AS t WHERE t.\"text\" = " +
                  text.in(Binding::kSum) + ")",
          .nullable = true};
}

std::optional<Term> compare_one(Type type, const Term& term, CompareOp op, const Value& constant) {
  const bool number = constant.is_number() || constant.is_bool();
  switch (type) {
    case Type::kBool:
      return number ? std::optional(compare_bool(term, op, constant)) : std::nullopt;
    case Type::kInt64:
    case Type::kFloat64:
      return number ? std::optional(compare_number(type, term, op, constant)) : std::nullopt;
    case Type::kText:
      if (constant.is_text()) return with(term, op, text_literal(constant.as_text()));
      if (constant.is_timestamp())
        return with(instant_of(term), op, timestamp_literal(constant.as_timestamp()));
      return std::nullopt;
    case Type::kTimestamp: {
      const auto instant = constant.is_timestamp() ? constant.as_timestamp()
                           : constant.is_text()    ? parse_timestamp(constant.as_text())
                                                   : std::nullopt;
      if (!instant) return std::nullopt;
      return with(term, op, timestamp_literal(*instant));
    }
    case Type::kAny: break;
  }
  return std::nullopt;
}

Term compare_bool_with_number(const Term& flag, CompareOp op, const Term& number) {
  const Term bit{.text = "CAST(" + flag.text + " AS INTEGER)", .nullable = flag.nullable};
  return {.text = "CASE WHEN " + number.in(Binding::kSum) + " IN (0, 1) THEN " +
                  test(bit, symbol(op), number).text + " END",
          .nullable = true};
}

CompareOp mirrored(CompareOp op) {
  switch (op) {
    case CompareOp::kLess: return CompareOp::kGreater;
    case CompareOp::kLessEqual: return CompareOp::kGreaterEqual;
    case CompareOp::kGreater: return CompareOp::kLess;
    case CompareOp::kGreaterEqual: return CompareOp::kLessEqual;
    case CompareOp::kEqual: break;
  }
  return CompareOp::kEqual;
}

/// Two terms, the first of a type that comes before that of the second in Type.
std::optional<Term> compare_types(Type first, const Term& a, CompareOp op, Type second,
                                  const Term& b) {
  if (first == second) return test(a, symbol(op), b);
  const bool number = second == Type::kInt64 || second == Type::kFloat64;
  if (first == Type::kBool && number) return compare_bool_with_number(a, op, b);
  if (first == Type::kInt64 && number) return compare_numbers(a, op, b);
  if (first == Type::kText && second == Type::kTimestamp) return test(instant_of(a), symbol(op), b);
  return std::nullopt;
}

}  // namespace

std::string_view symbol(CompareOp op) {
  switch (op) {
    case CompareOp::kEqual: return "=";
    case CompareOp::kLess: return "<";
    case CompareOp::kLessEqual: return "<=";
    case CompareOp::kGreater: return ">";
    case CompareOp::kGreaterEqual: return ">=";
  }
  return "=";
}

/// A BIGINT beside a DOUBLE PRECISION is made a double, which loses digits above 2^53. The two
/// doubles tell the order where they differ; where they are the same, the integers do.
Term compare_numbers(const Term& whole, CompareOp op, const Term& real) {
  if (whole.exact_double || whole.most <= kTwoTo53) return test(whole, symbol(op), real);
  const Term rounded = cast(whole, Type::kFloat64);
  return {.text = "CASE WHEN " + test(rounded, "=", real).text + " THEN " +
                  test(whole, symbol(op), cast(real, Type::kInt64)).text + " ELSE " +
                  test(rounded, symbol(op), real).text + " END",
          .nullable = whole.nullable || real.nullable};
}

Term compare(const Typed& left, CompareOp op, const Value& constant) {
  std::vector<Term> cases;
  for (const Type type : kTypesInOrder)
    if (const auto& term = left.get(type))
      if (auto one = compare_one(type, *term, op, constant)) cases.push_back(std::move(*one));
  return any_of(std::move(cases));
}

Term compare(const Typed& left, CompareOp op, const Typed& right) {
  std::vector<Term> cases;
  for (const Type a : kTypesInOrder) {
    if (!left.has(a)) continue;
    for (const Type b : kTypesInOrder) {
      if (!right.has(b)) continue;
      auto one = a <= b ? compare_types(a, *left.get(a), op, b, *right.get(b))
                        : compare_types(b, *right.get(b), mirrored(op), a, *left.get(a));
      if (one) cases.push_back(std::move(*one));
    }
  }
  return any_of(std::move(cases));
}

Term in_set(const Typed& value, const std::vector<Value>& values) {
  std::vector<Term> cases;
  for (const Type type : kTypesInOrder) {
    const auto& term = value.get(type);
    if (!term) continue;
    // What `=` makes of each value; equalities of the same shape become one IN.
    const std::string equals = term->in(Binding::kSum) + " = ";
    std::string list;
    size_t listed = 0;
    for (const Value& constant : values) {
      const auto one = compare_one(type, *term, CompareOp::kEqual, constant);
      if (!one || one->text == "FALSE") continue;
      if (one->binding != Binding::kTest || !one->text.starts_with(equals)) {
        cases.push_back(*one);
      } else {
        list += (listed++ == 0 ? "" : ", ") + one->text.substr(equals.size());
      }
    }
    if (listed == 0) continue;
    cases.push_back(
        {.text = listed == 1 ? equals + list : term->in(Binding::kSum) + " IN (" + list + ")",
         .binding = Binding::kTest,
         .nullable = term->nullable});
  }
  return any_of(std::move(cases));
}

}  // namespace cupel::sql
