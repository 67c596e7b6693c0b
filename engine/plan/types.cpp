#include "engine/plan/types.hpp"

#include <type_traits>

namespace cupel::plan {
namespace {

constexpr Type kTypes[] = {Type::kBool, Type::kInt64, Type::kFloat64, Type::kText,
                           Type::kTimestamp};

TypeSet types_of_collection(const Collection& collection, const Plan& plan,
                            const storage::Catalog& catalog) {
  switch (collection.function) {
    case Collection::Function::kAny: return TypeSet(Type::kBool);
    case Collection::Function::kCount: return TypeSet(Type::kInt64);
    case Collection::Function::kAvg: return TypeSet(Type::kFloat64);
    case Collection::Function::kSum:
    case Collection::Function::kMin:
    case Collection::Function::kMax:
    case Collection::Function::kFirst: break;
    case Collection::Function::kBoxes: return {};
  }
  return types_of(*collection.argument, plan, catalog);
}

}  // namespace

TypeSet types_of(const Expression& expression, const Plan& plan, const storage::Catalog& catalog) {
  TypeSet types;
  if (const auto* field = std::get_if<Field>(&expression.node)) {
    for (const ColumnId id : field->columns) types.add(catalog.column(id).type);
  } else if (const auto* constant = std::get_if<Constant>(&expression.node)) {
    if (!constant->value.is_missing()) types.add(constant->value.type());
  } else if (const auto* over = std::get_if<OverObjects>(&expression.node)) {
    types.add(types_of_collection(plan.collections[over->collection], plan, catalog));
  } else if (const auto* of_item = std::get_if<OfItem>(&expression.node)) {
    types.add(types_of(*of_item->expression, plan, catalog));
  } else if (std::holds_alternative<Slot>(expression.node) && expression.type == Type::kAny) {
    for (const Type type : kTypes) types.add(type);
  } else {
    types.add(expression.type);
  }
  return types;
}

std::string describe(TypeSet types) {
  std::string text;
  const auto add = [&](bool has, const char* word) {
    if (has) text += (text.empty() ? "" : " and ") + std::string(word);
  };
  add(types.has(Type::kBool), "booleans");
  add(types.has_number(), "numbers");
  add(types.has(Type::kText), "text");
  add(types.has(Type::kTimestamp), "timestamps");
  return text.empty() ? "nothing" : text;
}

bool comparable(TypeSet left, TypeSet right) {
  const auto numeric = [](TypeSet t) { return t.has_number() || t.has(Type::kBool); };
  const auto dated = [](TypeSet t) { return t.has(Type::kText) || t.has(Type::kTimestamp); };
  return (numeric(left) && numeric(right)) || (dated(left) && dated(right));
}

bool comparable(TypeSet types, const Value& constant) {
  if (constant.is_missing()) return false;
  if (constant.is_text() && !types.has(Type::kText))
    return types.has(Type::kTimestamp) && parse_timestamp(constant.as_text()).has_value();
  return comparable(types, TypeSet(constant.type()));
}

Type single_type(TypeSet types) {
  Type found = Type::kAny;
  for (const Type type : kTypes) {
    if (!types.has(type)) continue;
    if (found != Type::kAny) return Type::kAny;
    found = type;
  }
  return found;
}

Type arithmetic_type(ArithmeticOp op, Type left, Type right) {
  const bool integers = left == Type::kInt64 && right == Type::kInt64;
  return integers && op != ArithmeticOp::kDivide ? Type::kInt64 : Type::kFloat64;
}

}  // namespace cupel::plan
