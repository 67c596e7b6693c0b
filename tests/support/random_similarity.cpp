#include "tests/support/random_query.hpp"
#include "tests/support/random_tree.hpp"

/// Rows beside examples by their vectors.
namespace cupel::testing {

using namespace grammar;

bool RandomQuery::comparable(Kind kind) const {
  if (!knobs_.similarity) return false;
  const bool objects = kind == Kind::kAnnotations || kind == Kind::kObjects;
  return !vocabulary_.examples.empty() || (objects && !vocabulary_.object_examples.empty());
}

ExpressionPtr RandomQuery::similarity(Kind kind) {
  const bool objects = kind == Kind::kAnnotations || kind == Kind::kObjects;
  const bool crops = objects && !vocabulary_.object_examples.empty() &&
                     (vocabulary_.examples.empty() || chance(60));
  const auto& examples = crops ? vocabulary_.object_examples : vocabulary_.examples;
  Call call{"similarity", {}, {}};
  for (size_t i = 1 + below(2); i > 0; --i) call.arguments.push_back(constant_tree(pick(examples)));
  // Of items the only embedding need not be named.
  if (kind != Kind::kItems || inside_filter_ || chance(50))
    call.named.push_back({"embedding", constant_tree(crops ? "crops" : "looks", chance(50))});
  return tree(std::move(call));
}

ExpressionPtr RandomQuery::similarity_predicate(Kind kind) {
  if (chance(15)) return tree(IsMissing{similarity(kind), chance(50)});
  return number_predicate(similarity(kind), {0, 1, 0.3, -0.4, 0.9});
}

}  // namespace cupel::testing
