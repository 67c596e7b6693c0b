#include <algorithm>

#include "grammar/ast.hpp"

namespace cupel::grammar {
namespace {

bool same(const ExpressionPtr& a, const ExpressionPtr& b) {
  return a && b ? equal(*a, *b) : !a && !b;
}
bool same(const SelectEntry& a, const SelectEntry& b) {
  return a.alias == b.alias && same(a.expression, b.expression);
}
bool same(const OrderKey& a, const OrderKey& b) {
  return a.descending == b.descending && same(a.expression, b.expression);
}
bool same(const Source& a, const Source& b) { return a.kind == b.kind && a.run == b.run; }
bool same(const Sample& a, const Sample& b) { return a.rows == b.rows && a.seed == b.seed; }

template <typename T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& x, const T& y) { return same(x, y); });
}
template <typename T>
bool same(const std::optional<T>& a, const std::optional<T>& b) {
  return a && b ? same(*a, *b) : !a && !b;
}

}  // namespace

bool equal(const Query& a, const Query& b) {
  return same(a.select, b.select) && same(a.source, b.source) && same(a.where, b.where) &&
         same(a.group_by, b.group_by) && same(a.having, b.having) && same(a.order_by, b.order_by) &&
         same(a.sample, b.sample) && a.limit == b.limit && a.offset == b.offset &&
         a.exact == b.exact;
}

}  // namespace cupel::grammar
