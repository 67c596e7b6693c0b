#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cupel::storage {

/// How many bits are set: what std::popcount is without the processor's instruction, which the
/// oldest of x86-64 lack, but inline.
constexpr uint32_t count_bits(uint64_t word) noexcept {
  word -= (word >> 1) & 0x5555555555555555U;
  word = (word & 0x3333333333333333U) + ((word >> 2) & 0x3333333333333333U);
  word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FU;
  return static_cast<uint32_t>((word * 0x0101010101010101U) >> 56);
}

/// A set of rows of one chunk: `size` bits in words of 64. Bits past `size` are always zero
/// (invariant 1), so whole-word operations and counts need no edge handling.
/// A value type; not thread-safe for writing.
class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(uint32_t size, bool filled = false);

  uint32_t size() const noexcept { return size_; }
  bool test(uint32_t i) const noexcept { return (words_[i >> 6] >> (i & 63)) & 1; }
  void set(uint32_t i) noexcept { words_[i >> 6] |= uint64_t{1} << (i & 63); }
  void reset(uint32_t i) noexcept { words_[i >> 6] &= ~(uint64_t{1} << (i & 63)); }
  void assign(uint32_t i, bool v) noexcept { v ? set(i) : reset(i); }
  /// Changes the size; new bits are `filled`.
  void resize(uint32_t size, bool filled = false);
  /// Sets the bits [begin, end).
  void set_range(uint32_t begin, uint32_t end) noexcept;
  void clear() noexcept;

  uint32_t count() const noexcept;
  bool any() const noexcept;
  bool none() const noexcept { return !any(); }
  bool all() const noexcept;

  // Sizes of both sides must be equal.
  Bitmap& operator&=(const Bitmap& other) noexcept;
  Bitmap& operator|=(const Bitmap& other) noexcept;
  /// this AND NOT other.
  Bitmap& subtract(const Bitmap& other) noexcept;
  void flip() noexcept;
  friend bool operator==(const Bitmap&, const Bitmap&) = default;

  std::span<const uint64_t> words() const noexcept { return words_; }
  /// For kernels that write 64 results at once; they keep invariant 1.
  std::span<uint64_t> words() noexcept { return words_; }

  /// Calls `f(i)` for each set bit, ascending.
  template <typename F>
  void for_each(F&& f) const {
    for (size_t w = 0; w < words_.size(); ++w)
      for (uint64_t bits = words_[w]; bits != 0; bits &= bits - 1)
        f(static_cast<uint32_t>(w * 64 + std::countr_zero(bits)));
  }

 private:
  uint32_t size_ = 0;
  std::vector<uint64_t> words_;
};

}  // namespace cupel::storage
