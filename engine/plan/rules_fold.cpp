#include <cmath>

#include "engine/plan/operators.hpp"
#include "engine/plan/rules.hpp"
#include "engine/plan/types.hpp"

/// Rules that compute what does not depend on a row.
namespace cupel::plan {
namespace {

const Value* constant_of(const ExpressionPtr& expression) {
  const auto* constant = std::get_if<Constant>(&expression->node);
  return constant == nullptr ? nullptr : &constant->value;
}

/// Arithmetic as plan.hpp defines it; missing where it says so.
Value compute(ArithmeticOp op, const Value& left, const Value& right) {
  if (!left.is_number() || !right.is_number()) return {};
  const double a = left.as_double();
  const double b = right.as_double();
  double result = 0;
  switch (op) {
    case ArithmeticOp::kAdd: result = a + b; break;
    case ArithmeticOp::kSubtract: result = a - b; break;
    case ArithmeticOp::kMultiply: result = a * b; break;
    case ArithmeticOp::kDivide:
      if (b == 0) return {};
      result = a / b;
      break;
    case ArithmeticOp::kModulo:
      if (b == 0) return {};
      result = std::fmod(a, b);
      break;
  }
  if (!std::isfinite(result)) return {};
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const bool integer = left.is_int() && right.is_int() && op != ArithmeticOp::kDivide;
  if (integer && std::abs(result) <= kExact) return Value(static_cast<int64_t>(result));
  return Value(result);
}

ExpressionPtr make_constant(Value value, Type type) {
  return make_expression(Constant{std::move(value)}, type);
}

ConditionPtr always(bool value) { return make_condition(Always{value}); }

bool compare_values(const Value& left, CompareOp op, const Value& right) {
  const std::optional<int> order = compare(left, right);
  return order && holds(op, *order);
}

/// Missing in every row.
bool never_present(const Expression& expression) {
  if (const auto* field = std::get_if<Field>(&expression.node)) return field->columns.empty();
  if (const auto* constant = std::get_if<Constant>(&expression.node))
    return constant->value.is_missing();
  if (const auto* of_item = std::get_if<OfItem>(&expression.node))
    return never_present(*of_item->expression);
  return false;
}

const Count* count_of(const Expression& expression) {
  if (const auto* of_item = std::get_if<OfItem>(&expression.node))
    return count_of(*of_item->expression);
  return std::get_if<Count>(&expression.node);
}

/// The answer for a count, which is never missing and never below zero.
std::optional<bool> decide_count(const Count& count, CompareOp op, const Value& constant) {
  if (count.columns.empty()) return compare_values(Value(0), op, constant);
  if (!constant.is_number()) return std::nullopt;
  const double bound = constant.as_double();
  if (op == CompareOp::kLess && bound <= 0) return false;
  if ((op == CompareOp::kEqual || op == CompareOp::kLessEqual) && bound < 0) return false;
  if (op == CompareOp::kGreaterEqual && bound <= 0) return true;
  if (op == CompareOp::kGreater && bound < 0) return true;
  return std::nullopt;
}

std::optional<bool> decide(const CompareConstant& test) {
  if (never_present(*test.expression) || test.constant.is_missing()) return false;
  if (const Value* value = constant_of(test.expression))
    return compare_values(*value, test.op, test.constant);
  if (const Count* count = count_of(*test.expression))
    if (const auto known = decide_count(*count, test.op, test.constant)) return known;
  const Type type = test.expression->type;
  if (type != Type::kAny && !comparable(TypeSet(type), test.constant)) return false;
  return std::nullopt;
}

std::optional<bool> decide(const CompareExpressions& test) {
  const Value* left = constant_of(test.left);
  const Value* right = constant_of(test.right);
  if (left != nullptr && right != nullptr) return compare_values(*left, test.op, *right);
  if (never_present(*test.left) || never_present(*test.right)) return false;
  if (test.left->type != Type::kAny && test.right->type != Type::kAny &&
      !comparable(TypeSet(test.left->type), TypeSet(test.right->type)))
    return false;
  return std::nullopt;
}

std::optional<bool> decide(const InSet& test) {
  if (test.values.empty() || never_present(*test.expression)) return false;
  const Value* value = constant_of(test.expression);
  if (value == nullptr) return std::nullopt;
  for (const Value& candidate : test.values)
    if (compare_values(*value, CompareOp::kEqual, candidate)) return true;
  return false;
}

std::optional<bool> decide(const IsMissing& test) {
  if (never_present(*test.expression)) return true;
  if (constant_of(test.expression) != nullptr) return false;
  if (count_of(*test.expression) != nullptr) return false;
  return std::nullopt;
}

CompareOp mirrored(CompareOp op) {
  switch (op) {
    case CompareOp::kEqual: return op;
    case CompareOp::kLess: return CompareOp::kGreater;
    case CompareOp::kLessEqual: return CompareOp::kGreaterEqual;
    case CompareOp::kGreater: return CompareOp::kLess;
    case CompareOp::kGreaterEqual: return CompareOp::kLessEqual;
  }
  return op;
}

}  // namespace

ExpressionPtr fold_arithmetic(const ExpressionPtr& expression) {
  if (const auto* node = std::get_if<Arithmetic>(&expression->node)) {
    const Value* left = constant_of(node->left);
    const Value* right = constant_of(node->right);
    if (left != nullptr && right != nullptr)
      return make_constant(compute(node->op, *left, *right), expression->type);
  } else if (const auto* negate = std::get_if<Negate>(&expression->node)) {
    if (const Value* value = constant_of(negate->operand))
      return make_constant(compute(ArithmeticOp::kSubtract, Value(0), *value), expression->type);
  } else if (const auto* of_item = std::get_if<OfItem>(&expression->node)) {
    if (constant_of(of_item->expression) != nullptr) return of_item->expression;
  }
  return expression;
}

ConditionPtr equal_for_single_value(const ConditionPtr& condition) {
  if (const auto* set = std::get_if<InSet>(&condition->node); set && set->values.size() == 1)
    return make_condition(CompareConstant{set->expression, CompareOp::kEqual, set->values.front()});
  if (const auto* test = std::get_if<CompareExpressions>(&condition->node)) {
    if (const Value* right = constant_of(test->right))
      return make_condition(CompareConstant{test->left, test->op, *right});
    if (const Value* left = constant_of(test->left))
      return make_condition(CompareConstant{test->right, mirrored(test->op), *left});
  }
  return condition;
}

ConditionPtr fold_tests(const ConditionPtr& condition) {
  std::optional<bool> known;
  if (const auto* test = std::get_if<CompareConstant>(&condition->node))
    known = decide(*test);
  else if (const auto* pair = std::get_if<CompareExpressions>(&condition->node))
    known = decide(*pair);
  else if (const auto* set = std::get_if<InSet>(&condition->node))
    known = decide(*set);
  else if (const auto* missing = std::get_if<IsMissing>(&condition->node))
    known = decide(*missing);
  else if (const auto* pattern = std::get_if<Pattern>(&condition->node)) {
    const Type type = pattern->expression->type;
    if (never_present(*pattern->expression) || (type != Type::kAny && type != Type::kText))
      known = false;
  } else if (const auto* slice = std::get_if<InSlice>(&condition->node)) {
    if (!slice->column) known = false;
  }
  return known ? always(*known) : condition;
}

}  // namespace cupel::plan
