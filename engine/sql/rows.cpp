#include "engine/sql/rows.hpp"

#include "cupel/error.hpp"
#include "engine/sql/arithmetic.hpp"
#include "engine/sql/compare.hpp"
#include "engine/sql/literal.hpp"
#include "engine/sql/schema.hpp"

namespace cupel::sql {

using storage::kItems;
using storage::TableId;

namespace {

/// Comparisons of two types say a side several times; nested ones multiply.
constexpr size_t kMostBytes = size_t{16} << 20;

void check_length(const Term& term) {
  if (term.text.size() > kMostBytes)
    throw Error(ErrorCode::kLimit, "the SQL of this query is longer than 16 MiB; ask for less");
}

}  // namespace

Rows::Rows(const plan::Plan& plan, const storage::Catalog& catalog, TableId table)
    : plan_(plan),
      catalog_(catalog),
      table_(table),
      place_(place_of(table, 1)),
      depth_(table == kItems ? 0 : 1) {}

Rows::Rows(const plan::Plan& plan, const storage::Catalog& catalog, const std::vector<Typed>& slots)
    : plan_(plan), catalog_(catalog), slots_(&slots) {}

Rows::Place Rows::place_of(TableId table, unsigned depth) {
  const std::string name = alias(table, depth);
  return {table, name, name + ".reference_id"};
}

template <typename F>
auto Rows::at_item(F&& f) {
  const Place object = place_;
  place_ = {kItems, alias(kItems, 1), object.reference};
  auto result = f();
  place_ = object;
  return result;
}

Typed Rows::field(const plan::Field& field) {
  Typed value;
  for (const storage::ColumnId id : field.columns) {
    const storage::Column& column = catalog_.column(id);
    if (column.table == kItems && column.name == "reference_id") {
      value.set(column.type, {.text = place_.reference, .nullable = false});
      continue;
    }
    if (place_.table == kItems && table_ != kItems) joined_ = true;
    Term term{.text = place_.alias + "." + identifier(column_name(catalog_, column))};
    if (column.type == Type::kInt64) term.most = kTwoTo63;
    value.set(column.type, std::move(term));
  }
  return value;
}

struct Rows::ExpressionVisitor {
  Rows& rows;
  Type type;

  Typed operator()(const plan::Constant& node) const { return literal(node.value); }
  Typed operator()(const plan::Field& node) const { return rows.field(node); }
  Typed operator()(const plan::Count& node) const { return {Type::kInt64, rows.count(node)}; }
  Typed operator()(const plan::OverObjects& node) const {
    return rows.over_objects(rows.plan_.collections[node.collection]);
  }
  Typed operator()(const plan::OfItem& node) const {
    return rows.at_item([&] { return rows.value(*node.expression); });
  }
  Typed operator()(const plan::Pairwise& node) const { return rows.pairwise(node); }
  Typed operator()(const plan::Similarity& node) const {
    throw Error(ErrorCode::kUnsupported,
                rows.plan_.probes[node.probe].text + " has no SQL; ask without it");
  }
  Typed operator()(const plan::Arithmetic& node) const {
    return calculate(node.op, rows.value(*node.left), rows.value(*node.right), type);
  }
  Typed operator()(const plan::Negate& node) const {
    return negate(rows.value(*node.operand), type);
  }
  Typed operator()(const plan::Bucket& node) const {
    return bucket(rows.value(*node.operand), node.width, type);
  }
  Typed operator()(const plan::Slot& node) const {
    if (rows.slots_ == nullptr || node.index >= rows.slots_->size())
      throw Error(ErrorCode::kInternal, "a plan asks a row for a value of its group");
    return (*rows.slots_)[node.index];
  }
};

struct Rows::ConditionVisitor {
  Rows& rows;

  Term operator()(const plan::Always& node) const { return always(node.value); }
  Term operator()(const plan::CompareConstant& node) const {
    return compare(rows.value(*node.expression), node.op, node.constant);
  }
  Term operator()(const plan::CompareExpressions& node) const {
    return compare(rows.value(*node.left), node.op, rows.value(*node.right));
  }
  Term operator()(const plan::InSet& node) const {
    return in_set(rows.value(*node.expression), node.values);
  }
  Term operator()(const plan::Pattern& node) const {
    return matches(rows.value(*node.expression), node.kind, node.pattern);
  }
  Term operator()(const plan::IsMissing& node) const {
    return is_missing(rows.value(*node.expression));
  }
  Term operator()(const plan::InSlice& node) const { return rows.in_slice(node); }
  Term operator()(const plan::AnyObject& node) const {
    return rows.any_object(rows.plan_.collections[node.collection]);
  }
  Term operator()(const plan::OnItem& node) const {
    return rows.at_item([&] { return rows.condition(*node.condition); });
  }
  Term operator()(const plan::And& node) const { return all_of(each(node.operands)); }
  Term operator()(const plan::Or& node) const { return any_of(each(node.operands)); }
  Term operator()(const plan::Not& node) const { return negated(rows.condition(*node.operand)); }

  std::vector<Term> each(const std::vector<plan::ConditionPtr>& conditions) const {
    std::vector<Term> terms;
    for (const plan::ConditionPtr& one : conditions) terms.push_back(rows.condition(*one));
    return terms;
  }
};

Typed Rows::value(const plan::Expression& expression) {
  Typed value = std::visit(ExpressionVisitor{*this, expression.type}, expression.node);
  for (const Type type : kTypesInOrder)
    if (const auto& term = value.get(type)) check_length(*term);
  return value;
}

Term Rows::condition(const plan::Condition& condition) {
  Term term = std::visit(ConditionVisitor{*this}, condition.node);
  check_length(term);
  return term;
}

Select Rows::select(const plan::Condition* where) {
  Select select;
  select.where = own(place_);
  if (const auto* chain = where == nullptr ? nullptr : std::get_if<plan::And>(&where->node)) {
    for (const plan::ConditionPtr& one : chain->operands) select.where.push_back(condition(*one));
  } else if (where != nullptr) {
    select.where.push_back(condition(*where));
  }
  select.from = table_name(table_) + " AS " + place_.alias;
  const std::string item = alias(kItems, 1);
  if (joined_)
    select.join = "items AS " + item + " ON " + item + ".reference_id = " + place_.reference;
  return select;
}

std::vector<Term> Rows::own(const Place& place) const {
  const storage::Run* run = catalog_.run(place.table);
  if (run == nullptr) return {};
  return {test({.text = place.alias + ".run", .nullable = false}, "=",
               {.text = text_literal(run->name), .nullable = false})};
}

Term Rows::ordinal() const { return {.text = place_.alias + ".ordinal", .nullable = false}; }

}  // namespace cupel::sql
