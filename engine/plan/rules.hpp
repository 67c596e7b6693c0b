#pragma once

#include "engine/plan/plan.hpp"

/// The rewrite rules one by one; rewrite.cpp has their order and reasons. A node's children have
/// been rewritten by the same rule when it is called. Each returns its argument where the rule
/// does not apply.
namespace cupel::plan {

ExpressionPtr fold_arithmetic(const ExpressionPtr& expression);
ConditionPtr fold_tests(const ConditionPtr& condition);
ConditionPtr equal_for_single_value(const ConditionPtr& condition);
ConditionPtr lift_to_item(const ConditionPtr& condition);
ConditionPtr cancel_negation(const ConditionPtr& condition);
ConditionPtr push_negation(const ConditionPtr& condition);
ConditionPtr flatten(const ConditionPtr& condition);
ConditionPtr fold_chains(const ConditionPtr& condition);
ConditionPtr merge_on_item(const ConditionPtr& condition);
ConditionPtr cheapest_first(const ConditionPtr& condition);

/// Of the whole plan.
void drop_impossible_collections(Plan& plan);
void drop_true_conditions(Plan& plan);
void share_collections(Plan& plan);

}  // namespace cupel::plan
