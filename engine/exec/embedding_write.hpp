#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/exec/execute.hpp"
#include "storage/transaction.hpp"
#include "storage/vectors.hpp"

/// Vectors become embeddings: rows of a matrix go to rows of a table, by the rule of imports.
namespace cupel::exec {

/// Vectors as they came: rows × width numbers, row-major, anywhere in memory.
struct VectorMatrix {
  storage::Element element = storage::Element::kFloat32;
  uint32_t width = 0;
  uint64_t rows = 0;
  const std::byte* data = nullptr;
  std::string name;  ///< what errors call it: the file, or "the vectors"
};

struct EmbeddingTarget {
  std::string name;
  storage::TableId table = storage::kItems;
  bool update = false;  ///< rows that have a vector get the new one, else they keep theirs
  std::string source;   ///< of a new set
  int64_t created_micros = 0;
};

struct WrittenEmbeddings {
  uint32_t set = 0;
  bool new_set = false;
  AppendCounts counts;             ///< ignored: had a vector
  uint64_t without_direction = 0;  ///< of those written: all numbers are 0
  storage::Bitmap rows;            ///< of the table, that were written
};

/// Throws, for a matrix that the target cannot take: kConstraint (another width, another table,
/// rows of numbers that are not finite or too large, of which the first are named), kLimit. Says
/// nothing about single rows of the table.
void require_storable(const storage::Catalog& catalog, const VectorMatrix& matrix,
                      const EmbeddingTarget& target, const Context& context);

/// Stores row i of the matrix, which is storable, as the vector of row rows[i] of the table. A row
/// that is named twice counts as known the second time. A new name makes a set: of float16 where
/// the matrix is, else of float32; a known set keeps its element, to which numbers are rounded. The
/// context's snapshot is the transaction's view, flushed.
WrittenEmbeddings write_embeddings(storage::Transaction& transaction, const VectorMatrix& matrix,
                                   std::span<const uint64_t> rows, const EmbeddingTarget& target,
                                   const Context& context);

}  // namespace cupel::exec
