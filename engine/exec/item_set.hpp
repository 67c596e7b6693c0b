#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "storage/bitmap.hpp"

namespace cupel::exec {

/// A set of items, by ordinal: one bit for each item of the snapshot. Objects name items by
/// ordinal, so it is flat and does not follow the chunks.
class ItemSet {
 public:
  explicit ItemSet(uint64_t items = 0) : size_(items), words_((items + 63) / 64) {}

  uint64_t size() const noexcept { return size_; }
  bool test(uint64_t item) const noexcept {
    return item < size_ && ((words_[item >> 6] >> (item & 63)) & 1) != 0;
  }
  void set(uint64_t item) noexcept { words_[item >> 6] |= uint64_t{1} << (item & 63); }
  std::span<const uint64_t> words() const noexcept { return words_; }
  size_t memory_bytes() const noexcept { return words_.size() * sizeof(uint64_t); }

  /// Adds the set bits of a chunk whose first item is `first`.
  void assign(uint64_t first, const storage::Bitmap& rows) {
    const unsigned shift = first & 63;
    size_t w = first >> 6;
    for (const uint64_t bits : rows.words()) {
      if (bits != 0) {
        words_[w] |= bits << shift;
        if (shift != 0 && (bits >> (64 - shift)) != 0) words_[w + 1] |= bits >> (64 - shift);
      }
      ++w;
    }
  }
  /// Adds words of another set, the first of which is number `first`.
  void merge(size_t first, std::span<const uint64_t> words) {
    for (size_t i = 0; i < words.size() && first + i < words_.size(); ++i)
      words_[first + i] |= words[i];
  }

  /// The bits of the chunk of `size` items from `first` on.
  storage::Bitmap chunk(uint64_t first, uint32_t size) const {
    storage::Bitmap out(size);
    const unsigned shift = first & 63;
    const size_t begin = first >> 6;
    const std::span<uint64_t> to = out.words();
    for (size_t i = 0; i < to.size(); ++i) {
      const size_t w = begin + i;
      uint64_t bits = w < words_.size() ? words_[w] >> shift : 0;
      if (shift != 0 && w + 1 < words_.size()) bits |= words_[w + 1] << (64 - shift);
      to[i] = bits;
    }
    if ((size & 63) != 0) to.back() &= (uint64_t{1} << (size & 63)) - 1;
    return out;
  }

  /// Whether one of the items low … high (both included) is in the set.
  bool any(int64_t low, int64_t high) const noexcept {
    const auto begin = static_cast<uint64_t>(std::max<int64_t>(low, 0));
    for (uint64_t i = begin; i < size_ && static_cast<int64_t>(i) <= high;) {
      if ((i & 63) == 0 && words_[i >> 6] == 0) {
        i += 64;
        continue;
      }
      if (test(i)) return true;
      ++i;
    }
    return false;
  }

 private:
  uint64_t size_;
  std::vector<uint64_t> words_;
};

}  // namespace cupel::exec
