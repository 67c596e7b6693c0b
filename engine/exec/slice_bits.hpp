#pragma once

#include <cstdint>
#include <string>

#include "storage/transaction.hpp"

namespace cupel::exec {

/// The column of a static slice's members in each table concerned.
std::string slice_column(const storage::Slice& slice);

/// The rows of a chunk at which a bool column is true; `rows` bits. A null chunk has none.
storage::Bitmap true_rows(const storage::ChunkPtr& chunk, uint32_t rows);

}  // namespace cupel::exec
