#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cupel/value.hpp"

namespace cupel::exec {

/// The sum of numbers: of integers exactly, of doubles in the order in which they come.
class Sum {
 public:
  void add(int64_t value) noexcept {
    whole_ += value;
    ++count_;
  }
  void add(double value) noexcept {
    real_ += value;
    has_real_ = true;
    ++count_;
  }
  /// Adds so many integers of this sum.
  void add(int64_t sum, uint64_t count) noexcept {
    whole_ += sum;
    count_ += count;
  }
  /// Adds a sum of integers.
  void add_whole(const Sum& other) noexcept {
    whole_ += other.whole_;
    count_ += other.count_;
  }

  /// int64 when nothing but integers came, else float64; missing when nothing came. Throws kLimit
  /// naming the `what` whose sum an int64 does not hold.
  Value total(std::string_view what) const;
  /// float64; missing when nothing came.
  Value average() const;

 private:
  __int128 whole_ = 0;
  double real_ = 0;
  bool has_real_ = false;
  uint64_t count_ = 0;
};

}  // namespace cupel::exec
