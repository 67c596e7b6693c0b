#pragma once

#include <string>
#include <vector>

#include "engine/plan/plan.hpp"
#include "engine/sql/term.hpp"

/// Conditions: the language's comparisons (cupel::compare), where two types meet too, and its two
/// truth values.
namespace cupel::sql {

Term always(bool value);
/// TRUE or FALSE, never NULL.
Term exact(const Term& condition);
Term negated(const Term& condition);
Term all_of(std::vector<Term> conditions);
Term any_of(std::vector<Term> conditions);

/// `left op right` with an SQL operator, which says nothing of types.
Term test(const Term& left, std::string_view op, const Term& right);
std::string_view symbol(plan::CompareOp op);

Term compare(const Typed& left, plan::CompareOp op, const Value& constant);
Term compare(const Typed& left, plan::CompareOp op, const Typed& right);
/// A number with a number of the other kind, exactly: BIGINT beside DOUBLE PRECISION.
Term compare_numbers(const Term& whole, plan::CompareOp op, const Term& real);
/// Equal to one of the values.
Term in_set(const Typed& value, const std::vector<Value>& values);
Term is_missing(const Typed& value);
Term is_present(const Typed& value);
Term is_present(const Term& term);
/// Throws kUnsupported for regular expressions that LIKE cannot say.
Term matches(const Typed& value, plan::PatternKind kind, const std::string& pattern);

}  // namespace cupel::sql
