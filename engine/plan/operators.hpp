#pragma once

#include <string_view>

#include "engine/plan/plan.hpp"

namespace cupel::plan {

/// Whether an order (negative, zero, positive) fulfils the operator.
constexpr bool holds(CompareOp op, int order) noexcept {
  switch (op) {
    case CompareOp::kEqual: return order == 0;
    case CompareOp::kLess: return order < 0;
    case CompareOp::kLessEqual: return order <= 0;
    case CompareOp::kGreater: return order > 0;
    case CompareOp::kGreaterEqual: return order >= 0;
  }
  return false;
}

/// The operator as the language and SQL write it, between blanks.
constexpr std::string_view symbol(ArithmeticOp op) noexcept {
  switch (op) {
    case ArithmeticOp::kAdd: return " + ";
    case ArithmeticOp::kSubtract: return " - ";
    case ArithmeticOp::kMultiply: return " * ";
    case ArithmeticOp::kDivide: return " / ";
    case ArithmeticOp::kModulo: return " % ";
  }
  return " ? ";
}

}  // namespace cupel::plan
