#pragma once

#include "engine/plan/plan.hpp"
#include "engine/sql/term.hpp"

/// The language's arithmetic (plan::Arithmetic): in double precision, whatever the types.
namespace cupel::sql {

/// `type`: of the result, kInt64 or kFloat64.
Typed calculate(plan::ArithmeticOp op, const Typed& left, const Typed& right, Type type);
Typed negate(const Typed& operand, Type type);
Typed bucket(const Typed& operand, double width, Type type);

}  // namespace cupel::sql
