#include "antlr4-runtime.h"
#include "grammar/build.hpp"

namespace cupel::grammar {
namespace {

using Parser = generated::QueryParser;

CompareOp compare_op(size_t type) {
  switch (type) {
    case Parser::EQUAL: return CompareOp::kEqual;
    case Parser::NOT_EQUAL: return CompareOp::kNotEqual;
    case Parser::LESS: return CompareOp::kLess;
    case Parser::LESS_EQUAL: return CompareOp::kLessEqual;
    case Parser::GREATER: return CompareOp::kGreater;
    default: return CompareOp::kGreaterEqual;
  }
}

ArithmeticOp arithmetic_op(size_t type) {
  switch (type) {
    case Parser::PLUS: return ArithmeticOp::kAdd;
    case Parser::MINUS: return ArithmeticOp::kSubtract;
    case Parser::STAR: return ArithmeticOp::kMultiply;
    case Parser::SLASH: return ArithmeticOp::kDivide;
    default: return ArithmeticOp::kModulo;
  }
}

size_t sign_type(antlr4::tree::ParseTree* node) {
  return dynamic_cast<antlr4::tree::TerminalNode*>(node)->getSymbol()->getType();
}

}  // namespace

ExpressionPtr Builder::condition(Parser::ConditionContext* tree, Place place) {
  const auto parts = tree->conjunction();
  if (parts.size() == 1) return conjunction(parts.front(), place);
  Or node;
  for (auto* part : parts) node.operands.push_back(conjunction(part, Place::kField));
  return make(std::move(node), span(tree));
}

ExpressionPtr Builder::conjunction(Parser::ConjunctionContext* tree, Place place) {
  const auto parts = tree->negation();
  if (parts.size() == 1) return negation(parts.front(), place);
  And node;
  for (auto* part : parts) node.operands.push_back(negation(part, Place::kField));
  return make(std::move(node), span(tree));
}

ExpressionPtr Builder::negation(Parser::NegationContext* tree, Place place) {
  if (tree->predicate() != nullptr) return predicate(tree->predicate(), place);
  return make(Not{negation(tree->negation(), Place::kField)}, span(tree));
}

ExpressionPtr Builder::predicate(Parser::PredicateContext* tree, Place place) {
  auto* tail = tree->predicateTail();
  if (tail == nullptr) return sum(tree->sum(), place);
  ExpressionPtr left = sum(tree->sum(), Place::kField);
  if (auto* t = dynamic_cast<Parser::ComparisonContext*>(tail)) {
    const CompareOp op = compare_op(t->compareOperator()->getStart()->getType());
    return make(Compare{op, std::move(left), sum(t->sum(), Place::kValue)}, span(tree));
  }
  ExpressionPtr result;
  if (auto* t = dynamic_cast<Parser::MembershipContext*>(tail)) {
    result = membership(t, std::move(left));
  } else if (auto* t = dynamic_cast<Parser::RangeContext*>(tail)) {
    ExpressionPtr low = sum(t->sum(0), Place::kValue);
    ExpressionPtr high = sum(t->sum(1), Place::kValue);
    result =
        make(Between{std::move(left), std::move(low), std::move(high), t->K_NOT() != nullptr}, {});
  } else if (auto* t = dynamic_cast<Parser::LikenessContext*>(tail)) {
    result = likeness(t, std::move(left));
  } else if (auto* t = dynamic_cast<Parser::RegexContext*>(tail)) {
    result =
        make(Match{MatchKind::kRegex, std::move(left), sum(t->sum(), Place::kValue), false}, {});
  } else {
    auto* missing = dynamic_cast<Parser::MissingContext*>(tail);
    result = make(IsMissing{std::move(left), missing->K_NOT() != nullptr}, {});
  }
  result->span = span(tree);
  return result;
}

ExpressionPtr Builder::membership(Parser::MembershipContext* tree, ExpressionPtr operand) {
  In node;
  node.operand = std::move(operand);
  node.negated = tree->K_NOT() != nullptr;
  for (auto* entry : tree->constant()) node.values.push_back(constant(entry));
  return make(std::move(node), {});
}

ExpressionPtr Builder::likeness(Parser::LikenessContext* tree, ExpressionPtr operand) {
  const MatchKind kind = tree->K_LIKE() != nullptr ? MatchKind::kLike : MatchKind::kIlike;
  ExpressionPtr pattern = sum(tree->sum(), Place::kValue);
  return make(Match{kind, std::move(operand), std::move(pattern), tree->K_NOT() != nullptr}, {});
}

ExpressionPtr Builder::arithmetic(size_t sign, ExpressionPtr left, ExpressionPtr right) {
  const Span whole{left->span.begin, right->span.end};
  return make(Arithmetic{arithmetic_op(sign), std::move(left), std::move(right)}, whole);
}

ExpressionPtr Builder::sum(Parser::SumContext* tree, Place place) {
  ExpressionPtr result = product(dynamic_cast<Parser::ProductContext*>(tree->children[0]), place);
  for (size_t i = 1; i < tree->children.size(); i += 2) {
    auto* right = dynamic_cast<Parser::ProductContext*>(tree->children[i + 1]);
    result = arithmetic(sign_type(tree->children[i]), std::move(result), product(right, place));
  }
  return result;
}

ExpressionPtr Builder::product(Parser::ProductContext* tree, Place place) {
  ExpressionPtr result = unary(dynamic_cast<Parser::UnaryContext*>(tree->children[0]), place);
  for (size_t i = 1; i < tree->children.size(); i += 2) {
    auto* right = dynamic_cast<Parser::UnaryContext*>(tree->children[i + 1]);
    result = arithmetic(sign_type(tree->children[i]), std::move(result), unary(right, place));
  }
  return result;
}

ExpressionPtr Builder::unary(Parser::UnaryContext* tree, Place place) {
  if (tree->primary() != nullptr) return primary(tree->primary(), place);
  // A minus before a number belongs to the number: -9223372036854775808 has no positive twin.
  if (auto* operand = tree->unary()->primary()) {
    if (auto* simple = operand->simpleConstant()) {
      auto* digits = simple->INTEGER() != nullptr ? simple->INTEGER() : simple->DECIMAL();
      if (digits != nullptr) {
        ExpressionPtr result = literal(digits, true);
        result->span = span(tree);
        return result;
      }
    }
  }
  return make(Negate{unary(tree->unary(), place)}, span(tree));
}

ExpressionPtr Builder::primary(Parser::PrimaryContext* tree, Place place) {
  if (auto* query = tree->selectQuery()) return subquery(query, span(tree));
  if (auto* inner = tree->condition()) {
    ExpressionPtr result = condition(inner, place);
    result->parenthesised = true;
    result->span = span(tree);
    return result;
  }
  if (auto* simple = tree->simpleConstant()) {
    if (simple->parameter() != nullptr) return parameter(simple->parameter());
    return literal(dynamic_cast<antlr4::tree::TerminalNode*>(simple->children[0]), false);
  }
  return reference(tree->reference(), place);
}

}  // namespace cupel::grammar
