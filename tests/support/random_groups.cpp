#include "tests/support/random_query.hpp"
#include "tests/support/random_tree.hpp"

/// Random SELECT lists, groups, orders and windows (LANGUAGE.md 2.7).
namespace cupel::testing {

using namespace grammar;

namespace {

ExpressionPtr bucket(ExpressionPtr number, Value width) {
  Call call{"bucket", {}, {}};
  call.arguments.push_back(std::move(number));
  call.arguments.push_back(constant_tree(std::move(width)));
  return tree(std::move(call));
}

}  // namespace

ExpressionPtr RandomQuery::group_key(Kind kind) {
  if (kind == Kind::kItems) {
    if (knobs_.collections && chance(20)) return collection_number(1);
    if (knobs_.collections && !vocabulary_.taxonomies.empty() && chance(10)) {
      return path_tree({"annotations", pick(vocabulary_.taxonomies).name});
    }
    if (!vocabulary_.item_keys.empty() && chance(70)) {
      return path_tree({"metadata", pick(vocabulary_.item_keys).name});
    }
    return bucket(path_tree({"width"}), 320);
  }
  if (chance(15)) return bucket(path_tree({"area"}), chance(50) ? Value(50) : Value(12.5));
  if (!vocabulary_.item_keys.empty() && chance(15)) {
    return path_tree({"item", "metadata", pick(vocabulary_.item_keys).name});
  }
  if (!vocabulary_.object_keys.empty() && chance(20)) {
    return path_tree({"metadata", pick(vocabulary_.object_keys).name});
  }
  if (knobs_.pairwise && chance(8)) return pairwise_number(1);
  if (comparable(kind) && chance(10)) return bucket(similarity(kind), 0.25);
  return path_tree({chance(70) ? "label" : "type"});
}

ExpressionPtr RandomQuery::summable(Kind kind) {
  if (comparable(kind) && chance(10)) return similarity(kind);
  if (kind != Kind::kItems) {
    if (knobs_.pairwise && chance(10)) return pairwise_number(1);
    return chance(60) ? path_tree({"area"}) : path_tree({"position", "x"});
  }
  if (knobs_.collections && chance(25)) return path_tree({"annotations", "count"});
  for (const MetadataKey& key : vocabulary_.item_keys) {
    const bool number = key.type == Type::kInt64 || key.type == Type::kFloat64;
    if (number && chance(40)) return path_tree({"metadata", key.name});
  }
  return path_tree({"width"});
}

ExpressionPtr RandomQuery::aggregate(Kind kind) {
  static const std::vector<std::string> kFunctions = {"sum", "avg", "min", "max"};
  Call result{"count", {}, {}};
  if (chance(35)) return tree(std::move(result));
  if (chance(30)) {
    result.arguments.push_back(condition(kind, 1));
    return tree(std::move(result));
  }
  result.function = pick(kFunctions);
  const auto& keys = kind == Kind::kItems ? vocabulary_.item_keys : vocabulary_.object_keys;
  const bool ordered = result.function == "min" || result.function == "max";
  if (ordered && !keys.empty() && chance(40)) {
    result.arguments.push_back(path_tree({"metadata", pick(keys).name}));
  } else {
    result.arguments.push_back(summable(kind));
  }
  return tree(std::move(result));
}

ExpressionPtr RandomQuery::having(const Query& query, Kind kind) {
  const auto op = static_cast<CompareOp>(below(6));
  switch (below(3)) {
    case 0:
      return compare_tree(op, path_tree({*query.select.back().alias}), constant({0, 1, 2, 10}));
    case 1: return compare_tree(op, tree(Call{"count", {}, {}}), constant({1, 2, 5}));
    default: {
      Call sum{chance(50) ? "sum" : "max", {}, {}};
      sum.arguments.push_back(summable(kind));
      ExpressionPtr second = compare_tree(op, tree(std::move(sum)), constant({0, 100, 500.5}));
      if (chance(50)) return second;
      std::vector<ExpressionPtr> both;
      both.push_back(std::move(second));
      both.push_back(
          compare_tree(CompareOp::kGreaterEqual, tree(Call{"count", {}, {}}), constant({1, 2})));
      return chance(50) ? and_tree(std::move(both)) : or_tree(std::move(both));
    }
  }
}

void RandomQuery::add_groups(Query& query, Kind kind) {
  const bool keyed = chance(75);
  if (keyed) {
    for (size_t i = chance(75) ? 1 : 2; i > 0; --i) {
      ExpressionPtr key = group_key(kind);
      query.select.push_back({clone(*key), std::nullopt});
      query.group_by.push_back(std::move(key));
    }
  }
  if (chance(30)) query.select.push_back({aggregate(kind), std::nullopt});
  if (chance(15)) {
    ExpressionPtr left = tree(Call{"count", {}, {}});
    query.select.push_back(
        {arithmetic_tree(static_cast<ArithmeticOp>(below(5)), std::move(left), constant({2, 3})),
         std::nullopt});
  }
  query.select.push_back({aggregate(kind), std::string("n")});
  if (keyed && chance(30)) query.having = having(query, kind);
  if (knobs_.windows && keyed && chance(60)) {
    query.order_by.push_back(
        {chance(50) ? tree(Call{"count", {}, {}}) : path_tree({"n"}), chance(50)});
    query.order_by.push_back({clone(*query.group_by.front()), chance(50)});
    if (chance(20)) std::swap(query.order_by[0], query.order_by[1]);
  }
}

void RandomQuery::add_rows(Query& query, Kind kind) {
  bool named = false;
  if (chance(4)) {
    query.select.push_back({tree(Star{}), std::nullopt});
  } else if (chance(kind == Kind::kItems ? 50 : 85)) {
    query.select.push_back(
        {path_tree({kind == Kind::kItems ? "reference_id" : "annotation_id"}), std::nullopt});
    query.select.push_back(
        {fit(number(kind, chance(50) ? 1 : 2), Binding::kSum), std::string("value")});
    named = true;
    const auto& keys = kind == Kind::kItems ? vocabulary_.item_keys : vocabulary_.object_keys;
    if (!keys.empty() && chance(40)) {
      query.select.push_back({path_tree({"metadata", pick(keys).name}), std::nullopt});
    }
    if (kind == Kind::kItems && knobs_.collections && !vocabulary_.taxonomies.empty() &&
        chance(15)) {
      query.select.push_back(
          {path_tree({"annotations", pick(vocabulary_.taxonomies).name}), std::nullopt});
    }
  }
  if (!knobs_.windows || !chance(50)) return;
  if (comparable(kind) && chance(15)) {
    // The nearest; with a limit a search among vectors.
    query.order_by.push_back({similarity(kind), chance(80)});
    return;
  }
  if (named && chance(30)) {
    query.order_by.push_back({path_tree({"value"}), chance(50)});
  } else {
    query.order_by.push_back({number(kind, 1), chance(50)});
  }
  const auto& keys = kind == Kind::kItems ? vocabulary_.item_keys : vocabulary_.object_keys;
  if (!keys.empty() && chance(50)) {
    query.order_by.push_back({path_tree({"metadata", pick(keys).name}), chance(50)});
    if (chance(50)) std::swap(query.order_by[0], query.order_by[1]);
  }
}

void RandomQuery::add_window(Query& query) {
  if (!chance(40)) return;
  query.limit = below(20);
  if (chance(40)) query.offset = below(5);
}

}  // namespace cupel::testing
