#pragma once

#include <span>

#include "engine/plan/plan.hpp"

/// Expressions and conditions over the keys and aggregates of one group, value by value.
namespace cupel::exec {

Value evaluate_expression(const plan::Expression& expression, std::span<const Value> slots);
bool evaluate_condition(const plan::Condition& condition, std::span<const Value> slots);

}  // namespace cupel::exec
