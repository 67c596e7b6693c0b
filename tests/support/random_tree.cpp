#include "tests/support/random_tree.hpp"

#include "grammar/words.hpp"

namespace cupel::testing {

using namespace grammar;

Binding binding_of(const Expression& expression) {
  if (expression.parenthesised) return Binding::kPrimary;
  const auto& node = expression.node;
  if (std::holds_alternative<Or>(node)) return Binding::kOr;
  if (std::holds_alternative<And>(node)) return Binding::kAnd;
  if (std::holds_alternative<Not>(node)) return Binding::kNot;
  if (std::holds_alternative<Compare>(node) || std::holds_alternative<In>(node) ||
      std::holds_alternative<Between>(node) || std::holds_alternative<Match>(node) ||
      std::holds_alternative<IsMissing>(node)) {
    return Binding::kPredicate;
  }
  if (const auto* arithmetic = std::get_if<Arithmetic>(&node)) {
    const bool additive =
        arithmetic->op == ArithmeticOp::kAdd || arithmetic->op == ArithmeticOp::kSubtract;
    return additive ? Binding::kSum : Binding::kProduct;
  }
  if (std::holds_alternative<Negate>(node)) return Binding::kUnary;
  const auto* literal = std::get_if<Literal>(&node);
  const bool negative =
      literal != nullptr && literal->value.is_number() && literal->value.as_double() < 0;
  return negative ? Binding::kUnary : Binding::kPrimary;
}

ExpressionPtr fit(ExpressionPtr expression, Binding place) {
  if (binding_of(*expression) < place) expression->parenthesised = true;
  return expression;
}

ExpressionPtr constant_tree(Value value, bool bare) {
  Literal literal;
  literal.bare =
      bare && value.is_text() && is_word(value.as_text()) && !is_reserved(value.as_text());
  if (value.is_timestamp()) {
    literal.date = true;
    literal.text = format_timestamp(value.as_timestamp());
  }
  literal.value = std::move(value);
  return tree(std::move(literal));
}

Path path_of(const std::vector<std::string>& names) {
  Path path;
  for (const std::string& name : names) {
    Segment segment;
    segment.name = name;
    segment.quoted = !is_word(name) || (path.segments.empty() && is_reserved(name));
    path.segments.push_back(std::move(segment));
  }
  return path;
}

ExpressionPtr path_tree(const std::vector<std::string>& names) { return tree(path_of(names)); }

ExpressionPtr compare_tree(CompareOp op, ExpressionPtr left, ExpressionPtr right) {
  return tree(
      Compare{op, fit(std::move(left), Binding::kSum), fit(std::move(right), Binding::kSum)});
}

ExpressionPtr arithmetic_tree(ArithmeticOp op, ExpressionPtr left, ExpressionPtr right) {
  const bool additive = op == ArithmeticOp::kAdd || op == ArithmeticOp::kSubtract;
  return tree(Arithmetic{op, fit(std::move(left), additive ? Binding::kSum : Binding::kProduct),
                         fit(std::move(right), additive ? Binding::kProduct : Binding::kUnary)});
}

ExpressionPtr not_tree(ExpressionPtr operand) {
  return tree(Not{fit(std::move(operand), Binding::kNot)});
}

ExpressionPtr and_tree(std::vector<ExpressionPtr> operands) {
  for (auto& operand : operands) operand = fit(std::move(operand), Binding::kNot);
  return tree(And{std::move(operands)});
}

ExpressionPtr or_tree(std::vector<ExpressionPtr> operands) {
  for (auto& operand : operands) operand = fit(std::move(operand), Binding::kAnd);
  return tree(Or{std::move(operands)});
}

}  // namespace cupel::testing
