#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// The query as a whole: arms, outputs, order.
namespace cupel::bind {
namespace {

std::string noun_of(const grammar::Source& source) {
  switch (source.kind) {
    case grammar::SourceKind::kItems: return "items";
    case grammar::SourceKind::kAnnotations: return "annotations";
    case grammar::SourceKind::kPredictions: return "predictions";
    case grammar::SourceKind::kObjects: break;
  }
  return "objects";
}

/// `SELECT *` says what no SELECT says.
bool selects_all(const grammar::Query& query) {
  if (query.select.empty()) return true;
  for (const grammar::SelectEntry& entry : query.select)
    if (std::holds_alternative<grammar::Star>(entry.expression->node) && query.select.size() > 1)
      throw Error(ErrorCode::kUnsupported, "* stands alone in SELECT; name the fields otherwise",
                  entry.expression->span);
  return std::holds_alternative<grammar::Star>(query.select.front().expression->node);
}

bool is_grouped(const grammar::Query& query) {
  const auto aggregates = [](const auto& entry) { return has_aggregate(*entry.expression); };
  return !query.group_by.empty() ||
         std::any_of(query.select.begin(), query.select.end(), aggregates);
}

void check_ungrouped(const grammar::Query& query) {
  if (query.having != nullptr)
    throw Error(ErrorCode::kType, "HAVING is about groups; write WHERE, or add GROUP BY",
                query.having->span, "WHERE");
  for (const grammar::OrderKey& key : query.order_by)
    if (has_aggregate(*key.expression))
      throw Error(ErrorCode::kType,
                  "ordering by '" + grammar::print(*key.expression) + "' needs GROUP BY",
                  key.expression->span);
}

/// The alias that a single bare name stands for.
const grammar::Expression* alias_of(const grammar::Query& query, const grammar::Expression& e) {
  const auto* path = std::get_if<grammar::Path>(&e.node);
  if (path == nullptr || path->segments.size() != 1 || path->segments.front().filter)
    return nullptr;
  for (const grammar::SelectEntry& entry : query.select)
    if (entry.alias && *entry.alias == path->segments.front().name) return entry.expression.get();
  return nullptr;
}

/// One column per output from the arms' expressions for it: the type that all have, or any.
void add_output(Binder& binder, std::string name, const std::vector<ExpressionPtr>& by_arm) {
  plan::Plan& plan = binder.plan();
  plan::TypeSet types;
  for (size_t i = 0; i < by_arm.size(); ++i) {
    types.add(binder.types_of(*by_arm[i]));
    plan.arms[i].outputs.push_back(by_arm[i]);
  }
  const Type type = types.empty() ? by_arm.front()->type : plan::single_type(types);
  plan.outputs.push_back({std::move(name), type});
}

ExpressionPtr text_constant(std::string text) {
  return plan::make_expression(plan::Constant{Value(std::move(text))}, Type::kText);
}

/// The columns that whole rows begin with: what tells a row from the others.
void add_identity(Binder& binder, bool objects_source) {
  plan::Plan& plan = binder.plan();
  std::vector<ExpressionPtr> ids;
  std::vector<ExpressionPtr> sources;
  std::vector<ExpressionPtr> labels;
  for (const plan::Arm& arm : plan.arms) {
    ExpressionPtr id = binder.field(kItems, "reference_id");
    ids.push_back(arm.table == kItems ? std::move(id) : of_item(std::move(id)));
    sources.push_back(text_constant(binder.source_text(arm.table)));
    labels.push_back(binder.field(arm.table, "label"));
  }
  add_output(binder, "reference_id", ids);
  if (plan.arms.front().table == kItems) return;
  if (objects_source) add_output(binder, "source", sources);
  add_output(binder, "label", labels);
}

/// Then the fields that the query speaks of. `mentions` has a list for each arm.
void add_mentions(Binder& binder, const std::vector<std::vector<ExpressionPtr>>& mentions) {
  plan::Plan& plan = binder.plan();
  const auto print = [&](const ExpressionPtr& e) { return plan::print(*e, plan); };
  std::set<std::string> shown;
  for (const ExpressionPtr& output : plan.arms.front().outputs) shown.insert(print(output));
  for (const ExpressionPtr& first : mentions.front()) {
    const std::string name = print(first);
    if (!shown.insert(name).second) continue;
    std::vector<ExpressionPtr> by_arm;
    for (const std::vector<ExpressionPtr>& of_arm : mentions) {
      const auto same = std::find_if(of_arm.begin(), of_arm.end(),
                                     [&](const ExpressionPtr& e) { return print(e) == name; });
      by_arm.push_back(same != of_arm.end() ? *same
                                            : plan::make_expression(plan::Constant{}, first->type));
    }
    add_output(binder, name, by_arm);
  }
}

/// `SELECT *`: every field that some row of the source has.
void add_every_field(Binder& binder) {
  plan::Plan& plan = binder.plan();
  std::set<std::string> shown;
  for (const plan::Output& output : plan.outputs) shown.insert(output.name);
  for (const plan::Arm& arm : plan.arms)
    for (const ColumnId id : binder.catalog().columns(arm.table)) {
      const std::string& name = binder.catalog().column(id).name;
      if (name.starts_with('$') || !shown.insert(name).second) continue;
      std::vector<ExpressionPtr> by_arm;
      for (const plan::Arm& each : plan.arms) by_arm.push_back(binder.field(each.table, name));
      add_output(binder, name, by_arm);
    }
}

void copy_limits(const grammar::Query& query, plan::Plan& plan) {
  if (query.sample) {
    plan.sample = query.sample->rows;
    plan.seed = query.sample->seed.value_or(0);
  }
  plan.limit = query.limit;
  plan.offset = query.offset.value_or(0);
  plan.exact = query.exact;
  for (const grammar::OrderKey& key : query.order_by) plan.descending.push_back(key.descending);
}

/// Arms with their tables; the binder knows all of them before it binds the first.
void add_arms(Binder& binder, const grammar::Source& source) {
  const std::vector<TableId> tables = binder.tables_of(source);
  for (const TableId table : tables) binder.plan().arms.push_back({.table = table});
  binder.set_arms(tables);
}

void bind_where(Binder& binder, const grammar::Expression* where, plan::Arm& arm) {
  binder.start_arm();
  if (where != nullptr) arm.where = binder.condition(*where, Rows{.table = arm.table});
}

}  // namespace

void bind_outputs(Binder& binder, const grammar::Query& query, bool objects_source) {
  plan::Plan& plan = binder.plan();
  const bool all = selects_all(query);
  plan.whole_rows = all;
  binder.collect_mentions(all);
  std::vector<std::vector<ExpressionPtr>> mentions;
  for (plan::Arm& arm : plan.arms) {
    bind_where(binder, query.where.get(), arm);
    for (const grammar::OrderKey& key : query.order_by) {
      const grammar::Expression* alias = alias_of(query, *key.expression);
      arm.order.push_back(
          binder.value(alias != nullptr ? *alias : *key.expression, Rows{.table = arm.table}));
    }
    mentions.push_back(binder.take_mentions());
  }
  if (all) {
    add_identity(binder, objects_source);
    add_mentions(binder, mentions);
    if (!query.select.empty()) add_every_field(binder);
    return;
  }
  for (const grammar::SelectEntry& entry : query.select) {
    std::vector<ExpressionPtr> by_arm;
    for (const plan::Arm& arm : plan.arms)
      by_arm.push_back(binder.value(*entry.expression, Rows{.table = arm.table}));
    add_output(binder, entry.alias.value_or(grammar::print(*entry.expression)), by_arm);
  }
}

plan::Plan bind_query(const grammar::Query& query, const Scope& scope,
                      std::vector<Warning>& warnings) {
  plan::Plan plan;
  Binder binder(scope, warnings, plan);
  const grammar::Source source = query.source.value_or(grammar::Source{});
  add_arms(binder, source);
  copy_limits(query, plan);
  plan.noun = noun_of(source);
  if (is_grouped(query)) {
    plan.noun = "groups";
    for (plan::Arm& arm : plan.arms) bind_where(binder, query.where.get(), arm);
    bind_groups(binder, query);
  } else {
    check_ungrouped(query);
    bind_outputs(binder, query, source.kind == grammar::SourceKind::kObjects);
  }
  return plan;
}

std::vector<TableId> source_tables(const grammar::Source& source, const Scope& scope) {
  plan::Plan plan;
  std::vector<Warning> warnings;
  return Binder(scope, warnings, plan).tables_of(source);
}

plan::Plan bind_rows(const grammar::Source& source, const grammar::Expression* where,
                     const Scope& scope, std::vector<Warning>& warnings) {
  plan::Plan plan;
  Binder binder(scope, warnings, plan);
  add_arms(binder, source);
  plan.noun = noun_of(source);
  plan.whole_rows = true;
  for (plan::Arm& arm : plan.arms) bind_where(binder, where, arm);
  add_identity(binder, source.kind == grammar::SourceKind::kObjects);
  return plan;
}

plan::Plan bind_update(const grammar::Update& update, const Scope& scope,
                       std::vector<std::string>& columns, std::vector<Warning>& warnings) {
  plan::Plan plan;
  Binder binder(scope, warnings, plan);
  add_arms(binder, update.source);
  plan.noun = noun_of(update.source);
  for (plan::Arm& arm : plan.arms) bind_where(binder, update.where.get(), arm);
  for (const grammar::Assignment& assignment : update.assignments)
    bind_assignment(binder, assignment, columns);
  return plan;
}

}  // namespace cupel::bind
