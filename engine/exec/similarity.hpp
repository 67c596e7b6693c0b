#pragma once

#include "engine/exec/value_expression.hpp"
#include "index/similarity.hpp"

/// The similarity of rows to examples.
namespace cupel::exec {

/// The components of a row's vector as doubles; empty where it has no vector, or one of length
/// zero.
std::vector<double> direction_of(const storage::Snapshot& snapshot, const storage::VectorSet& set,
                                 uint64_t row);

/// Cosines to the mean direction of the examples. Throws kConstraint where it has none.
index::Probe make_probe(const storage::Snapshot& snapshot, const plan::Probe& probe);

/// plan::Similarity over the rows of `table`, which must be the probe's.
ExpressionNodePtr similarity_node(Evaluation& evaluation, const plan::Similarity& similarity,
                                  storage::TableId table);

}  // namespace cupel::exec
