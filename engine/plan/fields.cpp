#include "engine/plan/fields.hpp"

#include <algorithm>

#include "engine/plan/walk.hpp"

namespace cupel::plan {
namespace {

template <typename Tree>
std::vector<ColumnId> collect(const Tree& tree) {
  std::vector<ColumnId> columns;
  Visitor visitor;
  visitor.expression = [&](const Expression& e) {
    if (const auto* field = std::get_if<Field>(&e.node))
      columns.insert(columns.end(), field->columns.begin(), field->columns.end());
    else if (const auto* count = std::get_if<Count>(&e.node))
      columns.insert(columns.end(), count->columns.begin(), count->columns.end());
  };
  visitor.condition = [&](const Condition& c) {
    const auto* slice = std::get_if<InSlice>(&c.node);
    if (slice != nullptr && slice->column) columns.push_back(*slice->column);
  };
  visit(tree, visitor);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

}  // namespace

std::vector<ColumnId> columns_of(const Plan& plan) { return collect(plan); }
std::vector<ColumnId> columns_of(const Condition& condition) { return collect(condition); }
std::vector<ColumnId> columns_of(const Expression& expression) { return collect(expression); }

}  // namespace cupel::plan
