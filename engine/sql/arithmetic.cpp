#include "engine/sql/arithmetic.hpp"

#include <algorithm>
#include <cmath>

#include "engine/plan/operators.hpp"
#include "engine/sql/literal.hpp"

namespace cupel::sql {
namespace {

using plan::ArithmeticOp;

/// Numbers that a database may take for 32-bit integers add up within 31 bits.
constexpr double kNarrow = 0x1p31;

double most_of(ArithmeticOp op, const Term& left, const Term& right) {
  switch (op) {
    case ArithmeticOp::kAdd:
    case ArithmeticOp::kSubtract: return left.most + right.most;
    case ArithmeticOp::kMultiply: return left.most * right.most;
    case ArithmeticOp::kModulo: return std::min(left.most, right.most);
    case ArithmeticOp::kDivide: break;
  }
  return std::numeric_limits<double>::infinity();
}

/// A divisor of 0 makes the result missing.
Term divisor(const Term& term) {
  if (term.literal && term.most > 0) return term;
  Term out = term;
  out.text = "NULLIF(" + term.text + ", 0)";
  out.binding = Binding::kPrimary;
  out.nullable = true;
  return out;
}

Term combine(ArithmeticOp op, const Term& left, const Term& right) {
  const bool sum = op == ArithmeticOp::kAdd || op == ArithmeticOp::kSubtract;
  const Binding binding = sum ? Binding::kSum : Binding::kProduct;
  const bool divides = op == ArithmeticOp::kDivide || op == ArithmeticOp::kModulo;
  const Term by = divides ? divisor(right) : right;
  // A sign after an operator is set apart: `--` begins a comment.
  const bool signed_right = by.binding == Binding::kSign;
  return {.text = left.in(binding) + std::string(symbol(op)) +
                  (signed_right ? "(" + by.text + ")"
                                : by.in(static_cast<Binding>(static_cast<int>(binding) + 1))),
          .binding = binding,
          .nullable = left.nullable || by.nullable,
          .most = most_of(op, left, right),
          .untyped = left.untyped && right.untyped,
          .constant = left.constant && right.constant};
}

/// Exact in integers: so small that doubles would be, too.
bool is_small(const Term& term) { return term.most <= kTwoTo53; }

/// What a double made of the integer would be, as an integer.
Term rounded(const Term& whole) {
  if (is_small(whole) || whole.exact_double) return whole;
  Term out = cast(cast(whole, Type::kFloat64), Type::kInt64);
  out.exact_double = true;
  return out;
}

Term whole_result(ArithmeticOp op, const Term& left, const Term& right) {
  if (op == ArithmeticOp::kModulo) {
    Term rest = combine(op, rounded(left), rounded(right));
    rest.exact_double = true;
    return rest;
  }
  const bool exact = is_small(left) && is_small(right) && most_of(op, left, right) <= kTwoTo53;
  if (!exact) {
    Term result = cast(combine(op, cast(left, Type::kFloat64), right), Type::kInt64);
    result.most = std::min(result.most, kTwoTo63);
    result.exact_double = true;
    return result;
  }
  const bool narrow = left.untyped && right.untyped && most_of(op, left, right) >= kNarrow;
  return combine(op, narrow ? cast(left, Type::kInt64) : left, right);
}

Term real_result(ArithmeticOp op, const Term& left, bool left_real, const Term& right,
                 bool right_real) {
  // One side that is surely a double makes the other one.
  const bool sure = (left_real && !left.untyped) || (right_real && !right.untyped);
  Term first = sure ? left : cast(left, Type::kFloat64);
  if (op != ArithmeticOp::kModulo) {
    Term result = combine(op, first, right);
    result.untyped = false;
    return result;
  }
  // `%` is for integers in some databases, which then drop the fractions.
  const Term by = divisor(right);
  return {.text = "MOD(" + first.text + ", " + by.text + ")",
          .nullable = first.nullable || by.nullable,
          .most = most_of(op, first, right),
          .constant = first.constant && right.constant};
}

}  // namespace

Typed calculate(ArithmeticOp op, const Typed& left, const Typed& right, Type type) {
  const auto side = [](const Typed& value) -> std::pair<std::optional<Term>, bool> {
    const bool whole = value.has(Type::kInt64) && !value.has(Type::kFloat64);
    if (whole) return {value.get(Type::kInt64), false};
    return {as_double(value), true};
  };
  const auto [a, a_real] = side(left);
  const auto [b, b_real] = side(right);
  if (!a || !b) return {};
  if (type == Type::kInt64 && !a_real && !b_real) return {type, whole_result(op, *a, *b)};
  return {Type::kFloat64, real_result(op, *a, a_real, *b, b_real)};
}

Typed negate(const Typed& operand, Type type) {
  const bool whole = type == Type::kInt64 && operand.has(Type::kInt64);
  const auto number = whole ? operand.get(Type::kInt64) : as_double(operand);
  if (!number) return {};
  Term out = *number;
  out.literal = false;
  out.text = "-" + number->in(Binding::kPrimary);
  out.binding = Binding::kSign;
  return {whole ? Type::kInt64 : Type::kFloat64, std::move(out)};
}

Typed bucket(const Typed& operand, double width, Type type) {
  const auto number = as_double(operand);
  if (!number) return {};
  const std::string by = number_beside_double(width);
  Term first = number->untyped ? cast(*number, Type::kFloat64) : *number;
  Term out{.text = "FLOOR(" + first.in(Binding::kProduct) + " / " + by + ") * " + by,
           .binding = Binding::kProduct,
           .nullable = first.nullable,
           .most = first.most + width,
           .constant = first.constant};
  if (type != Type::kInt64) return {Type::kFloat64, std::move(out)};
  Term whole = cast(out, Type::kInt64);
  whole.exact_double = true;
  return {Type::kInt64, std::move(whole)};
}

}  // namespace cupel::sql
