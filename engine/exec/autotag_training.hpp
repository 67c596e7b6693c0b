#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/exec/autotag_document.hpp"
#include "engine/exec/execute.hpp"

/// Learning from stored vectors.
namespace cupel::exec {

/// The vectors of rows, row after row, as numbers; rows without a direction are left out of both
/// `rows` and the result. Accounted for in the statement's memory.
std::vector<double> gather_vectors(const storage::VectorSet& set, std::vector<uint64_t>& rows,
                                   const Context& context);

/// Fills in `tag.learned` and `tag.background` from its examples and its seed: background rows are
/// drawn from the visible ones that have a vector and are no examples. Returns how many examples
/// have no vector with a direction; they teach nothing. Throws kConstraint when no positive one has
/// one, or nothing stands against them; kLimit past what the statement may use.
uint64_t train(Tag& tag, const storage::VectorSet& set, const Context& context);

}  // namespace cupel::exec
