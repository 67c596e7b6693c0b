#pragma once

#include <cstdint>
#include <string>

#include "engine/plan/plan.hpp"

/// What types an expression can have, for the binder's checks and the types of results.
namespace cupel::plan {

/// A set of types (never kAny). Empty: missing in every row.
class TypeSet {
 public:
  TypeSet() = default;
  explicit TypeSet(Type type) { add(type); }
  void add(Type type) {
    if (type == Type::kAny) return;
    bits_ = static_cast<uint8_t>(bits_ | (1u << static_cast<unsigned>(type)));
  }
  void add(TypeSet other) { bits_ = static_cast<uint8_t>(bits_ | other.bits_); }
  bool has(Type type) const { return (bits_ >> static_cast<unsigned>(type)) & 1; }
  bool has_number() const { return has(Type::kInt64) || has(Type::kFloat64); }
  bool empty() const { return bits_ == 0; }

 private:
  uint8_t bits_ = 0;
};

/// The types that values of the expression have, from the columns it reads. Slots: their `type`.
TypeSet types_of(const Expression& expression, const Plan& plan, const storage::Catalog& catalog);

/// "text", "numbers", "numbers and text": what the set holds, for sentences; "nothing" if empty.
std::string describe(TypeSet types);

/// Whether some value of the types can be compared with some value of the others.
bool comparable(TypeSet left, TypeSet right);
/// Whether some value of the types can be compared with `constant` (a text that is no ISO date
/// cannot be compared with timestamps). A missing constant: never.
bool comparable(TypeSet types, const Value& constant);

/// The one type of a set, kAny where there are several or none.
Type single_type(TypeSet types);
/// The type of an arithmetic result (plan.hpp at Arithmetic).
Type arithmetic_type(ArithmeticOp op, Type left, Type right);

}  // namespace cupel::plan
