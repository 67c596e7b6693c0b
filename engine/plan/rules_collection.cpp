#include <map>
#include <tuple>

#include "engine/plan/rules.hpp"
#include "engine/plan/walk.hpp"

/// Rules on the collections of a plan.
namespace cupel::plan {
namespace {

bool impossible(const Collection& collection) {
  if (collection.where == nullptr) return false;
  const auto* known = std::get_if<Always>(&collection.where->node);
  return known != nullptr && !known->value;
}

void drop_true(ConditionPtr& condition) {
  if (condition == nullptr) return;
  const auto* known = std::get_if<Always>(&condition->node);
  if (known != nullptr && known->value) condition = nullptr;
}

std::vector<bool> used_collections(const Plan& plan) {
  std::vector<bool> used(plan.collections.size(), false);
  Visitor visitor;
  visitor.expression = [&](const Expression& e) {
    if (const auto* over = std::get_if<OverObjects>(&e.node)) used[over->collection] = true;
    if (const auto* pair = std::get_if<Pairwise>(&e.node)) used[pair->collection] = true;
  };
  visitor.condition = [&](const Condition& c) {
    if (const auto* any = std::get_if<AnyObject>(&c.node)) used[any->collection] = true;
  };
  Plan outside = plan;
  outside.collections.clear();
  visit(outside, visitor);
  // A collection refers only to those before it: one pass from the last to the first is enough.
  for (size_t i = plan.collections.size(); i-- > 0;) {
    if (!used[i]) continue;
    const Collection& collection = plan.collections[i];
    if (collection.where != nullptr) visit(*collection.where, visitor);
    if (collection.argument != nullptr) visit(*collection.argument, visitor);
  }
  return used;
}

void renumber(Plan& plan, const std::vector<uint32_t>& number) {
  Mapping mapping;
  mapping.expression = [&](ExpressionPtr e) {
    if (const auto* over = std::get_if<OverObjects>(&e->node)) {
      const uint32_t now = number[over->collection];
      return now == over->collection ? e : make_expression(OverObjects{now}, e->type);
    }
    const auto* pair = std::get_if<Pairwise>(&e->node);
    if (pair == nullptr || number[pair->collection] == pair->collection) return e;
    return make_expression(Pairwise{pair->function, number[pair->collection], pair->labels},
                           e->type);
  };
  mapping.condition = [&](const ConditionPtr& c) {
    const auto* any = std::get_if<AnyObject>(&c->node);
    if (any == nullptr || number[any->collection] == any->collection) return c;
    return make_condition(AnyObject{number[any->collection]});
  };
  map(plan, mapping);
}

}  // namespace

void drop_impossible_collections(Plan& plan) {
  // One chain may become false by an inner collection and make an outer one impossible: a pass for
  // each level, until nothing is found.
  for (size_t pass = 0; pass <= plan.collections.size(); ++pass) {
    bool found = false;
    Mapping mapping;
    mapping.condition = [&](const ConditionPtr& c) {
      const auto* any = std::get_if<AnyObject>(&c->node);
      if (any == nullptr || !impossible(plan.collections[any->collection])) return fold_chains(c);
      found = true;
      return make_condition(Always{false});
    };
    map(plan, mapping);
    if (!found) return;
  }
}

void drop_true_conditions(Plan& plan) {
  for (Collection& collection : plan.collections) drop_true(collection.where);
  for (Arm& arm : plan.arms) {
    drop_true(arm.where);
    for (ConditionPtr& filter : arm.filters) drop_true(filter);
  }
  drop_true(plan.having);
}

void share_collections(Plan& plan) {
  using Key = std::tuple<TableId, Collection::Function, std::string, std::string>;
  const std::vector<bool> used = used_collections(plan);
  std::map<Key, uint32_t> known;
  std::vector<uint32_t> number(plan.collections.size(), 0);
  std::vector<Collection> kept;
  for (size_t i = 0; i < plan.collections.size(); ++i) {
    if (!used[i]) continue;
    const Collection& collection = plan.collections[i];
    const std::string argument =
        collection.argument == nullptr ? std::string() : print(*collection.argument, plan);
    const Key key{collection.table, collection.function, collection.text, argument};
    const auto [it, added] = known.emplace(key, static_cast<uint32_t>(kept.size()));
    if (added) kept.push_back(collection);
    number[i] = it->second;
  }
  renumber(plan, number);
  // Kept ones were copied before their references were renumbered.
  Plan only;
  only.collections = std::move(kept);
  renumber(only, number);
  plan.collections = std::move(only.collections);
}

}  // namespace cupel::plan
