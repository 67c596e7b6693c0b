#include "engine/exec/collection_values.hpp"

#include <algorithm>

namespace cupel::exec {

ItemValues::ItemValues(const plan::Collection& collection, uint64_t items, const Context& context)
    : collection_(collection), items_(items) {
  const bool sums = collection.function == Function::kSum || collection.function == Function::kAvg;
  context.reserve(items * (sums ? sizeof(Sum) : sizeof(int64_t) * 2));
  if (sums) sums_.resize(items);
}

void ItemValues::add_numbers(std::span<const uint32_t> items, const Vector& arguments) {
  const auto each = [&](auto&& add) {
    for (size_t i = 0; i < items.size(); ++i)
      if (arguments.present(i)) add(sums_[items[i]], i);
  };
  switch (arguments.type) {
    case Type::kInt64: each([&](Sum& sum, size_t i) { sum.add(arguments.integers[i]); }); break;
    case Type::kFloat64: each([&](Sum& sum, size_t i) { sum.add(arguments.numbers[i]); }); break;
    case Type::kAny:
      each([&](Sum& sum, size_t i) {
        const Value& value = arguments.values[i];
        if (value.is_int()) sum.add(value.as_int());
        if (value.is_double()) sum.add(value.as_double());
      });
      break;
    case Type::kBool:
    case Type::kText:
    case Type::kTimestamp: break;
  }
}

/// Brings the values so far and the new ones to one form.
void ItemValues::adapt(Vector& arguments) {
  arguments.make_views();
  if (best_.size == 0) best_ = Vector::missing(arguments.type, items_);
  if (best_.type != arguments.type) {
    best_.make_any();
    arguments.make_any();
  }
  for (auto& owner : arguments.owners)
    if (best_.owners.empty() || best_.owners.back() != owner) best_.owners.push_back(owner);
}

bool ItemValues::replaces(uint32_t item, const Vector& arguments, size_t i) const {
  if (!best_.present(item)) return true;
  if (collection_.function == Function::kFirst) return false;
  const int order = sort_compare_rows(arguments, i, best_, item);
  return collection_.function == Function::kMin ? order < 0 : order > 0;
}

void ItemValues::put(uint32_t item, const Vector& arguments, size_t i) {
  best_.valid[item] = 1;
  switch (best_.type) {
    case Type::kBool:
    case Type::kInt64:
    case Type::kTimestamp: best_.integers[item] = arguments.integers[i]; break;
    case Type::kFloat64: best_.numbers[item] = arguments.numbers[i]; break;
    case Type::kText: best_.texts[item] = arguments.texts[i]; break;
    case Type::kAny: best_.values[item] = arguments.values[i]; break;
  }
}

void ItemValues::add(std::span<const uint32_t> items, Vector arguments) {
  if (items.empty()) return;
  if (!sums_.empty()) return add_numbers(items, arguments);
  adapt(arguments);
  for (size_t i = 0; i < items.size(); ++i)
    if (arguments.present(i) && replaces(items[i], arguments, i)) put(items[i], arguments, i);
}

Vector ItemValues::finish_sums() const {
  std::vector<Value> values;
  values.reserve(sums_.size());
  bool real = collection_.function == Function::kAvg;
  for (const Sum& sum : sums_) {
    values.push_back(collection_.function == Function::kAvg ? sum.average()
                                                            : sum.total(collection_.text));
    real = real || values.back().is_double();
  }
  Vector out = Vector::missing(real ? Type::kFloat64 : Type::kInt64, values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].is_missing()) continue;
    out.valid[i] = 1;
    if (real) {
      out.numbers[i] = values[i].as_double();
    } else {
      out.integers[i] = values[i].as_int();
    }
  }
  return out;
}

Vector ItemValues::finish() {
  if (!sums_.empty()) return finish_sums();
  if (best_.size == 0) best_ = Vector::missing(collection_.argument->type, items_);
  return std::move(best_);
}

}  // namespace cupel::exec
