#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cupel/value.hpp"
#include "grammar/ast.hpp"

/// Values as LANGUAGE.md 2.2 to 2.7 describe them, written without looking at the engine.
namespace cupel::testing::naive {

/// The order of two values, or nothing where they cannot be compared.
std::optional<int> order(const Value& a, const Value& b);
bool compares(grammar::CompareOp op, const Value& a, const Value& b);
/// The order of ORDER BY, missing values apart.
int sort_order(const Value& a, const Value& b);

Value arithmetic(grammar::ArithmeticOp op, const Value& a, const Value& b);
Value negate(const Value& value);
Value bucket(const Value& number, const Value& width);
bool matches(grammar::MatchKind kind, const Value& text, const Value& pattern);

/// `sum`, `avg`, `min`, `max` of values, of which missing ones are ignored.
Value aggregate(std::string_view function, const std::vector<Value>& values);

}  // namespace cupel::testing::naive
