#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// IN, BETWEEN, LIKE, ILIKE, ~ and IS MISSING.
namespace cupel::bind {
namespace {

Test negated_if(bool negate, Test test, Binder& binder, const Rows& rows) {
  if (!negate) return test;
  return {.condition = negated(binder.finish(std::move(test), rows))};
}

plan::PatternKind pattern_kind(grammar::MatchKind kind) {
  switch (kind) {
    case grammar::MatchKind::kLike: return plan::PatternKind::kLike;
    case grammar::MatchKind::kIlike: return plan::PatternKind::kIlike;
    case grammar::MatchKind::kRegex: break;
  }
  return plan::PatternKind::kRegex;
}

}  // namespace

Test Binder::in(const grammar::In& node, const grammar::Expression& e, const Rows& rows) {
  count_term(e.span);
  if (node.values.size() > kMaxInValues)
    throw Error(ErrorCode::kLimit, "IN takes at most 100,000 values", e.span);
  if (const auto path = membership(*node.operand, rows)) {
    std::vector<ConditionPtr> members;
    for (const grammar::ExpressionPtr& value : node.values) {
      count_term(value->span);
      members.push_back(member_of(*path, *value, rows));
    }
    return negated_if(node.negated, {.condition = any_of(std::move(members))}, *this, rows);
  }
  std::vector<Value> values;
  for (const grammar::ExpressionPtr& entry : node.values) {
    std::optional<Value> value = constant(*entry);
    if (!value)
      throw Error(ErrorCode::kType, "IN takes constants; compare fields with = and OR",
                  entry->span);
    if (!value->is_missing()) values.push_back(std::move(*value));
  }
  const BesideText beside(*this, !values.empty() && values.front().is_text());
  const Operand operand = this->operand(*node.operand, rows);
  Test result = make_test(operand, rows, [&](const ExpressionPtr& value) {
    plan::InSet set{value, {}};
    for (const Value& candidate : values) {
      const plan::TypeSet types = types_of(*value);
      if (types.empty() || plan::comparable(types, candidate)) set.values.push_back(candidate);
    }
    if (set.values.empty() && !values.empty()) can_compare(value, values.front(), e.span, rows);
    if (set.values.empty()) return plan::make_condition(plan::Always{false});
    return plan::make_condition(std::move(set));
  });
  return negated_if(node.negated, std::move(result), *this, rows);
}

Test Binder::between(const grammar::Between& node, const grammar::Expression& e, const Rows& rows) {
  count_term(e.span);
  const Operand middle = operand(*node.operand, rows);
  const ExpressionPtr low = value(*node.low, rows);
  const ExpressionPtr high = value(*node.high, rows);
  const auto beside = [&](const ExpressionPtr& bound) {
    const bool objects = middle.objects && middle.value != nullptr;
    return objects ? beside_objects({.value = bound}, rows, e.span) : bound;
  };
  const ExpressionPtr from = beside(low);
  const ExpressionPtr to = beside(high);
  Test result = make_test(middle, rows, [&](const ExpressionPtr& v) {
    return both(comparison(v, plan::CompareOp::kGreaterEqual, from, e.span, rows),
                comparison(v, plan::CompareOp::kLessEqual, to, e.span, rows));
  });
  return negated_if(node.negated, std::move(result), *this, rows);
}

Test Binder::match(const grammar::Match& node, const grammar::Expression& e, const Rows& rows) {
  count_term(e.span);
  const std::optional<Value> pattern = constant(*node.pattern);
  if (!pattern || !pattern->is_text())
    throw Error(ErrorCode::kType, "a pattern is text in quotes or a parameter that holds text",
                node.pattern->span);
  check_pattern(node.kind, pattern->as_text(), node.pattern->span);
  const BesideText beside(*this, true);
  const Operand operand = this->operand(*node.operand, rows);
  Test result = make_test(operand, rows, [&](const ExpressionPtr& value) {
    const plan::TypeSet types = types_of(*value);
    const plan::TypeSet everywhere = types_in_arms(*value, rows);
    if (!everywhere.empty() && !everywhere.has(Type::kText))
      warn(plan::print(*value, plan_) + " holds " + plan::describe(everywhere) +
               "; a pattern matches text only",
           e.span);
    if (!types.empty() && !types.has(Type::kText)) return plan::make_condition(plan::Always{false});
    return plan::make_condition(plan::Pattern{value, pattern_kind(node.kind), pattern->as_text()});
  });
  return negated_if(node.negated, std::move(result), *this, rows);
}

/// IS NOT MISSING of a field of objects is "some object has it"; IS MISSING is its complement.
Test Binder::is_missing(const grammar::IsMissing& node, const grammar::Expression& e,
                        const Rows& rows) {
  count_term(e.span);
  const BesideText beside(*this, true);
  const Operand operand = this->operand(*node.operand, rows);
  Test present = make_test(operand, rows, [](const ExpressionPtr& value) {
    return negated(plan::make_condition(plan::IsMissing{value}));
  });
  if (node.negated) return present;
  if (!operand.objects || operand.value == nullptr) {
    const auto& inner = std::get<plan::Not>(present.condition->node);
    return {.condition = inner.operand};
  }
  return {.condition = negated(finish(std::move(present), rows))};
}

}  // namespace cupel::bind
