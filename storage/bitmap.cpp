#include "storage/bitmap.hpp"

#include <algorithm>

namespace cupel::storage {
namespace {

constexpr uint64_t kOnes = ~uint64_t{0};

size_t words_for(uint32_t bits) noexcept { return (size_t{bits} + 63) / 64; }

/// The bits of the last word that lie below `size`.
uint64_t tail_mask(uint32_t size) noexcept {
  return (size & 63) == 0 ? kOnes : (uint64_t{1} << (size & 63)) - 1;
}

}  // namespace

Bitmap::Bitmap(uint32_t size, bool filled)
    : size_(size), words_(words_for(size), filled ? kOnes : 0) {
  if (!words_.empty()) words_.back() &= tail_mask(size);
}

void Bitmap::resize(uint32_t size, bool filled) {
  const uint32_t before = size_;
  words_.resize(words_for(size), 0);
  size_ = size;
  if (size > before) {
    if (filled) set_range(before, size);
  } else if (!words_.empty()) {
    words_.back() &= tail_mask(size);
  }
}

void Bitmap::set_range(uint32_t begin, uint32_t end) noexcept {
  end = std::min(end, size_);
  if (begin >= end) return;
  const size_t first = begin >> 6;
  const size_t last = (end - 1) >> 6;
  const uint64_t head = kOnes << (begin & 63);
  const uint64_t tail = tail_mask(end);
  if (first == last) {
    words_[first] |= head & tail;
    return;
  }
  words_[first] |= head;
  std::fill(words_.begin() + static_cast<ptrdiff_t>(first) + 1,
            words_.begin() + static_cast<ptrdiff_t>(last), kOnes);
  words_[last] |= tail;
}

void Bitmap::clear() noexcept { std::fill(words_.begin(), words_.end(), 0); }

uint32_t Bitmap::count() const noexcept {
  uint32_t total = 0;
  for (const uint64_t word : words_) total += count_bits(word);
  return total;
}

bool Bitmap::all() const noexcept {
  if (size_ % 64 == 0)
    return std::all_of(words_.begin(), words_.end(), [](uint64_t word) { return word == kOnes; });
  return count() == size_;
}

bool Bitmap::any() const noexcept {
  return std::any_of(words_.begin(), words_.end(), [](uint64_t word) { return word != 0; });
}

Bitmap& Bitmap::operator&=(const Bitmap& other) noexcept {
  for (size_t w = 0; w < words_.size(); ++w) words_[w] &= other.words_[w];
  return *this;
}

Bitmap& Bitmap::operator|=(const Bitmap& other) noexcept {
  for (size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
  return *this;
}

Bitmap& Bitmap::subtract(const Bitmap& other) noexcept {
  for (size_t w = 0; w < words_.size(); ++w) words_[w] &= ~other.words_[w];
  return *this;
}

void Bitmap::flip() noexcept {
  for (uint64_t& word : words_) word = ~word;
  if (!words_.empty()) words_.back() &= tail_mask(size_);
}

}  // namespace cupel::storage
