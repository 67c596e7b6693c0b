#pragma once

#include <cstdint>

#include "storage/transaction.hpp"

/// How many vectors of a set were replaced since when: lists that are older may miss these. (What
/// was added since, lists know themselves.) Kept in a document a set, in the transaction that
/// replaces them.
namespace cupel::exec {

/// Notes that so many rows which had a vector got another one. Called after they were written.
void note_replaced_vectors(storage::Transaction& transaction, uint32_t set, uint64_t rows);
/// The set goes away: nothing is kept of it.
void forget_replaced_vectors(storage::Transaction& transaction, uint32_t set);
/// How many were replaced after that generation; rather too many than too few.
uint64_t replaced_vectors_since(const storage::Catalog& catalog, uint32_t set, uint64_t generation);

}  // namespace cupel::exec
