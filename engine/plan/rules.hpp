#pragma once

#include "engine/plan/plan.hpp"

/// The rewrite rules one by one; rewrite.cpp has their order and reasons. A node's children have
/// been rewritten by the same rule when it is called. Each returns its argument where the rule
/// does not apply.
namespace cupel::plan {

ExpressionPtr fold_arithmetic(ExpressionPtr expression);
ConditionPtr fold_tests(ConditionPtr condition);
ConditionPtr equal_for_single_value(ConditionPtr condition);
ConditionPtr lift_to_item(ConditionPtr condition);
ConditionPtr cancel_negation(ConditionPtr condition);
ConditionPtr push_negation(ConditionPtr condition);
ConditionPtr flatten(ConditionPtr condition);
ConditionPtr fold_chains(ConditionPtr condition);
ConditionPtr merge_on_item(ConditionPtr condition);
ConditionPtr cheapest_first(ConditionPtr condition);

/// Of the whole plan.
void drop_impossible_collections(Plan& plan);
void drop_true_conditions(Plan& plan);
void share_collections(Plan& plan);

}  // namespace cupel::plan
