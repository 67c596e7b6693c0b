#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cupel/cupel.hpp"
#include "grammar/ast.hpp"

/// Conditions as syntax trees, for queries that are composed and not typed. Whatever is in a name
/// or a value, what is printed of them is read back as the same tree, but for parentheses.
namespace cupel::api {

using grammar::CompareOp;
using grammar::ExpressionPtr;

/// The value of a parameter, or null where it is not given.
const Value* given(const Parameters& parameters, const grammar::Parameter& node);

/// A missing value and a number that is not finite cannot be written; nor can text with control
/// characters.
bool is_writable(const Value& value);
/// Whole numbers are written without a point.
ExpressionPtr constant(Value value);
/// Names that are no words are quoted; the first is a reserved word of the language.
ExpressionPtr field(const std::vector<std::string>& names);
/// The same from a column's canonical name.
ExpressionPtr field_of_column(std::string_view column);
/// `annotations` or `predictions("run")`, and what follows it. `quoted` names are a label.
ExpressionPtr of_objects(const grammar::Source& objects, std::string name, bool quoted);

ExpressionPtr compare(const grammar::Expression& left, CompareOp op, Value right);
ExpressionPtr one_of(const grammar::Expression& left, const std::vector<Value>& values);
ExpressionPtr is_missing(const grammar::Expression& operand);
ExpressionPtr is_present(const grammar::Expression& operand);
ExpressionPtr negated(ExpressionPtr operand);
/// Null operands are left out; conditions that are an AND themselves are taken apart.
ExpressionPtr all_of(std::vector<ExpressionPtr> operands);
ExpressionPtr any_of(std::vector<ExpressionPtr> operands);
ExpressionPtr arithmetic(ExpressionPtr left, grammar::ArithmeticOp op, ExpressionPtr right);
ExpressionPtr call(std::string function, std::vector<ExpressionPtr> arguments = {});

template <typename... Operands>
ExpressionPtr both(Operands... operands) {
  std::vector<ExpressionPtr> list;
  (list.push_back(std::move(operands)), ...);
  return all_of(std::move(list));
}

}  // namespace cupel::api
