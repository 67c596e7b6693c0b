#include "engine/bind/binder.hpp"

/// Small pieces of plans.
namespace cupel::bind {

ExpressionPtr of_item(ExpressionPtr value) {
  if (std::holds_alternative<plan::Constant>(value->node)) return value;
  const Type type = value->type;
  return plan::make_expression(plan::OfItem{std::move(value)}, type);
}

ConditionPtr all_of(std::vector<ConditionPtr> operands) {
  if (operands.size() == 1) return operands.front();
  return plan::make_condition(plan::And{std::move(operands)});
}

ConditionPtr both(ConditionPtr left, ConditionPtr right) {
  if (left == nullptr) return right;
  if (right == nullptr) return left;
  std::vector<ConditionPtr> operands;
  const auto add = [&](const ConditionPtr& c) {
    if (const auto* chain = std::get_if<plan::And>(&c->node))
      operands.insert(operands.end(), chain->operands.begin(), chain->operands.end());
    else
      operands.push_back(c);
  };
  add(left);
  add(right);
  return plan::make_condition(plan::And{std::move(operands)});
}

ConditionPtr any_of(std::vector<ConditionPtr> operands) {
  if (operands.size() == 1) return operands.front();
  return plan::make_condition(plan::Or{std::move(operands)});
}

ConditionPtr negated(ConditionPtr operand) {
  return plan::make_condition(plan::Not{std::move(operand)});
}

ConditionPtr equals(ExpressionPtr value, Value constant) {
  return plan::make_condition(
      plan::CompareConstant{std::move(value), plan::CompareOp::kEqual, std::move(constant)});
}

}  // namespace cupel::bind
