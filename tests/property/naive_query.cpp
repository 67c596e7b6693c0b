#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>

#include "tests/property/naive.hpp"
#include "tests/property/naive_values.hpp"

namespace cupel::testing {

using namespace grammar;

namespace {

/// Whether an aggregate stands in an expression.
bool aggregates(const Expression& expression) {
  static const std::set<std::string> kAggregates = {"count", "sum", "avg", "min", "max"};
  if (const auto* call = std::get_if<Call>(&expression.node)) {
    return kAggregates.contains(call->function);
  }
  if (const auto* sum = std::get_if<Arithmetic>(&expression.node)) {
    return aggregates(*sum->left) || aggregates(*sum->right);
  }
  if (const auto* negate = std::get_if<Negate>(&expression.node))
    return aggregates(*negate->operand);
  return false;
}

bool grouped(const Query& query) {
  if (!query.group_by.empty() || query.having) return true;
  return std::any_of(query.select.begin(), query.select.end(),
                     [](const SelectEntry& entry) { return aggregates(*entry.expression); });
}

bool same_group_value(const Value& a, const Value& b) {
  if (a.is_missing() || b.is_missing()) return a.is_missing() == b.is_missing();
  return naive::sort_order(a, b) == 0;
}

bool same_group(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_group_value);
}

/// Cuts LIMIT and OFFSET.
void cut(const Query& query, std::vector<Scope>& rows) {
  const uint64_t skip = std::min<uint64_t>(query.offset.value_or(0), rows.size());
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(skip));
  if (query.limit && rows.size() > *query.limit) rows.resize(*query.limit);
}

}  // namespace

std::vector<Scope> Naive::found(const std::optional<Source>& source, const Expression* where) {
  std::vector<Scope> result;
  const auto add = [&](const Scope& scope) {
    if (where == nullptr || holds(*where, scope)) result.push_back(scope);
  };
  const SourceKind kind = source ? source->kind : SourceKind::kItems;
  if (kind == SourceKind::kItems) {
    for (const Row& item : model_.items) add({&item});
    return result;
  }
  size_t begin = 0;
  size_t end = model_.collections.size();
  if (kind == SourceKind::kAnnotations) end = 1;
  if (kind == SourceKind::kPredictions) {
    Segment segment;
    segment.name = "predictions";
    segment.argument = source->run;
    begin = collection_of(segment);
    end = begin + 1;
  }
  for (size_t i = begin; i < end; ++i) {
    for (const Row& object : model_.collections[i].rows)
      add({items_by_id_.at(object.item), &object});
  }
  return result;
}

std::optional<Value> Naive::named_value(const Expression& expression, const Scope& scope) {
  const Query& query = *scope.query;
  if (scope.group != nullptr) {
    for (const ExpressionPtr& key : query.group_by) {
      if (!equal(*key, expression)) continue;
      return value(*key, scope.group->front());
    }
  }
  const auto* path = std::get_if<Path>(&expression.node);
  if (path == nullptr || path->segments.size() != 1) return std::nullopt;
  for (const SelectEntry& entry : query.select) {
    if (entry.alias != path->segments[0].name) continue;
    // `area AS area`: the alias is no name inside of what it names.
    Scope plain = scope;
    if (scope.group == nullptr) plain.query = nullptr;
    return value(*entry.expression, plain);
  }
  return std::nullopt;
}

std::vector<std::vector<Scope>> Naive::groups(const Query& query, std::vector<Scope> rows) {
  if (query.group_by.empty()) return {std::move(rows)};
  std::vector<std::vector<Value>> keys;
  std::vector<std::vector<Scope>> result;
  for (const Scope& row : rows) {
    std::vector<Value> key;
    for (const ExpressionPtr& part : query.group_by) key.push_back(value(*part, row));
    const auto known = std::find_if(keys.begin(), keys.end(),
                                    [&](const auto& other) { return same_group(key, other); });
    if (known == keys.end()) {
      keys.push_back(std::move(key));
      result.push_back({row});
    } else {
      result[static_cast<size_t>(known - keys.begin())].push_back(row);
    }
  }
  return result;
}

void Naive::sort(const Query& query, std::vector<Scope>& rows) {
  if (query.order_by.empty()) return;
  std::vector<std::vector<Value>> keys;
  for (Scope row : rows) {
    row.query = &query;
    auto& key = keys.emplace_back();
    for (const OrderKey& part : query.order_by) key.push_back(value(*part.expression, row));
  }
  const auto before = [&](size_t a, size_t b) {
    for (size_t i = 0; i < query.order_by.size(); ++i) {
      const Value& x = keys[a][i];
      const Value& y = keys[b][i];
      if (x.is_missing() || y.is_missing()) {
        if (x.is_missing() != y.is_missing()) return y.is_missing();
        continue;
      }
      const int found = naive::sort_order(x, y);
      if (found != 0) return query.order_by[i].descending ? found > 0 : found < 0;
    }
    return false;
  };
  std::vector<size_t> order(rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), before);
  std::vector<Scope> sorted;
  for (const size_t at : order) sorted.push_back(rows[at]);
  rows = std::move(sorted);
}

std::vector<Value> Naive::output(const Query& query, const Scope& scope) {
  std::vector<Value> result;
  const bool whole =
      query.select.empty() || std::holds_alternative<Star>(query.select[0].expression->node);
  if (whole) {
    result.push_back(scope.item->field("reference_id"));
    return result;
  }
  for (const SelectEntry& entry : query.select) result.push_back(value(*entry.expression, scope));
  return result;
}

Naive::Table Naive::answer(const Query& query) {
  meanings_.clear();
  std::vector<Scope> rows = found(query.source, query.where.get());
  std::vector<std::vector<Scope>> parts;
  if (grouped(query)) {
    parts = groups(query, std::move(rows));
    rows.clear();
    for (const auto& part : parts) {
      Scope scope;
      scope.group = &part;
      scope.query = &query;
      if (!query.having || holds(*query.having, scope)) rows.push_back(scope);
    }
  }
  sort(query, rows);
  cut(query, rows);
  Table result;
  for (const Scope& row : rows) result.push_back(output(query, row));
  return result;
}

std::vector<uint64_t> Naive::rows(const Query& query) {
  meanings_.clear();
  std::vector<Scope> rows = found(query.source, query.where.get());
  sort(query, rows);
  cut(query, rows);
  std::vector<uint64_t> result;
  for (const Scope& row : rows)
    result.push_back(row.object != nullptr ? row.object->id : row.item->id);
  return result;
}

}  // namespace cupel::testing
