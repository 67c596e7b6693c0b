#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "grammar/ast.hpp"

/// Trees as the parser builds them: parentheses are set where the place asks for them.
namespace cupel::testing {

/// How tightly a node binds; a place demands a level.
enum class Binding { kOr, kAnd, kNot, kPredicate, kSum, kProduct, kUnary, kPrimary };

Binding binding_of(const grammar::Expression& expression);

/// `expression`, parenthesised where it binds looser than `place`.
grammar::ExpressionPtr fit(grammar::ExpressionPtr expression, Binding place);

template <typename Node>
grammar::ExpressionPtr tree(Node node) {
  auto expression = std::make_unique<grammar::Expression>();
  expression->node = std::move(node);
  return expression;
}

/// A constant; text stands bare where `bare` is set.
grammar::ExpressionPtr constant_tree(Value value, bool bare = false);
/// A path of plain segments; names that are no words are quoted.
grammar::Path path_of(const std::vector<std::string>& names);
grammar::ExpressionPtr path_tree(const std::vector<std::string>& names);
grammar::ExpressionPtr compare_tree(grammar::CompareOp op, grammar::ExpressionPtr left,
                                    grammar::ExpressionPtr right);
grammar::ExpressionPtr arithmetic_tree(grammar::ArithmeticOp op, grammar::ExpressionPtr left,
                                       grammar::ExpressionPtr right);
grammar::ExpressionPtr not_tree(grammar::ExpressionPtr operand);
grammar::ExpressionPtr and_tree(std::vector<grammar::ExpressionPtr> operands);
grammar::ExpressionPtr or_tree(std::vector<grammar::ExpressionPtr> operands);

}  // namespace cupel::testing
