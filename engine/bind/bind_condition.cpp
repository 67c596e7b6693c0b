#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// Conditions: the logic between tests, and the same-object rule.
namespace cupel::bind {

ConditionPtr Binder::condition(const grammar::Expression& e, const Rows& rows) {
  return finish(test(e, rows), rows);
}

Test Binder::test(const grammar::Expression& e, const Rows& rows) {
  using namespace grammar;
  if (const auto* node = std::get_if<And>(&e.node)) return chain(node->operands, rows);
  if (const auto* node = std::get_if<Or>(&e.node)) {
    std::vector<ConditionPtr> operands;
    for (const grammar::ExpressionPtr& operand : node->operands)
      operands.push_back(condition(*operand, rows));
    return {.condition = any_of(std::move(operands))};
  }
  if (const auto* node = std::get_if<Not>(&e.node))
    return {.condition = negated(condition(*node->operand, rows))};
  if (const auto* node = std::get_if<Compare>(&e.node)) return compare(*node, e, rows);
  if (const auto* node = std::get_if<In>(&e.node)) return in(*node, e, rows);
  if (const auto* node = std::get_if<Between>(&e.node)) return between(*node, e, rows);
  if (const auto* node = std::get_if<Match>(&e.node)) return match(*node, e, rows);
  if (const auto* node = std::get_if<IsMissing>(&e.node)) return is_missing(*node, e, rows);
  return value_test(e, rows);
}

/// An AND chain: positive comparisons on the fields of one collection that stand directly in it
/// become one test of one object, at the place of the first (LANGUAGE.md 2.5).
Test Binder::chain(const std::vector<grammar::ExpressionPtr>& operands, const Rows& rows) {
  std::vector<Test> tests;
  for (const grammar::ExpressionPtr& operand : operands) {
    Test next = test(*operand, rows);
    const bool joins = next.objects && !next.objects->key.empty() && !operand->parenthesised;
    if (joins) {
      const auto same = std::find_if(tests.begin(), tests.end(), [&](const Test& t) {
        return t.objects && t.objects->key == next.objects->key && t.on_item == next.on_item;
      });
      if (same != tests.end()) {
        same->condition = both(same->condition, next.condition);
        continue;
      }
      tests.push_back(std::move(next));
    } else {
      tests.push_back({.condition = finish(std::move(next), rows)});
    }
  }
  std::vector<ConditionPtr> conditions;
  conditions.reserve(tests.size());
  for (Test& t : tests) conditions.push_back(finish(std::move(t), rows));
  return {.condition = all_of(std::move(conditions))};
}

ConditionPtr Binder::finish(Test test, const Rows&) {
  if (!test.objects) return test.condition;
  using Function = plan::Collection::Function;
  const ConditionPtr where = both(test.objects->where, test.condition);
  const uint32_t number = add_collection(*test.objects, where, Function::kAny);
  if (test.mention != Operand::kNoMention) {
    ObjectSet counted = *test.objects;
    counted.where = where;
    ExpressionPtr count = over_objects(counted, Function::kCount);
    mention(test.mention, test.on_item ? of_item(std::move(count)) : std::move(count));
  }
  ConditionPtr any = plan::make_condition(plan::AnyObject{number});
  return test.on_item ? plan::make_condition(plan::OnItem{std::move(any)}) : any;
}

/// A value that stands where a condition is wanted: `annotations[…]`, `overlaps(…)`, a
/// boolean field, `true`.
Test Binder::value_test(const grammar::Expression& e, const Rows& rows) {
  if (const std::optional<Value> value = constant(e)) {
    if (value->is_bool())
      return {.condition = plan::make_condition(plan::Always{value->as_bool()})};
    throw Error(ErrorCode::kType,
                "a condition is wanted here, and '" + text_of(e) +
                    "' is a value; compare a field "
                    "with it",
                e.span);
  }
  if (is_pairwise_condition(e)) return {.condition = pairwise_condition(e, rows)};
  count_term(e.span);
  const Operand bound = operand(e, rows);
  if (bound.value == nullptr)
    return {.condition = finish({.condition = nullptr,
                                 .objects = bound.objects,
                                 .on_item = bound.on_item,
                                 .mention = bound.mention},
                                rows)};
  const plan::TypeSet types = types_of(*bound.value);
  if (types.empty() || types.has(Type::kBool))
    return make_test(bound, rows, [](const ExpressionPtr& v) { return equals(v, Value(true)); });
  const std::string text = text_of(e);
  throw Error(ErrorCode::kType,
              "'" + text + "' is no condition: it holds " + plan::describe(types) +
                  "; compare it, or write IS NOT MISSING",
              e.span, types.has_number() ? text + " > 0" : text + " IS NOT MISSING");
}

}  // namespace cupel::bind
