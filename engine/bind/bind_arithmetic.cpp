#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// Arithmetic, over rows and over the objects of existential paths.
namespace cupel::bind {
namespace {

plan::ArithmeticOp plain_op(grammar::ArithmeticOp op) {
  switch (op) {
    case grammar::ArithmeticOp::kAdd: return plan::ArithmeticOp::kAdd;
    case grammar::ArithmeticOp::kSubtract: return plan::ArithmeticOp::kSubtract;
    case grammar::ArithmeticOp::kMultiply: return plan::ArithmeticOp::kMultiply;
    case grammar::ArithmeticOp::kDivide: return plan::ArithmeticOp::kDivide;
    case grammar::ArithmeticOp::kModulo: break;
  }
  return plan::ArithmeticOp::kModulo;
}

}  // namespace

Operand Binder::arithmetic(const grammar::Arithmetic& node, const grammar::Expression& e,
                           const Rows& rows) {
  Operand left = number_side(*node.left, rows);
  Operand right = number_side(*node.right, rows);
  const plan::ArithmeticOp op = plain_op(node.op);
  const auto combine = [&](const ExpressionPtr& l, const ExpressionPtr& r) {
    const Type type = plan::arithmetic_type(op, type_of(*l), type_of(*r));
    return plan::make_expression(plan::Arithmetic{op, l, r}, type);
  };
  Operand result = left.objects ? left : right;
  if (left.objects && right.objects) {
    if (!same_objects(left, right)) different_objects(left, right, e.span);
    result.value = combine(left.value, right.value);
  } else if (left.objects) {
    result.value = combine(left.value, beside_objects(right, rows, e.span));
  } else if (right.objects) {
    result.value = combine(beside_objects(left, rows, e.span), right.value);
  } else {
    return {.value = combine(left.value, right.value)};
  }
  result.text = text_of(e);
  result.span = e.span;
  return result;
}

bool same_objects(const Operand& left, const Operand& right) {
  return !left.objects->key.empty() && left.objects->key == right.objects->key &&
         left.on_item == right.on_item && left.alternatives.empty();
}

void different_objects(const Operand& left, const Operand& right, Span span) {
  throw Error(ErrorCode::kUnsupported,
              "'" + left.text + "' and '" + right.text +
                  "' speak of different objects, and objects are not compared with each other; "
                  "compare numbers over them, such as .max(…)",
              span);
}

/// One side of arithmetic: a number of the row, or one of each object of an existential path.
Operand Binder::number_side(const grammar::Expression& e, const Rows& rows) {
  if (const auto* literal = std::get_if<grammar::Literal>(&e.node)) {
    if (literal->bare) bare_word(*literal, e.span, rows);
    if (!literal->value.is_number())
      throw Error(ErrorCode::kType, "arithmetic needs numbers, and " + text_of(e) + " is none",
                  e.span);
  }
  Operand side = operand(e, rows);
  const bool of_objects =
      side.objects && side.value != nullptr && side.scalar == nullptr && side.alternatives.empty();
  if (!of_objects) side = {.value = scalar_of(side, rows)};
  const plan::TypeSet types = of_objects ? types_of(*side.value) : types_in_arms(*side.value, rows);
  if (!types.empty() && !types.has_number())
    warn(plan::print(*side.value, plan_) + " holds " + plan::describe(types) +
             "; arithmetic with it is always missing",
         e.span);
  return side;
}

ExpressionPtr Binder::number_operand(const grammar::Expression& e, const Rows& rows) {
  return scalar_of(number_side(e, rows), rows);
}

/// A bare word to the right of a comparison is text; in arithmetic a field was meant.
void Binder::bare_word(const grammar::Literal& literal, Span span, const Rows& rows) const {
  const std::string& word = literal.value.as_text();
  const auto is_one_of = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), word) != names.end();
  };
  const std::vector<std::string> metadata = column_names(rows.table, "metadata.");
  std::string instead = (rows.items() || !is_one_of(object_fields()) ? "item." : "object.") + word;
  if (is_one_of(metadata)) instead = "metadata." + word;
  throw Error(ErrorCode::kType,
              "'" + word + "' is text here, and arithmetic needs numbers; write " + instead +
                  " for the field",
              span, instead);
}

}  // namespace cupel::bind
