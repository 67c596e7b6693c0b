#include <algorithm>

#include "engine/plan/rules.hpp"

/// Rules on AND, OR, NOT and on what is asked of an object's item.
namespace cupel::plan {
namespace {

template <typename Node>
const Node* as(const ConditionPtr& condition) {
  return std::get_if<Node>(&condition->node);
}

ConditionPtr negate(const ConditionPtr& condition) {
  if (const auto* inner = as<Not>(condition)) return inner->operand;
  if (const auto* known = as<Always>(condition)) return make_condition(Always{!known->value});
  return make_condition(Not{condition});
}

std::vector<ConditionPtr> negate_all(const std::vector<ConditionPtr>& operands) {
  std::vector<ConditionPtr> negated;
  negated.reserve(operands.size());
  for (const ConditionPtr& operand : operands) negated.push_back(push_negation(negate(operand)));
  return negated;
}

/// The operands with chains of the same kind spliced in.
template <typename Chain>
ConditionPtr spliced(ConditionPtr condition, const Chain& chain) {
  const bool nested = std::any_of(chain.operands.begin(), chain.operands.end(),
                                  [](const ConditionPtr& c) { return as<Chain>(c) != nullptr; });
  if (!nested) return condition;
  Chain flat;
  for (const ConditionPtr& operand : chain.operands) {
    if (const auto* inner = as<Chain>(operand))
      flat.operands.insert(flat.operands.end(), inner->operands.begin(), inner->operands.end());
    else
      flat.operands.push_back(operand);
  }
  return make_condition(std::move(flat));
}

/// `neutral` is what an operand may be without a meaning: true in AND, false in OR.
template <typename Chain>
ConditionPtr without_known(ConditionPtr condition, const Chain& chain, bool neutral) {
  Chain kept;
  for (const ConditionPtr& operand : chain.operands) {
    const auto* known = as<Always>(operand);
    if (known == nullptr)
      kept.operands.push_back(operand);
    else if (known->value != neutral)
      return operand;
  }
  if (kept.operands.size() == chain.operands.size()) return condition;
  if (kept.operands.empty()) return make_condition(Always{neutral});
  if (kept.operands.size() == 1) return kept.operands.front();
  return make_condition(std::move(kept));
}

/// All tests of the item in the chain become one, at the place of the first.
template <typename Chain>
ConditionPtr merged(ConditionPtr condition, const Chain& chain) {
  Chain on_item;
  Chain rest;
  size_t place = 0;
  for (const ConditionPtr& operand : chain.operands) {
    if (const auto* test = as<OnItem>(operand)) {
      if (on_item.operands.empty()) place = rest.operands.size();
      on_item.operands.push_back(test->condition);
    } else {
      rest.operands.push_back(operand);
    }
  }
  if (on_item.operands.size() < 2) return condition;
  ConditionPtr inner = flatten(make_condition(std::move(on_item)));
  ConditionPtr one = make_condition(OnItem{std::move(inner)});
  if (rest.operands.empty()) return one;
  rest.operands.insert(rest.operands.begin() + static_cast<std::ptrdiff_t>(place), std::move(one));
  return make_condition(std::move(rest));
}

/// The item's expression where it is one; constants count for any row.
ExpressionPtr item_side(const ExpressionPtr& expression, bool& any) {
  if (const auto* of_item = std::get_if<OfItem>(&expression->node)) {
    any = true;
    return of_item->expression;
  }
  return std::holds_alternative<Constant>(expression->node) ? expression : nullptr;
}

template <typename Test>
ConditionPtr lifted(const Test& test) {
  bool any = false;
  ExpressionPtr inner = item_side(test.expression, any);
  if (inner == nullptr || !any) return nullptr;
  Test on_item = test;
  on_item.expression = std::move(inner);
  return make_condition(OnItem{make_condition(std::move(on_item))});
}

ConditionPtr lifted_pair(const CompareExpressions& test) {
  bool any = false;
  ExpressionPtr left = item_side(test.left, any);
  ExpressionPtr right = item_side(test.right, any);
  if (left == nullptr || right == nullptr || !any) return nullptr;
  return make_condition(OnItem{make_condition(CompareExpressions{left, test.op, right})});
}

/// What an expression costs to have, in reads of a number column.
int cost(const Expression& expression) {
  if (const auto* field = std::get_if<Field>(&expression.node))
    return static_cast<int>(field->columns.size()) * (expression.type == Type::kText ? 3 : 1);
  if (const auto* count = std::get_if<Count>(&expression.node))
    return static_cast<int>(count->columns.size());
  if (const auto* node = std::get_if<Arithmetic>(&expression.node))
    return 2 + cost(*node->left) + cost(*node->right);
  if (const auto* negated = std::get_if<Negate>(&expression.node))
    return 1 + cost(*negated->operand);
  if (const auto* bucket = std::get_if<Bucket>(&expression.node)) return 2 + cost(*bucket->operand);
  if (const auto* of_item = std::get_if<OfItem>(&expression.node))
    return 20 + cost(*of_item->expression);
  if (std::holds_alternative<Similarity>(expression.node)) return 300;
  if (std::holds_alternative<OverObjects>(expression.node)) return 1000;
  if (std::holds_alternative<Pairwise>(expression.node)) return 5000;
  return 0;
}

int cost(const Condition& condition) {
  if (std::holds_alternative<Always>(condition.node)) return 0;
  if (std::holds_alternative<InSlice>(condition.node)) return 1;
  if (std::holds_alternative<AnyObject>(condition.node)) return 1000;
  if (const auto* test = std::get_if<CompareConstant>(&condition.node)) {
    const int text = test->constant.is_text() ? 2 : 0;
    return 1 + text + cost(*test->expression);
  }
  if (const auto* missing = std::get_if<IsMissing>(&condition.node))
    return 1 + cost(*missing->expression);
  if (const auto* set = std::get_if<InSet>(&condition.node)) return 5 + cost(*set->expression);
  if (const auto* pattern = std::get_if<Pattern>(&condition.node))
    return 10 + cost(*pattern->expression);
  if (const auto* pair = std::get_if<CompareExpressions>(&condition.node))
    return 30 + cost(*pair->left) + cost(*pair->right);
  if (const auto* negated = std::get_if<Not>(&condition.node)) return cost(*negated->operand);
  if (const auto* on_item = std::get_if<OnItem>(&condition.node))
    return 20 + cost(*on_item->condition);
  int sum = 0;
  const auto add = [&](const std::vector<ConditionPtr>& operands) {
    for (const ConditionPtr& operand : operands) sum += cost(*operand);
  };
  if (const auto* all = std::get_if<And>(&condition.node)) add(all->operands);
  if (const auto* any = std::get_if<Or>(&condition.node)) add(any->operands);
  return sum;
}

template <typename Chain>
ConditionPtr sorted(ConditionPtr condition, const Chain& chain) {
  std::vector<std::pair<int, ConditionPtr>> priced;
  for (const ConditionPtr& operand : chain.operands) priced.emplace_back(cost(*operand), operand);
  const auto cheaper = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (std::is_sorted(priced.begin(), priced.end(), cheaper)) return condition;
  std::stable_sort(priced.begin(), priced.end(), cheaper);
  Chain ordered;
  for (auto& [price, operand] : priced) ordered.operands.push_back(std::move(operand));
  return make_condition(std::move(ordered));
}

}  // namespace

ConditionPtr lift_to_item(const ConditionPtr& condition) {
  ConditionPtr on_item;
  if (const auto* test = as<CompareConstant>(condition))
    on_item = lifted(*test);
  else if (const auto* set = as<InSet>(condition))
    on_item = lifted(*set);
  else if (const auto* pattern = as<Pattern>(condition))
    on_item = lifted(*pattern);
  else if (const auto* missing = as<IsMissing>(condition))
    on_item = lifted(*missing);
  else if (const auto* pair = as<CompareExpressions>(condition))
    on_item = lifted_pair(*pair);
  else if (const auto* negated = as<Not>(condition)) {
    if (const auto* inner = as<OnItem>(negated->operand))
      on_item = make_condition(OnItem{negate(inner->condition)});
  }
  return on_item != nullptr ? on_item : condition;
}

ConditionPtr cancel_negation(const ConditionPtr& condition) {
  const auto* outer = as<Not>(condition);
  return outer == nullptr ? condition : negate(outer->operand);
}

ConditionPtr push_negation(const ConditionPtr& condition) {
  const auto* outer = as<Not>(condition);
  if (outer == nullptr) return condition;
  if (const auto* any = as<Or>(outer->operand))
    return make_condition(And{negate_all(any->operands)});
  const auto* all = as<And>(outer->operand);
  if (all == nullptr) return condition;
  const bool meets = std::any_of(all->operands.begin(), all->operands.end(),
                                 [](const ConditionPtr& c) { return as<Not>(c) != nullptr; });
  return meets ? make_condition(Or{negate_all(all->operands)}) : condition;
}

ConditionPtr flatten(const ConditionPtr& condition) {
  if (const auto* all = as<And>(condition)) return spliced(condition, *all);
  if (const auto* any = as<Or>(condition)) return spliced(condition, *any);
  return condition;
}

ConditionPtr fold_chains(const ConditionPtr& condition) {
  if (const auto* all = as<And>(condition)) return without_known(condition, *all, true);
  if (const auto* any = as<Or>(condition)) return without_known(condition, *any, false);
  if (const auto* negated = as<Not>(condition)) return negate(negated->operand);
  if (const auto* on_item = as<OnItem>(condition))
    if (as<Always>(on_item->condition) != nullptr) return on_item->condition;
  return condition;
}

ConditionPtr merge_on_item(const ConditionPtr& condition) {
  if (const auto* all = as<And>(condition)) return merged(condition, *all);
  if (const auto* any = as<Or>(condition)) return merged(condition, *any);
  return condition;
}

ConditionPtr cheapest_first(const ConditionPtr& condition) {
  if (const auto* all = as<And>(condition)) return sorted(condition, *all);
  if (const auto* any = as<Or>(condition)) return sorted(condition, *any);
  return condition;
}

}  // namespace cupel::plan
