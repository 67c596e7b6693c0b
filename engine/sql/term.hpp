#pragma once

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "cupel/value.hpp"

/// Pieces of SQL on their way to a statement.
namespace cupel::sql {

/// How tightly a piece binds; one that binds less tightly than its place is put in parentheses.
enum class Binding { kOr, kAnd, kNot, kTest, kSum, kProduct, kSign, kPrimary };

inline constexpr double kTwoTo53 = 9007199254740992.0;
inline constexpr double kTwoTo63 = 9223372036854775808.0;

/// An SQL expression: a value of one type, or a condition.
struct Term {
  std::string text;
  Binding binding = Binding::kPrimary;
  /// May be NULL. A condition that is NULL is not fulfilled, as in WHERE.
  bool nullable = true;
  /// No value is further from 0. Integers up to 2^53 are exact as doubles.
  double most = std::numeric_limits<double>::infinity();
  /// An integer that a double holds exactly.
  bool exact_double = false;
  /// A number of which the database, not a cast, chooses the type: of literals alone.
  bool untyped = false;
  bool literal = false;
  /// The same for every row.
  bool constant = false;

  std::string in(Binding place) const { return binding < place ? "(" + text + ")" : text; }
};

/// The value of an expression of the language: a term for each type that it may have. In a row at
/// most one of them is not NULL; all NULL is missing.
class Typed {
 public:
  Typed() = default;
  Typed(Type type, Term term) { set(type, std::move(term)); }

  void set(Type type, Term term) { terms_[index(type)] = std::move(term); }
  const std::optional<Term>& get(Type type) const { return terms_[index(type)]; }
  bool has(Type type) const { return get(type).has_value(); }
  bool empty() const {
    for (const auto& term : terms_)
      if (term) return false;
    return true;
  }
  bool constant() const {
    for (const auto& term : terms_)
      if (term && !term->constant) return false;
    return true;
  }

 private:
  static size_t index(Type type) { return static_cast<size_t>(type); }
  std::array<std::optional<Term>, 5> terms_;
};

/// The types in the order in which ORDER BY has their values.
inline constexpr Type kTypesInOrder[] = {Type::kBool, Type::kInt64, Type::kFloat64,
                                         Type::kTimestamp, Type::kText};

/// `CAST(term AS type)`.
Term cast(const Term& term, Type type);
/// A literal, or nothing for a missing value.
Typed literal(const Value& value);
/// The value as one number of double precision; nothing where it can be none.
std::optional<Term> as_double(const Typed& value);

}  // namespace cupel::sql
