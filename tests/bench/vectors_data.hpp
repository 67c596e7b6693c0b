#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "index/vector_rows.hpp"

// What tests/bench/vectors_bench.cpp measures on, and the plain loops it measures against.

namespace cupel::bench {

/// Unit vectors around directions, 200 rows each, in one array and as blocks of a set.
struct VectorData {
  size_t rows = 0;
  uint32_t width = 0;
  std::vector<float> values;                    ///< rows × width
  std::vector<storage::VectorBlockPtr> blocks;  ///< the same again
  std::vector<float> queries;                   ///< kQueries × width, drawn like the rows

  static constexpr size_t kQueries = 64;
  VectorData(size_t rows, uint32_t width, uint64_t seed);
  const float* query(size_t i) const { return &queries[i % kQueries * width]; }
  index::VectorRows source() const;
};

/// As many threads as the machine has cores, for Running.
std::function<void(size_t, const std::function<void(size_t)>&)> all_cores();

/// The products of the query and each row: float, AVX2 and fused multiply-add, nothing else.
void plain_products(const float* values, size_t rows, size_t width, const float* query, float* out);
/// The same for the rows of a list.
void gathered_products(const float* values, const std::vector<uint32_t>& rows, size_t width,
                       const float* query, float* out);

}  // namespace cupel::bench
