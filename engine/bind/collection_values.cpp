#include "engine/bind/binder.hpp"

namespace cupel::bind {

std::string Binder::collection_text(const ObjectSet& objects, const ConditionPtr& where) const {
  return where == nullptr ? objects.text : objects.text + "[" + plan::print(*where, plan_) + "]";
}

uint32_t Binder::add_collection(const ObjectSet& objects, ConditionPtr where,
                                plan::Collection::Function function, ExpressionPtr argument) {
  plan::Collection collection;
  collection.text = collection_text(objects, where);
  collection.table = objects.table;
  collection.where = std::move(where);
  collection.function = function;
  collection.argument = std::move(argument);
  plan_.collections.push_back(std::move(collection));
  return static_cast<uint32_t>(plan_.collections.size() - 1);
}

ExpressionPtr Binder::over_objects(const ObjectSet& objects, plan::Collection::Function function,
                                   ExpressionPtr argument) {
  using Function = plan::Collection::Function;
  Type type = argument == nullptr ? Type::kAny : argument->type;
  if (function == Function::kCount) type = Type::kInt64;
  if (function == Function::kAvg) type = Type::kFloat64;
  if (function == Function::kSum && type != Type::kInt64) type = Type::kFloat64;
  const uint32_t number = add_collection(objects, objects.where, function, std::move(argument));
  return plan::make_expression(plan::OverObjects{number}, type);
}

}  // namespace cupel::bind
