#include <algorithm>

#include "engine/exec/condition.hpp"

namespace cupel::exec {
namespace {

bool uses_expression(const plan::ExpressionPtr& expression);

struct InExpression {
  bool operator()(const plan::OverObjects&) const { return true; }
  bool operator()(const plan::Pairwise&) const { return true; }
  bool operator()(const plan::OfItem& node) const { return uses_expression(node.expression); }
  bool operator()(const plan::Arithmetic& node) const {
    return uses_expression(node.left) || uses_expression(node.right);
  }
  bool operator()(const plan::Negate& node) const { return uses_expression(node.operand); }
  bool operator()(const plan::Bucket& node) const { return uses_expression(node.operand); }
  template <typename Other>
  bool operator()(const Other&) const {
    return false;
  }
};

bool uses_expression(const plan::ExpressionPtr& expression) {
  return std::visit(InExpression{}, expression->node);
}

bool uses_some(const std::vector<plan::ConditionPtr>& operands) {
  return std::any_of(operands.begin(), operands.end(),
                     [](const plan::ConditionPtr& operand) { return uses_collections(*operand); });
}

struct InCondition {
  bool operator()(const plan::AnyObject&) const { return true; }
  bool operator()(const plan::CompareConstant& node) const {
    return uses_expression(node.expression);
  }
  bool operator()(const plan::CompareExpressions& node) const {
    return uses_expression(node.left) || uses_expression(node.right);
  }
  bool operator()(const plan::InSet& node) const { return uses_expression(node.expression); }
  bool operator()(const plan::Pattern& node) const { return uses_expression(node.expression); }
  bool operator()(const plan::IsMissing& node) const { return uses_expression(node.expression); }
  bool operator()(const plan::OnItem& node) const { return uses_collections(*node.condition); }
  bool operator()(const plan::And& node) const { return uses_some(node.operands); }
  bool operator()(const plan::Or& node) const { return uses_some(node.operands); }
  bool operator()(const plan::Not& node) const { return uses_collections(*node.operand); }
  template <typename Other>
  bool operator()(const Other&) const {
    return false;
  }
};

}  // namespace

bool uses_collections(const plan::Condition& condition) {
  return std::visit(InCondition{}, condition.node);
}

}  // namespace cupel::exec
