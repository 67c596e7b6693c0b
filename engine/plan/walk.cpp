#include "engine/plan/walk.hpp"

#include <type_traits>

namespace cupel::plan {
namespace {

/// Calls `f` with a reference to each child pointer of a node. Node may be const or not.
template <typename Node, typename F>
void for_each_child(Node& node, F&& f) {
  using T = std::remove_const_t<Node>;
  if constexpr (std::is_same_v<T, OfItem> || std::is_same_v<T, CompareConstant> ||
                std::is_same_v<T, InSet> || std::is_same_v<T, Pattern> ||
                std::is_same_v<T, IsMissing>) {
    f(node.expression);
  } else if constexpr (std::is_same_v<T, Arithmetic> || std::is_same_v<T, CompareExpressions>) {
    f(node.left);
    f(node.right);
  } else if constexpr (std::is_same_v<T, Negate> || std::is_same_v<T, Bucket> ||
                       std::is_same_v<T, Not>) {
    f(node.operand);
  } else if constexpr (std::is_same_v<T, OnItem>) {
    f(node.condition);
  } else if constexpr (std::is_same_v<T, And> || std::is_same_v<T, Or>) {
    for (auto& operand : node.operands) f(operand);
  }
}

/// The node with its children mapped, or the same pointer when none changed.
template <typename Tree>
std::shared_ptr<const Tree> rebuild(const std::shared_ptr<const Tree>& tree,
                                    const Mapping& mapping) {
  Tree copy = *tree;
  bool changed = false;
  std::visit(
      [&](auto& node) {
        for_each_child(node, [&](auto& child) {
          auto mapped = map(child, mapping);
          changed = changed || mapped != child;
          child = std::move(mapped);
        });
      },
      copy.node);
  return changed ? std::make_shared<const Tree>(std::move(copy)) : tree;
}

void visit_all(const std::vector<ExpressionPtr>& list, const Visitor& visitor) {
  for (const ExpressionPtr& e : list)
    if (e != nullptr) visit(*e, visitor);
}

void map_all(std::vector<ExpressionPtr>& list, const Mapping& mapping) {
  for (ExpressionPtr& e : list)
    if (e != nullptr) e = map(e, mapping);
}

void map_where(ConditionPtr& condition, const Mapping& mapping) {
  if (condition != nullptr) condition = map(condition, mapping);
}

}  // namespace

void visit(const Expression& expression, const Visitor& visitor) {
  if (visitor.expression) visitor.expression(expression);
  std::visit(
      [&](const auto& node) {
        for_each_child(node, [&](const auto& child) { visit(*child, visitor); });
      },
      expression.node);
}

void visit(const Condition& condition, const Visitor& visitor) {
  if (visitor.condition) visitor.condition(condition);
  std::visit(
      [&](const auto& node) {
        for_each_child(node, [&](const auto& child) { visit(*child, visitor); });
      },
      condition.node);
}

void visit(const Plan& plan, const Visitor& visitor) {
  for (const Collection& collection : plan.collections) {
    if (collection.where != nullptr) visit(*collection.where, visitor);
    if (collection.argument != nullptr) visit(*collection.argument, visitor);
  }
  for (const Arm& arm : plan.arms) {
    if (arm.where != nullptr) visit(*arm.where, visitor);
    for (const auto* list : {&arm.outputs, &arm.order, &arm.keys, &arm.arguments})
      visit_all(*list, visitor);
    for (const ConditionPtr& filter : arm.filters)
      if (filter != nullptr) visit(*filter, visitor);
  }
  visit_all(plan.group_outputs, visitor);
  visit_all(plan.group_order, visitor);
  if (plan.having != nullptr) visit(*plan.having, visitor);
}

ExpressionPtr map(const ExpressionPtr& expression, const Mapping& mapping) {
  ExpressionPtr rebuilt = rebuild(expression, mapping);
  return mapping.expression ? mapping.expression(std::move(rebuilt)) : rebuilt;
}

ConditionPtr map(const ConditionPtr& condition, const Mapping& mapping) {
  ConditionPtr rebuilt = rebuild(condition, mapping);
  return mapping.condition ? mapping.condition(std::move(rebuilt)) : rebuilt;
}

void map(Plan& plan, const Mapping& mapping) {
  for (Collection& collection : plan.collections) {
    map_where(collection.where, mapping);
    if (collection.argument != nullptr) collection.argument = map(collection.argument, mapping);
  }
  for (Arm& arm : plan.arms) {
    map_where(arm.where, mapping);
    for (auto* list : {&arm.outputs, &arm.order, &arm.keys, &arm.arguments})
      map_all(*list, mapping);
    for (ConditionPtr& filter : arm.filters) map_where(filter, mapping);
  }
  map_all(plan.group_outputs, mapping);
  map_all(plan.group_order, mapping);
  map_where(plan.having, mapping);
}

}  // namespace cupel::plan
