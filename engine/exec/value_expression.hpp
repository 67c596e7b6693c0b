#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "engine/exec/value_vector.hpp"
#include "engine/plan/plan.hpp"

namespace cupel::exec {

class Cells;  // groups_cells.hpp
class Evaluation;

/// An expression over the rows of one table, ready to run. Immutable; any thread.
class ExpressionNode {
 public:
  virtual ~ExpressionNode() = default;
  /// Its values at rows of a chunk, in any order and repeated as asked for.
  virtual Vector run(uint32_t chunk, std::span<const uint32_t> rows) const = 0;
  /// Adds itself to the keys of the cells' rows, which are of this chunk; false where its values
  /// cannot be told apart by small numbers.
  virtual bool add_to(Cells&, uint32_t /*chunk*/) const { return false; }
  /// The values of a column in a chunk, if that is what its own are; null otherwise, and where
  /// there are none.
  struct ColumnValues {
    storage::ChunkPtr chunk;
    bool missing_is_zero = false;
  };
  virtual ColumnValues column_values(uint32_t /*chunk*/) const { return {}; }
  /// The column that it is, if it is nothing but one.
  virtual std::optional<storage::ColumnId> column() const { return std::nullopt; }
};
using ExpressionNodePtr = std::unique_ptr<const ExpressionNode>;

/// Prepares what the expression needs. Throws kInternal for a Slot, which is no row's.
ExpressionNodePtr make_node(Evaluation& evaluation, const plan::Expression& expression,
                            storage::TableId table);

/// The numbers of a vector as doubles; what is no number is missing.
struct Numbers {
  std::vector<double> values;
  std::vector<uint8_t> valid;  ///< one byte a row
  bool integers = false;       ///< all of them are int64
};
Numbers numbers_of(const Vector& vector);

/// The rules of plan::Arithmetic, Negate and Bucket over vectors.
Vector calculate(plan::ArithmeticOp op, const Vector& left, const Vector& right);
Vector negated(Vector operand);
Vector bucketed(const Vector& operand, double width, Type type);

}  // namespace cupel::exec
