#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "storage/key.hpp"

namespace cupel::storage {

/// What a transaction has done to one chunk of one column.
struct ChunkChange {
  enum class Kind : uint8_t {
    kValue,  ///< `bytes` is the chunk.
    kPatch,  ///< `bytes` is a patch to what the store holds.
    kGone,   ///< The chunk is removed.
    kAhead,  ///< The store holds it, written ahead of the commit.
  };
  Kind kind = Kind::kValue;
  std::shared_ptr<const std::string> bytes;
  uint64_t version = 0;  ///< Distinct for each state of each chunk in one transaction.
};

/// Everything a transaction has done to chunks. Shared with its views, so it is copied before it
/// is changed.
using Overlay = std::map<ColumnKey, ChunkChange>;
using OverlayPtr = std::shared_ptr<Overlay>;

}  // namespace cupel::storage
