#include "engine/plan/rules.hpp"
#include "engine/plan/walk.hpp"

namespace cupel::plan {
namespace {

struct Rule {
  const char* name;
  ExpressionPtr (*expression)(const ExpressionPtr&);
  ConditionPtr (*condition)(const ConditionPtr&);
  void (*plan)(Plan&);
};

/// The rules in the order in which they run, each once, each with its reason. Every one returns a
/// plan that selects the same rows.
constexpr Rule kRules[] = {
    // What does not depend on a row is computed here, not once a row.
    {"constant arithmetic", fold_arithmetic, nullptr, nullptr},
    // A set of one value is compared without a look-up, and ranges of chunks can exclude it.
    {"IN with one value", nullptr, equal_for_single_value, nullptr},
    // Tests whose answer is known (constants, fields that no row has, types that never meet, counts
    // below zero) need no column. After the rules that make comparisons.
    {"known tests", nullptr, fold_tests, nullptr},
    // A test of fields of the item alone is decided once an item instead of once an object.
    {"tests of the item", nullptr, lift_to_item, nullptr},
    // Two NOTs cost two passes over the rows and hide what is inside from the rules below.
    {"double negation", nullptr, cancel_negation, nullptr},
    // NOT (a OR b) becomes a chain of AND, which stops when no row is left; NOT of an AND is pushed
    // in only where it meets a NOT. Before flattening, which then sees longer chains.
    {"negation pushed in", nullptr, push_negation, nullptr},
    // One chain instead of a nest, so that the next rules see all of its operands.
    {"flat chains", nullptr, flatten, nullptr},
    // true and false vanish from chains, or decide them. After everything that makes them.
    {"known chains", nullptr, fold_chains, nullptr},
    // The item's conditions in one chain become one, so that items are looked at once.
    {"one test of the item", nullptr, merge_on_item, nullptr},
    // A collection without possible members makes its test false, which chains then use.
    {"impossible collections", nullptr, nullptr, drop_impossible_collections},
    // A chain narrows the rows in question from left to right: what is cheap goes first. Last of
    // the rules on chains, since it orders what the others left.
    {"cheapest first", nullptr, cheapest_first, nullptr},
    // "Every row" is the absence of a condition, which the sinks know to skip.
    {"no condition", nullptr, nullptr, drop_true_conditions},
    // The same objects asked for twice are gone through once; what nobody asks for any more is not
    // gone through at all.
    {"shared collections", nullptr, nullptr, share_collections},
};

}  // namespace

Plan rewrite(Plan plan) {
  for (const Rule& rule : kRules) {
    if (rule.plan != nullptr) {
      rule.plan(plan);
      continue;
    }
    Mapping mapping;
    if (rule.expression != nullptr) mapping.expression = rule.expression;
    if (rule.condition != nullptr) mapping.condition = rule.condition;
    map(plan, mapping);
  }
  return plan;
}

}  // namespace cupel::plan
