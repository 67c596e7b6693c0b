#include "engine/sql/translate.hpp"

#include "cupel/error.hpp"
#include "engine/sql/groups.hpp"
#include "engine/sql/literal.hpp"
#include "engine/sql/sources.hpp"

namespace cupel::sql {
namespace {

/// One column, or one for each of several types.
void add_output(const plan::Output& output, const Typed& value, std::vector<std::string>& columns) {
  if (output.type != Type::kAny) {
    columns.push_back(named(as_type(value, output.type), output.name));
    return;
  }
  for (const Type type : kTypesInOrder)
    if (const auto& term = value.get(type))
      columns.push_back(named(*term, output.name + ":" + std::string(to_string(type))));
  if (value.empty()) columns.push_back(named(as_type(value, Type::kText), output.name));
}

Select rows_statement(const plan::Plan& plan, const storage::Catalog& catalog) {
  std::vector<Source> sources;
  for (const plan::Arm& arm : plan.arms) {
    Rows rows(plan, catalog, arm.table);
    Source source;
    for (const plan::ExpressionPtr& output : arm.outputs)
      source.values.push_back(rows.value(*output));
    for (const plan::ExpressionPtr& key : arm.order) source.values.push_back(rows.value(*key));
    source.select = rows.select(arm.where.get());
    source.ordinal = rows.ordinal();
    sources.push_back(std::move(source));
  }
  const Source rows = sources.size() == 1 ? std::move(sources.front()) : joined(std::move(sources));
  Select select = rows.select;
  for (size_t i = 0; i < plan.outputs.size(); ++i)
    add_output(plan.outputs[i], rows.values[i], select.columns);
  for (size_t i = 0; i < plan.descending.size(); ++i)
    add_order(rows.values[plan.outputs.size() + i], plan.descending[i], select.order_by);
  select.order_by.push_back(rows.ordinal.text);
  return select;
}

Select groups_statement(const plan::Plan& plan, const storage::Catalog& catalog) {
  Groups groups = grouped(plan, catalog);
  Rows rows(plan, catalog, groups.slots);
  Select select = std::move(groups.select);
  for (size_t i = 0; i < plan.outputs.size(); ++i)
    add_output(plan.outputs[i], rows.value(*plan.group_outputs[i]), select.columns);
  if (plan.having != nullptr) select.having.push_back(rows.condition(*plan.having));
  if (!plan.has_keys) return select;
  for (size_t i = 0; i < plan.group_order.size(); ++i)
    add_order(rows.value(*plan.group_order[i]), plan.descending[i], select.order_by);
  select.order_by.push_back("MIN(" + groups.ordinal.text + ")");
  return select;
}

}  // namespace

std::string translate(const plan::Plan& plan, const storage::Catalog& catalog) {
  if (plan.sample)
    throw Error(ErrorCode::kUnsupported,
                "SAMPLE has no SQL that draws the same rows; leave it out");
  Select select = plan.grouped ? groups_statement(plan, catalog) : rows_statement(plan, catalog);
  select.limit = plan.limit;
  select.offset = plan.offset;
  return to_text(select) + ";";
}

}  // namespace cupel::sql
