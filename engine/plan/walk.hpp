#pragma once

#include <functional>

#include "engine/plan/plan.hpp"

/// Walks over plans: every node read, or trees rebuilt from the leaves up.
namespace cupel::plan {

/// Called for each node, parents before children. Does not follow collections.
struct Visitor {
  std::function<void(const Expression&)> expression;
  std::function<void(const Condition&)> condition;
};
void visit(const Expression& expression, const Visitor& visitor);
void visit(const Condition& condition, const Visitor& visitor);
/// Everything in the plan: arms, groups, and the conditions and arguments of its collections.
void visit(const Plan& plan, const Visitor& visitor);

/// Rebuilds bottom-up: each node, its children already rebuilt, goes through the function for its
/// kind, which returns what stands in its place. Subtrees in which nothing changes stay shared.
struct Mapping {
  std::function<ExpressionPtr(ExpressionPtr)> expression;
  std::function<ConditionPtr(ConditionPtr)> condition;
};
ExpressionPtr map(const ExpressionPtr& expression, const Mapping& mapping);
ConditionPtr map(const ConditionPtr& condition, const Mapping& mapping);
/// Every expression and condition of the plan, collections first. Null conditions stay null.
void map(Plan& plan, const Mapping& mapping);

}  // namespace cupel::plan
