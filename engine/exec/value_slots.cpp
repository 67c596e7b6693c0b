#include "engine/exec/value_slots.hpp"

#include <algorithm>

#include "cupel/error.hpp"
#include "engine/exec/condition_test.hpp"
#include "engine/exec/value_expression.hpp"

namespace cupel::exec {
namespace {

[[noreturn]] void not_of_groups() {
  throw Error(ErrorCode::kInternal, "a plan asks a group for a value of a row");
}

Vector one(const Value& value) {
  Vector out;
  out.size = 1;
  out.valid.assign(1, value.is_missing() ? 0 : 1);
  if (!value.is_missing()) out.type = value.type();
  if (value.is_int()) {
    out.integers.push_back(value.as_int());
  } else if (value.is_double()) {
    out.numbers.push_back(value.as_double());
  } else {
    // The rules of arithmetic make everything else missing.
    out.type = Type::kAny;
    out.values.push_back(value);
  }
  return out;
}

struct ExpressionValue {
  std::span<const Value> slots;
  Type type;

  Value operator()(const plan::Constant& node) const { return node.value; }
  Value operator()(const plan::Slot& node) const {
    if (node.index >= slots.size())
      throw Error(ErrorCode::kInternal, "a plan asks a group for a value that it does not have");
    return slots[node.index];
  }
  Value operator()(const plan::Arithmetic& node) const {
    return calculate(node.op, one(evaluate_expression(*node.left, slots)),
                     one(evaluate_expression(*node.right, slots)))
        .value(0);
  }
  Value operator()(const plan::Negate& node) const {
    return negated(one(evaluate_expression(*node.operand, slots))).value(0);
  }
  Value operator()(const plan::Bucket& node) const {
    return bucketed(one(evaluate_expression(*node.operand, slots)), node.width, type).value(0);
  }
  template <typename Other>
  Value operator()(const Other&) const {
    not_of_groups();
  }
};

struct ConditionValue {
  std::span<const Value> slots;

  Value value(const plan::ExpressionPtr& expression) const {
    return evaluate_expression(*expression, slots);
  }
  bool operator()(const plan::Always& node) const { return node.value; }
  bool operator()(const plan::CompareConstant& node) const {
    const auto order = compare(value(node.expression), node.constant);
    return order && holds(node.op, *order);
  }
  bool operator()(const plan::CompareExpressions& node) const {
    const auto order = compare(value(node.left), value(node.right));
    return order && holds(node.op, *order);
  }
  bool operator()(const plan::InSet& node) const {
    const Value left = value(node.expression);
    return std::any_of(node.values.begin(), node.values.end(), [&](const Value& right) {
      const auto order = compare(left, right);
      return order && *order == 0;
    });
  }
  bool operator()(const plan::Pattern& node) const {
    return pattern_test(node.kind, node.pattern).matches(value(node.expression));
  }
  bool operator()(const plan::IsMissing& node) const { return value(node.expression).is_missing(); }
  bool operator()(const plan::And& node) const {
    return std::all_of(node.operands.begin(), node.operands.end(),
                       [&](const auto& operand) { return evaluate_condition(*operand, slots); });
  }
  bool operator()(const plan::Or& node) const {
    return std::any_of(node.operands.begin(), node.operands.end(),
                       [&](const auto& operand) { return evaluate_condition(*operand, slots); });
  }
  bool operator()(const plan::Not& node) const { return !evaluate_condition(*node.operand, slots); }
  template <typename Other>
  bool operator()(const Other&) const {
    not_of_groups();
  }
};

}  // namespace

Value evaluate_expression(const plan::Expression& expression, std::span<const Value> slots) {
  return std::visit(ExpressionValue{slots, expression.type}, expression.node);
}

bool evaluate_condition(const plan::Condition& condition, std::span<const Value> slots) {
  return std::visit(ConditionValue{slots}, condition.node);
}

}  // namespace cupel::exec
