#include "engine/bind/live_slice.hpp"

#include <utility>

#include "engine/bind/binder.hpp"
#include "grammar/parse.hpp"

namespace cupel::bind {
namespace {

void refuse(const std::string& what, Span span) {
  throw Error(ErrorCode::kConstraint,
              "a live slice is a set of rows and cannot have " + what +
                  "; leave it out, or create a static slice",
              span);
}

void check_shape(const grammar::Query& query) {
  if (!query.group_by.empty()) refuse("GROUP BY", query.group_by.front()->span);
  if (query.having != nullptr) refuse("HAVING", query.having->span);
  if (!query.order_by.empty()) refuse("ORDER BY", query.order_by.front().expression->span);
  if (query.sample) refuse("SAMPLE", query.span);
  if (query.limit || query.offset) refuse("LIMIT", query.span);
  for (const grammar::SelectEntry& entry : query.select)
    if (has_aggregate(*entry.expression)) refuse("aggregates", entry.expression->span);
}

bool is_slice_path(const grammar::Expression& e) {
  const auto* path = std::get_if<grammar::Path>(&e.node);
  return path != nullptr && is_word(path->segments.back(), "slice");
}

bool names(const grammar::Expression& e, std::string_view name) {
  const auto* literal = std::get_if<grammar::Literal>(&e.node);
  return literal != nullptr && literal->value.is_text() && literal->value.as_text() == name;
}

bool uses(const grammar::Expression& where, std::string_view name) {
  bool found = false;
  grammar::walk(where, [&](const grammar::Expression& e) {
    if (const auto* compare = std::get_if<grammar::Compare>(&e.node))
      found = found || (is_slice_path(*compare->left) && names(*compare->right, name)) ||
              (is_slice_path(*compare->right) && names(*compare->left, name));
    const auto* in = std::get_if<grammar::In>(&e.node);
    if (in != nullptr && is_slice_path(*in->operand))
      for (const grammar::ExpressionPtr& value : in->values) found = found || names(*value, name);
    return true;
  });
  return found;
}

}  // namespace

void check_live_slice(const grammar::Query& query, std::string_view name, const Scope& scope) {
  check_shape(query);
  plan::Plan plan;
  std::vector<Warning> warnings;
  Binder binder(scope, warnings, plan);
  binder.forget_parameters();
  const std::vector<TableId> tables = binder.tables_of(query.source.value_or(grammar::Source{}));
  binder.set_arms(tables);
  binder.enter_live_slice(std::string(name), query.span);
  if (query.where == nullptr) return;
  grammar::walk(std::as_const(*query.where), [](const grammar::Expression& e) {
    if (std::holds_alternative<grammar::Parameter>(e.node)) refuse("parameters", e.span);
    return true;
  });
  for (const TableId table : tables) binder.condition(*query.where, Rows{.table = table});
}

std::string live_slice_using(const storage::Catalog& catalog, std::string_view name) {
  for (const auto& [live, slice] : catalog.slices()) {
    if (!slice.live) continue;
    const grammar::Query query = grammar::parse_query(slice.query);
    if (query.where != nullptr && uses(*query.where, name)) return live;
  }
  return {};
}

}  // namespace cupel::bind
