#include "tests/support/random_query.hpp"
#include "tests/support/random_tree.hpp"

// Random assertions and SHOW INSIGHTS.

namespace cupel::testing {

using namespace grammar;

ExpressionPtr RandomSyntax::subquery() {
  in_assertion_ = false;
  auto inner = std::make_shared<Query>(query());
  if (inner->select.empty()) inner->select.push_back({tree(Call{"count", {}, {}}), std::nullopt});
  in_assertion_ = true;
  return tree(Subquery{std::move(inner)});
}

void RandomSyntax::insights_statement(Statement& result) {
  if (chance(50)) {
    in_assertion_ = true;
    result.node = Assert{condition(3)};
    in_assertion_ = false;
    return;
  }
  ShowInsights show{maybe_name(), maybe_name(), nullptr};
  if (chance(50)) show.where = condition(2);
  result.node = std::move(show);
}

}  // namespace cupel::testing
