#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace cupel::storage {

/// Whether the value is the same bit for bit after a stay in a float. A number past the floats is
/// asked first: converting it is undefined.
inline bool survives_float(double value) noexcept {
  if (std::isfinite(value) && std::fabs(value) > std::numeric_limits<float>::max()) return false;
  const double back = static_cast<float>(value);
  return std::bit_cast<uint64_t>(back) == std::bit_cast<uint64_t>(value);
}

}  // namespace cupel::storage
