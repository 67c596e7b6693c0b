#include "engine/sql/aggregate.hpp"
#include "engine/sql/compare.hpp"
#include "engine/sql/literal.hpp"
#include "engine/sql/rows.hpp"
#include "engine/sql/schema.hpp"

/// The objects of an item, and slices: subqueries.
namespace cupel::sql {
namespace {

using Function = plan::Collection::Function;

Term never_null(std::string text) { return {.text = std::move(text), .nullable = false}; }

Term subquery(std::string text, const Term& selected) {
  return {.text = "(SELECT " + std::move(text) + ")",
          .nullable = selected.nullable,
          .most = selected.most};
}

/// What a collection makes of its objects' values.
Typed aggregate(Function function, const Typed& argument) {
  switch (function) {
    case Function::kSum: return sum(argument);
    case Function::kAvg: return average(argument);
    case Function::kMin: return extreme(argument, false);
    case Function::kMax: return extreme(argument, true);
    case Function::kAny:
    case Function::kCount:
    case Function::kFirst:
    case Function::kBoxes: break;
  }
  return argument;
}

}  // namespace

Rows::Place Rows::enter(storage::TableId table) {
  Place outer = std::move(place_);
  place_ = place_of(table, ++depth_);
  return outer;
}

void Rows::leave(const Place& outer) {
  place_ = outer;
  --depth_;
}

std::vector<Term> Rows::conditions_of_objects(const Place& outer, const plan::Condition* where) {
  std::vector<Term> conditions = own(place_);
  conditions.push_back(test(never_null(place_.reference), "=", never_null(outer.reference)));
  if (where != nullptr) conditions.push_back(condition(*where));
  return conditions;
}

std::string Rows::from_objects(std::vector<Term> conditions) const {
  return " FROM " + table_name(place_.table) + " AS " + place_.alias + " WHERE " +
         all_of(std::move(conditions)).text;
}

Term Rows::count(const plan::Count& node) {
  return with_objects(node.table, nullptr, [&](std::vector<Term> conditions) {
    const auto is = [&](const char* field, std::string_view op, std::string_view value) {
      return test({.text = place_.alias + "." + field}, op, never_null(text_literal(value)));
    };
    if (node.type) conditions.push_back(is("type", "=", *node.type));
    if (node.label) conditions.push_back(is("label", "=", *node.label));
    if (!node.type) conditions.push_back(is("type", "<>", "category"));
    const Term rows = count_rows();
    return subquery(rows.text + from_objects(std::move(conditions)), rows);
  });
}

Term Rows::any_object(const plan::Collection& collection) {
  return with_objects(collection.table, collection.where.get(), [&](std::vector<Term> conditions) {
    return never_null("EXISTS (SELECT 1" + from_objects(std::move(conditions)) + ")");
  });
}

Typed Rows::over_objects(const plan::Collection& collection) {
  const auto select = [&](std::vector<Term> conditions) -> Typed {
    if (collection.function == Function::kCount) {
      const Term rows = count_rows();
      return {Type::kInt64, subquery(rows.text + from_objects(std::move(conditions)), rows)};
    }
    const Typed argument = value(*collection.argument);
    std::string after;
    if (collection.function == Function::kFirst) {
      conditions.push_back(is_present(argument));
      after = " ORDER BY " + place_.alias + ".ordinal LIMIT 1";
    }
    const std::string from = from_objects(std::move(conditions)) + after;
    const Typed selected = aggregate(collection.function, argument);
    Typed out;
    for (const Type type : kTypesInOrder)
      if (const auto& term = selected.get(type)) {
        Term one = subquery(term->text + from, *term);
        one.nullable = true;  // there may be no object
        out.set(type, std::move(one));
      }
    return out;
  };
  return with_objects(collection.table, collection.where.get(), select);
}

Term Rows::in_slice(const plan::InSlice& node) const {
  const bool items = place_.table == storage::kItems;
  const std::string key = items ? place_.reference : place_.alias + ".ordinal";
  return never_null(std::string("EXISTS (SELECT 1 FROM ") +
                    (items ? "slice_items" : "slice_objects") +
                    " AS s WHERE s.slice = " + text_literal(node.name) + " AND s." +
                    (items ? "reference_id" : "ordinal") + " = " + key + ")");
}

}  // namespace cupel::sql
