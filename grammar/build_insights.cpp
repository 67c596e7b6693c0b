#include "antlr4-runtime.h"
#include "grammar/build.hpp"
#include "grammar/diagnose.hpp"

// ASSERT with its subqueries, and SHOW INSIGHTS.

namespace cupel::grammar {

bool Builder::insights_statement(Parser::StatementContext* tree, Statement& result) {
  if (auto* t = tree->assertion()) {
    in_assertion_ = true;
    result.node = Assert{condition(t->condition(), Place::kField)};
  } else if (auto* t = tree->showInsights()) {
    result.node = show_insights(t);
  } else {
    return false;
  }
  return true;
}

ShowInsights Builder::show_insights(Parser::ShowInsightsContext* tree) {
  ShowInsights result;
  for (auto* option : tree->insightsOption()) {
    const bool slice = option->K_SLICE() != nullptr;
    std::optional<Name>& target = slice ? result.slice : result.run;
    if (target)
      throw Error(ErrorCode::kSyntax,
                  std::string("the option ") + (slice ? "OF SLICE" : "OF RUN") + " is given twice",
                  span(option));
    target = name_or_text(option->nameOrText());
  }
  if (auto* where = tree->whereClause())
    result.where = condition(where->condition(), Place::kField);
  return result;
}

ExpressionPtr Builder::subquery(Parser::SelectQueryContext* tree, Span span) {
  if (!in_assertion_) refuse_subquery(span);
  auto inner = std::make_shared<Query>();
  inner->span = this->span(tree);
  clauses(tree, *inner);
  return make(Subquery{std::move(inner)}, span);
}

}  // namespace cupel::grammar
