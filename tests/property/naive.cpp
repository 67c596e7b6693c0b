#include "tests/property/naive.hpp"

#include <stdexcept>

#include "tests/property/naive_values.hpp"

namespace cupel::testing {

using namespace grammar;

namespace {

/// Whether a node is a comparison that is not negated: what the same-object rule may join.
bool positive(const Expression& condition) {
  if (const auto* compare = std::get_if<Compare>(&condition.node)) {
    return compare->op != CompareOp::kNotEqual;
  }
  if (const auto* in = std::get_if<In>(&condition.node)) return !in->negated;
  if (const auto* between = std::get_if<Between>(&condition.node)) return !between->negated;
  if (const auto* match = std::get_if<Match>(&condition.node)) return !match->negated;
  if (const auto* missing = std::get_if<IsMissing>(&condition.node)) return missing->negated;
  return false;
}

/// Whether two existential paths speak of the same set of objects.
bool same_key(const Meaning& a, const Meaning& b) {
  return a.collection == b.collection && a.label == b.label && a.filter == b.filter;
}

bool is_slice_path(const Expression& expression, const char* word) {
  const auto* path = std::get_if<Path>(&expression.node);
  if (path == nullptr) return false;
  const size_t at = path->segments.size() > 1 && path->segments[0].name == "item" ? 1 : 0;
  return path->segments.size() > at && path->segments[at].name == word;
}

const std::string& text_of(const Expression& expression) {
  return std::get<Literal>(expression.node).value.as_text();
}

}  // namespace

Naive::Naive(const Model& model) : model_(model) {
  for (const Row& item : model.items) items_by_id_[item.id] = &item;
  for (const Collection& collection : model.collections) {
    auto& objects = objects_.emplace_back();
    for (const Row& object : collection.rows) objects[object.item].push_back(&object);
  }
  const auto name = [](const Row& row, const char* field) { return row.field(field).as_text(); };
  for (const Row& item : model.items)
    if (!item.vector.empty()) looks_[name(item, "reference_id")] = &item;
  for (const Row& row : model.collections[0].rows)
    if (!row.vector.empty())
      crops_[name(*items_by_id_.at(row.item), "reference_id") + "/" + name(row, "annotation_id")] =
          &row;
}

Value Naive::value(const Expression& expression, const Scope& scope) {
  if (scope.query != nullptr) {
    if (auto named = named_value(expression, scope)) return *named;
  }
  if (const auto* literal = std::get_if<Literal>(&expression.node)) return literal->value;
  if (const auto* path = std::get_if<Path>(&expression.node)) {
    if (scope.group != nullptr) throw std::logic_error("a field that is no key of the groups");
    return path_value(*path, scope);
  }
  if (const auto* sum = std::get_if<Arithmetic>(&expression.node)) {
    return naive::arithmetic(sum->op, value(*sum->left, scope), value(*sum->right, scope));
  }
  if (const auto* negated = std::get_if<Negate>(&expression.node)) {
    return naive::negate(value(*negated->operand, scope));
  }
  if (const auto* call = std::get_if<Call>(&expression.node)) {
    if (auto result = call_value(*call, scope)) return *result;
  }
  throw std::logic_error("this is no value");
}

std::optional<Value> Naive::call_value(const Call& call, const Scope& scope) {
  if (call.function == "bucket") {
    return naive::bucket(value(*call.arguments.at(0), scope), value(*call.arguments.at(1), scope));
  }
  if (scope.group == nullptr) {
    if (is_pairwise(call)) return pairwise(call, scope);
    if (call.function == "similarity") return similarity(call, scope);
    return std::nullopt;
  }
  if (call.function == "count") {
    int64_t count = 0;
    for (const Scope& row : *scope.group) {
      if (call.arguments.empty() || holds(*call.arguments.front(), row)) ++count;
    }
    return Value(count);
  }
  std::vector<Value> values;
  for (const Scope& row : *scope.group) values.push_back(value(*call.arguments.at(0), row));
  return naive::aggregate(call.function, values);
}

bool Naive::holds(const Expression& condition, const Scope& scope) {
  if (const auto* not_ = std::get_if<Not>(&condition.node)) return !holds(*not_->operand, scope);
  if (const auto* all = std::get_if<And>(&condition.node)) return holds_and(*all, scope);
  if (const auto* any = std::get_if<Or>(&condition.node)) {
    for (const ExpressionPtr& operand : any->operands) {
      if (holds(*operand, scope)) return true;
    }
    return false;
  }
  if (const auto* path = std::get_if<Path>(&condition.node)) {
    const Meaning& what = meaning(*path, scope);
    if (what.kind != Meaning::kAny) throw std::logic_error("a value is no condition");
    return !members(what, scope).empty();
  }
  if (const auto* call = std::get_if<Call>(&condition.node)) return pairwise_holds(*call, scope);
  return comparison(condition, scope);
}

bool Naive::holds_and(const And& all, const Scope& scope) {
  std::vector<std::pair<const Meaning*, std::vector<const Expression*>>> chains;
  for (const ExpressionPtr& operand : all.operands) {
    std::vector<const Meaning*> some;
    if (positive(*operand) && !operand->parenthesised) collect_some(*operand, scope, some);
    if (some.empty()) {
      if (!holds(*operand, scope)) return false;
      continue;
    }
    bool joined = false;
    for (auto& [key, comparisons] : chains) {
      if (!same_key(*key, *some.front())) continue;
      comparisons.push_back(operand.get());
      joined = true;
      break;
    }
    if (!joined) chains.push_back({some.front(), {operand.get()}});
  }
  for (const auto& [key, comparisons] : chains) {
    if (!some_object(comparisons, *key, scope)) return false;
  }
  return true;
}

bool Naive::some_object(const std::vector<const Expression*>& comparisons, const Meaning& path,
                        const Scope& scope, bool wanted) {
  for (const Row* object : members(path, scope)) {
    Scope inner = scope;
    inner.some = object;
    bool all = true;
    for (const Expression* comparison : comparisons) {
      all = all && plain_comparison(*comparison, inner) == wanted;
    }
    if (all) return true;
  }
  return false;
}

bool Naive::comparison(const Expression& condition, const Scope& scope) {
  if (const auto member = membership(condition, scope)) return *member;
  std::vector<const Meaning*> some;
  collect_some(condition, scope, some);
  if (some.empty()) return plain_comparison(condition, scope);
  for (const Meaning* path : some) {
    if (!same_key(*path, *some.front())) throw std::logic_error("objects of two collections");
  }
  // A negated comparison is the negation of the comparison: no object makes it false.
  const bool wanted = positive(condition);
  return some_object({&condition}, *some.front(), scope, wanted) == wanted;
}

bool Naive::plain_comparison(const Expression& condition, const Scope& scope) {
  if (const auto* compare = std::get_if<Compare>(&condition.node)) {
    return naive::compares(compare->op, value(*compare->left, scope),
                           value(*compare->right, scope));
  }
  if (const auto* in = std::get_if<In>(&condition.node)) {
    const Value left = value(*in->operand, scope);
    bool found = false;
    for (const ExpressionPtr& entry : in->values) {
      found = found || naive::compares(CompareOp::kEqual, left, value(*entry, scope));
    }
    return found != in->negated;
  }
  if (const auto* between = std::get_if<Between>(&condition.node)) {
    const Value middle = value(*between->operand, scope);
    const bool inside =
        naive::compares(CompareOp::kGreaterEqual, middle, value(*between->low, scope)) &&
        naive::compares(CompareOp::kLessEqual, middle, value(*between->high, scope));
    return inside != between->negated;
  }
  if (const auto* match = std::get_if<Match>(&condition.node)) {
    return naive::matches(match->kind, value(*match->operand, scope),
                          value(*match->pattern, scope)) != match->negated;
  }
  if (const auto* missing = std::get_if<IsMissing>(&condition.node)) {
    return value(*missing->operand, scope).is_missing() != missing->negated;
  }
  throw std::logic_error("this is no condition");
}

std::optional<bool> Naive::membership(const Expression& condition, const Scope& scope) {
  if (scope.group != nullptr) return std::nullopt;
  if (const auto* compare = std::get_if<Compare>(&condition.node)) {
    const bool equal = compare->op == CompareOp::kEqual;
    if (is_slice_path(*compare->left, "slice")) {
      return in_slice(text_of(*compare->right), scope) == equal;
    }
    const bool tag = is_slice_path(*compare->left, "autotag") &&
                     meaning(std::get<Path>(compare->left->node), scope).kind == Meaning::kImageTag;
    if (!tag) return std::nullopt;
    if (std::get<Path>(compare->left->node).segments[1].name != "image") {
      throw std::logic_error("no such autotag");
    }
    const Value& score = scope.item->field("autotag.image." + text_of(*compare->right));
    return naive::compares(CompareOp::kGreater, score, 0) == equal;
  }
  const auto* in = std::get_if<In>(&condition.node);
  if (in == nullptr || !is_slice_path(*in->operand, "slice")) return std::nullopt;
  bool found = false;
  for (const ExpressionPtr& name : in->values) found = in_slice(text_of(*name), scope) || found;
  return found != in->negated;
}

}  // namespace cupel::testing
