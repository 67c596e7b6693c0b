#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storage/catalog.hpp"

namespace cupel::storage {

/// What every commit rewrites: the part of a catalog that changes without its structure.
///
///   magic "CKS1" | generation u64 | rows, deleted: count u32, u64[count] each
///   | watched: count u32, (column u32, changes u64)[count]; absent when none is | xxh3-64
struct State {
  uint64_t generation = 0;
  std::vector<uint64_t> rows;     ///< By table.
  std::vector<uint64_t> deleted;  ///< By table.
  std::map<ColumnId, uint64_t> watched;
  friend bool operator==(const State&, const State&) = default;
};

std::string encode_state(const State& state);
/// Throws Error(kCorruption).
State decode_state(std::string_view bytes);

}  // namespace cupel::storage
