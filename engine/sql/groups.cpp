#include "engine/sql/groups.hpp"

#include <algorithm>

#include "engine/sql/aggregate.hpp"
#include "engine/sql/compare.hpp"
#include "engine/sql/sources.hpp"

namespace cupel::sql {
namespace {

/// A number is one key however it is stored: doubles that are integers stand with the integers. A
/// key that no row has is one, too.
Typed settled_key(const Typed& key, bool whole_too) {
  if (key.empty()) return {Type::kText, cast({.text = "NULL", .constant = true}, Type::kText)};
  const auto& real = key.get(Type::kFloat64);
  if (!real || !whole_too) return key;
  const std::string text = real->in(Binding::kSum);
  const std::string is_whole = "FLOOR(" + real->text + ") = " + text + " AND " + text +
                               " >= -9223372036854775808e0 AND " + text +
                               " < 9223372036854775808e0";
  Typed out = key;
  Term whole{.text = "CASE WHEN " + is_whole + " THEN " + cast(*real, Type::kInt64).text + " END",
             .most = kTwoTo63};
  if (const auto& own = key.get(Type::kInt64))
    whole.text = "COALESCE(" + own->text + ", " + whole.text + ")";
  out.set(Type::kInt64, std::move(whole));
  out.set(Type::kFloat64, {.text = "CASE WHEN NOT (" + is_whole + ") THEN " + real->text + " END"});
  return out;
}

/// Whether some source has integers, and some doubles, under a key.
bool has_both(const std::vector<Source>& sources, size_t key) {
  const auto has = [&](Type type) {
    return std::any_of(sources.begin(), sources.end(),
                       [&](const Source& source) { return source.values[key].has(type); });
  };
  return has(Type::kInt64) && has(Type::kFloat64);
}

bool is_simple(const Typed& value) {
  for (const Type type : kTypesInOrder)
    if (const auto& term = value.get(type); term && term->text.find("SELECT") != std::string::npos)
      return false;
  return true;
}

/// Values in the order of the slots: keys, then of each aggregate what it is of.
Source source_of(const plan::Plan& plan, const storage::Catalog& catalog, const plan::Arm& arm) {
  Rows rows(plan, catalog, arm.table);
  Source source;
  for (const plan::ExpressionPtr& key : arm.keys) source.values.push_back(rows.value(*key));
  for (size_t i = 0; i < plan.aggregates.size(); ++i) {
    Typed value;
    if (arm.arguments[i] != nullptr) {
      value = rows.value(*arm.arguments[i]);
    } else if (arm.filters[i] != nullptr) {
      const Term filter = rows.condition(*arm.filters[i]);
      value.set(Type::kInt64, {.text = "CASE WHEN " + filter.text + " THEN 1 END"});
    }
    source.values.push_back(std::move(value));
  }
  source.select = rows.select(arm.where.get());
  source.ordinal = rows.ordinal();
  return source;
}

Typed aggregate(plan::Aggregation aggregation, const Typed& argument, bool counts_all) {
  switch (aggregation) {
    case plan::Aggregation::kCount:
      return {Type::kInt64, counts_all ? count_rows() : count_present(*argument.get(Type::kInt64))};
    case plan::Aggregation::kSum: return sum(argument);
    case plan::Aggregation::kAvg: return average(argument);
    case plan::Aggregation::kMin: return extreme(argument, false);
    case plan::Aggregation::kMax: return extreme(argument, true);
  }
  return {};
}

}  // namespace

Groups grouped(const plan::Plan& plan, const storage::Catalog& catalog) {
  std::vector<Source> sources;
  for (const plan::Arm& arm : plan.arms) sources.push_back(source_of(plan, catalog, arm));
  const size_t keys = plan.arms.front().keys.size();
  bool plain = sources.size() == 1;
  for (size_t k = 0; k < keys; ++k) {
    const bool both = has_both(sources, k);
    for (Source& source : sources) source.values[k] = settled_key(source.values[k], both);
    // A number as a key would be the place of a column.
    plain = plain && !both && !sources.front().values[k].constant();
  }
  for (const Typed& value : sources.front().values) plain = plain && is_simple(value);
  Source rows = plain ? std::move(sources.front()) : joined(std::move(sources));
  Groups groups{std::move(rows.select), {}, rows.ordinal};
  for (size_t i = 0; i < rows.values.size(); ++i) {
    if (i >= keys) {
      const bool all = plan.arms.front().filters[i - keys] == nullptr;
      groups.slots.push_back(aggregate(plan.aggregates[i - keys], rows.values[i], all));
      continue;
    }
    for (const Type type : kTypesInOrder)
      if (const auto& term = rows.values[i].get(type)) groups.select.group_by.push_back(term->text);
    groups.slots.push_back(std::move(rows.values[i]));
  }
  // One group even over no rows, also where nothing is left to aggregate.
  const bool nothing = std::any_of(groups.slots.begin(), groups.slots.end(),
                                   [](const Typed& slot) { return slot.empty(); });
  if (!plan.has_keys && nothing)
    groups.select.having.push_back(test(count_rows(), ">=", {.text = "0"}));
  return groups;
}

}  // namespace cupel::sql
