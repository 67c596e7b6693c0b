#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// Queries with GROUP BY or aggregates: keys and aggregates of each arm, the rest over their slots.
namespace cupel::bind {
namespace {

const grammar::Path* single_name(const grammar::Expression& e) {
  const auto* path = std::get_if<grammar::Path>(&e.node);
  const bool single = path != nullptr && path->segments.size() == 1 && !path->call_argument &&
                      !path->segments.front().filter && !path->segments.front().argument;
  return single ? path : nullptr;
}

bool is_field(const std::string& name) {
  const auto has = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return has(item_fields()) || has(object_fields());
}

/// A key may be an alias of SELECT, where no field has its name.
const grammar::Expression& key_expression(const grammar::Query& query,
                                          const grammar::Expression& key) {
  const grammar::Path* name = single_name(key);
  if (name == nullptr || is_field(name->segments.front().name)) return key;
  for (const grammar::SelectEntry& entry : query.select)
    if (entry.alias && *entry.alias == name->segments.front().name) return *entry.expression;
  return key;
}

std::optional<plan::Aggregation> aggregation(const grammar::Expression& e) {
  const auto* node = std::get_if<grammar::Call>(&e.node);
  if (node == nullptr) return std::nullopt;
  if (node->function == "count") return plan::Aggregation::kCount;
  if (node->function == "sum") return plan::Aggregation::kSum;
  if (node->function == "avg") return plan::Aggregation::kAvg;
  if (node->function == "min") return plan::Aggregation::kMin;
  if (node->function == "max") return plan::Aggregation::kMax;
  return std::nullopt;
}

ExpressionPtr slot(size_t index, Type type) {
  return plan::make_expression(plan::Slot{static_cast<uint32_t>(index)}, type);
}

void add_keys(Binder& binder, const grammar::Query& query, GroupScope& groups) {
  plan::Plan& plan = binder.plan();
  for (const grammar::ExpressionPtr& written : query.group_by) {
    const grammar::Expression& key = key_expression(query, *written);
    if (has_aggregate(key))
      throw Error(ErrorCode::kType, "an aggregate cannot be a key of GROUP BY", written->span);
    plan::TypeSet types;
    for (plan::Arm& arm : plan.arms) {
      arm.keys.push_back(binder.value(key, Rows{.table = arm.table}));
      types.add(binder.types_of(*arm.keys.back()));
    }
    const ExpressionPtr& first = plan.arms.front().keys.back();
    groups.key_texts.push_back(plan::print(*first, plan));
    groups.key_types.push_back(types.empty() ? first->type : plan::single_type(types));
    groups.keys.push_back(&key);
  }
}

Type aggregate_type(plan::Aggregation aggregation, const plan::TypeSet& types) {
  const Type type = plan::single_type(types);
  switch (aggregation) {
    case plan::Aggregation::kCount: return Type::kInt64;
    case plan::Aggregation::kSum: return type == Type::kInt64 ? Type::kInt64 : Type::kFloat64;
    case plan::Aggregation::kAvg: return Type::kFloat64;
    case plan::Aggregation::kMin:
    case plan::Aggregation::kMax: break;
  }
  return type;
}

void check_arguments(const grammar::Call& call, plan::Aggregation aggregation, Span span) {
  if (!call.named.empty())
    throw Error(ErrorCode::kType, call.function + " takes no named arguments", span);
  if (aggregation == plan::Aggregation::kCount) {
    if (call.arguments.size() > 1)
      throw Error(ErrorCode::kType, "count takes one condition, or nothing", span, "count()");
  } else if (call.arguments.size() != 1) {
    throw Error(ErrorCode::kType,
                call.function + " takes one field, as in " + call.function + "(area)", span);
  }
}

void check_numbers(const Binder& binder, const grammar::Call& call, const ExpressionPtr& argument,
                   const plan::TypeSet& types, Span span) {
  if (types.empty() || types.has_number()) return;
  throw Error(ErrorCode::kType,
              call.function + " needs numbers; " + plan::print(*argument, binder.plan()) +
                  " holds " + plan::describe(types),
              span);
}

/// Binds an aggregate for every arm and returns its number among the aggregates.
size_t add_aggregate(Binder& binder, const grammar::Call& call, plan::Aggregation aggregation,
                     Span span, GroupScope& groups) {
  check_arguments(call, aggregation, span);
  plan::Plan& plan = binder.plan();
  const bool counts = aggregation == plan::Aggregation::kCount;
  plan::TypeSet types;
  for (plan::Arm& arm : plan.arms) {
    const Rows rows{.table = arm.table};
    ExpressionPtr argument = counts ? nullptr : binder.value(*call.arguments[0], rows);
    ConditionPtr filter =
        counts && !call.arguments.empty() ? binder.condition(*call.arguments[0], rows) : nullptr;
    if (argument != nullptr) types.add(binder.types_of(*argument));
    arm.arguments.push_back(std::move(argument));
    arm.filters.push_back(std::move(filter));
  }
  if (aggregation == plan::Aggregation::kSum || aggregation == plan::Aggregation::kAvg)
    check_numbers(binder, call, plan.arms.front().arguments.back(), types, call.arguments[0]->span);
  plan.aggregates.push_back(aggregation);
  groups.aggregate_types.push_back(aggregate_type(aggregation, types));
  return plan.aggregates.size() - 1;
}

ExpressionPtr aggregate_slot(Binder& binder, const grammar::Expression& e,
                             plan::Aggregation aggregation, GroupScope& groups) {
  const std::string text = grammar::print(e);
  const auto known = std::find(groups.aggregate_texts.begin(), groups.aggregate_texts.end(), text);
  size_t number = static_cast<size_t>(known - groups.aggregate_texts.begin());
  if (known == groups.aggregate_texts.end()) {
    number = add_aggregate(binder, std::get<grammar::Call>(e.node), aggregation, e.span, groups);
    groups.aggregate_texts.push_back(text);
  }
  return slot(groups.key_texts.size() + number, groups.aggregate_types[number]);
}

/// The key that an expression without aggregates equals, bound or as written.
std::optional<size_t> key_of(Binder& binder, const grammar::Expression& e,
                             const GroupScope& groups) {
  for (size_t i = 0; i < groups.keys.size(); ++i)
    if (grammar::equal(*groups.keys[i], e)) return i;
  const bool composed = std::holds_alternative<grammar::Path>(e.node) ||
                        std::holds_alternative<grammar::Call>(e.node);
  if (!composed || groups.keys.empty()) return std::nullopt;
  plan::Plan& plan = binder.plan();
  const ExpressionPtr bound = binder.value(e, Rows{.table = plan.arms.front().table});
  const auto same =
      std::find(groups.key_texts.begin(), groups.key_texts.end(), plan::print(*bound, plan));
  if (same == groups.key_texts.end()) return std::nullopt;
  return static_cast<size_t>(same - groups.key_texts.begin());
}

}  // namespace

Operand Binder::group_operand(const grammar::Expression& e, const Rows& rows) {
  GroupScope& groups = *rows.groups;
  if (groups.figures != nullptr)
    if (std::optional<Operand> figure = figure_operand(e, groups)) return std::move(*figure);
  if (const grammar::Path* name = single_name(e); name != nullptr && !groups.in_alias) {
    const auto alias = groups.aliases.find(name->segments.front().name);
    if (alias != groups.aliases.end()) {
      groups.in_alias = true;
      Operand result = operand(*alias->second, rows);
      groups.in_alias = false;
      return result;
    }
  }
  if (const auto aggregate = aggregation(e))
    return {.value = aggregate_slot(*this, e, *aggregate, groups)};
  if (!has_aggregate(e))
    if (const std::optional<size_t> key = key_of(*this, e, groups))
      return {.value = slot(*key, groups.key_types[*key])};
  if (const auto* node = std::get_if<grammar::Arithmetic>(&e.node)) {
    const grammar::ArithmeticOp op = node->op;
    ExpressionPtr left = number_operand(*node->left, rows);
    ExpressionPtr right = number_operand(*node->right, rows);
    const auto plain = static_cast<plan::ArithmeticOp>(op);
    const Type type = plan::arithmetic_type(plain, left->type, right->type);
    return {.value = plan::make_expression(
                plan::Arithmetic{plain, std::move(left), std::move(right)}, type)};
  }
  if (const auto* node = std::get_if<grammar::Negate>(&e.node)) {
    ExpressionPtr inner = number_operand(*node->operand, rows);
    const Type type = inner->type == Type::kInt64 ? Type::kInt64 : Type::kFloat64;
    return {.value = plan::make_expression(plan::Negate{std::move(inner)}, type)};
  }
  if (const auto* node = std::get_if<grammar::Call>(&e.node))
    return {.value = call(*node, e, rows)};
  const std::string text = grammar::print(e);
  throw Error(ErrorCode::kType,
              "'" + text +
                  "' differs within a group; add it to GROUP BY, or aggregate it as in "
                  "max(" +
                  text + ")",
              e.span);
}

void bind_groups(Binder& binder, const grammar::Query& query) {
  plan::Plan& plan = binder.plan();
  plan.grouped = true;
  plan.has_keys = !query.group_by.empty();
  GroupScope groups;
  add_keys(binder, query, groups);
  const Rows rows{.table = plan.arms.front().table, .top = false, .groups = &groups};
  const auto add = [&](const grammar::Expression& e, std::string name) {
    ExpressionPtr value = binder.value(e, rows);
    plan.outputs.push_back({std::move(name), value->type});
    plan.group_outputs.push_back(std::move(value));
  };
  for (const grammar::SelectEntry& entry : query.select) {
    if (std::holds_alternative<grammar::Star>(entry.expression->node))
      throw Error(ErrorCode::kType, "groups have no * ; name keys and aggregates",
                  entry.expression->span, "count()");
    add(*entry.expression, entry.alias.value_or(grammar::print(*entry.expression)));
  }
  if (query.select.empty()) {
    for (const grammar::ExpressionPtr& key : query.group_by) add(*key, grammar::print(*key));
    grammar::Expression count;
    count.node = grammar::Call{.function = "count"};
    add(count, "count()");
  }
  for (const grammar::SelectEntry& entry : query.select)
    if (entry.alias) groups.aliases.emplace(*entry.alias, entry.expression.get());
  if (query.having != nullptr) plan.having = binder.condition(*query.having, rows);
  for (const grammar::OrderKey& key : query.order_by)
    plan.group_order.push_back(binder.value(*key.expression, rows));
}

}  // namespace cupel::bind
