#pragma once

#include <cstddef>
#include <cstdint>

namespace cupel::demo {

/// Random numbers that are the same on every platform (splitmix64; Steele, Lea and Flood 2014),
/// which the distributions of the standard library are not.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  /// The stream number `index` for a purpose; streams do not influence each other.
  Random(uint64_t seed, uint64_t purpose, uint64_t index)
      : state_(Random(seed + 0x632BE59BD9B4E019ULL * (purpose + 1)).next() ^
               (index * 0xD1B54A32D192ED03ULL)) {
    next();
  }

  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// In [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double between(double low, double high) { return low + (high - low) * unit(); }
  bool chance(double probability) { return unit() < probability; }
  /// In [0, count).
  size_t below(size_t count) { return static_cast<size_t>(unit() * static_cast<double>(count)); }
  /// Near normal, of mean 0 and deviation 1, within 3.5: a sum of uniform numbers.
  double normal() {
    double sum = 0;
    for (int i = 0; i < 4; ++i) sum += unit();
    return (sum - 2) * 1.7320508;
  }
  /// An index drawn by weights, which sum to about 1; the last one takes the rest.
  template <size_t n>
  size_t pick(const double (&weights)[n]) {
    double left = unit();
    for (size_t i = 0; i + 1 < n; ++i) {
      left -= weights[i];
      if (left < 0) return i;
    }
    return n - 1;
  }

 private:
  uint64_t state_;
};

}  // namespace cupel::demo
