#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// The condition of ASSERT: subqueries are slots, as keys and aggregates are in HAVING.
namespace cupel::bind {
namespace {

[[noreturn]] void refuse_rows(const grammar::Expression& e) {
  std::string text = grammar::print(e);
  if (e.parenthesised) text = text.substr(1, text.size() - 2);
  const bool aggregate = has_aggregate(e);
  throw Error(ErrorCode::kType,
              "'" + text + "' is " + (aggregate ? "over the rows of a query" : "a field of rows") +
                  ", and ASSERT compares figures of the dataset; write one as (SELECT " +
                  (aggregate ? text + " FROM …)" : "count() WHERE …)"),
              e.span, aggregate ? "(SELECT " + text + ")" : std::string());
}

}  // namespace

std::optional<Operand> figure_operand(const grammar::Expression& e, const GroupScope& groups) {
  if (const auto* node = std::get_if<grammar::Subquery>(&e.node)) {
    const std::vector<Figure>& figures = *groups.figures;
    const auto same = std::find_if(figures.begin(), figures.end(), [&](const Figure& figure) {
      return figure.subquery->query == node->query;
    });
    const auto index = static_cast<uint32_t>(same - figures.begin());
    return Operand{.value = plan::make_expression(plan::Slot{index}, same->type)};
  }
  const auto* call = std::get_if<grammar::Call>(&e.node);
  const bool rows = std::holds_alternative<grammar::Path>(e.node) ||
                    std::holds_alternative<grammar::Star>(e.node) ||
                    (call != nullptr && (has_aggregate(e) || call->function == "similarity"));
  if (rows) refuse_rows(e);
  return std::nullopt;
}

plan::ConditionPtr bind_assertion(const grammar::Expression& condition,
                                  const std::vector<Figure>& figures, const Scope& scope,
                                  std::vector<Warning>& warnings) {
  plan::Plan plan;
  Binder binder(scope, warnings, plan);
  // In sentences a slot reads as the key it stands for: here the query as it was written.
  plan::Arm& arm = plan.arms.emplace_back();
  for (const Figure& figure : figures)
    arm.keys.push_back(plan::make_expression(
        plan::Field{"(" + grammar::print(*figure.subquery->query) + ")", {}}, figure.type));
  GroupScope groups;
  groups.figures = &figures;
  return binder.condition(condition, Rows{.top = false, .groups = &groups});
}

}  // namespace cupel::bind
