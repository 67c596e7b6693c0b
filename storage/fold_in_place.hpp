#pragma once

#include <cstdint>
#include <vector>

#include "storage/chunk.hpp"
#include "storage/codec_patch.hpp"

namespace cupel::storage {

/// What became of a chunk.
enum class InPlace : uint8_t {
  kRefused,  ///< The chunk is as it was: some change needs other rows or another array.
  kDone,     ///< The chunk is what ChunkBuilder would make of its new values.
  kWide,     ///< The chunk has its new values, which a narrower array may hold.
};

/// Makes few changes to a chunk at the cost of these few, where its array stays what it is. Rows of
/// `changes` are ascending and distinct. `as_codes`: a text becomes its code. The chunk is whole (its
/// array has its rows, its range is that of its values), as decode_chunk and ChunkBuilder give it.
/// Throws only for want of memory; the chunk is then of no use.
InPlace fold_in_place(Chunk& chunk, const std::vector<Change>& changes, bool as_codes);

}  // namespace cupel::storage
