#pragma once

#include <cstdint>
#include <vector>

#include "index/vector_rows.hpp"

/// Rows of a set as arrays of directions, for work on many rows at once.
namespace cupel::index {

/// The rows of the set that have a direction and are among `among` (null: all), ascending.
std::vector<uint32_t> rows_with_direction(const VectorRows& vectors, const storage::Bitmap* among,
                                          const Running& running);

/// Fetches rows one after the other; cheap when they ascend.
class RowFetcher {
 public:
  explicit RowFetcher(const VectorRows& vectors) : vectors_(vectors) {}
  /// The row widened to doubles and padded with zeros (row_products.hpp); scaled by a power of two
  /// where its squared length would leave the range of double. Returns the squared length: 0 (and
  /// zeros) when it has no direction.
  double fetch(uint64_t row, double* padded);
  /// The row brought to length 1, `width` numbers. False (zeros) when it has no direction.
  bool fetch_unit(uint64_t row, float* unit);

 private:
  const VectorRows& vectors_;
  storage::VectorBlockPtr block_;
  uint64_t number_ = ~uint64_t{0};
  std::vector<double> room_;
};

}  // namespace cupel::index
