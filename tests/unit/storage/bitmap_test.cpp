#include "storage/bitmap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace cupel::storage {
namespace {

constexpr uint32_t kSizes[] = {0, 1, 63, 64, 65, 127, 128, 1000, 65536};

using Bits = std::vector<bool>;

Bitmap bitmap_of(const Bits& bits) {
  Bitmap bitmap(static_cast<uint32_t>(bits.size()));
  for (uint32_t i = 0; i < bits.size(); ++i) bitmap.assign(i, bits[i]);
  return bitmap;
}

Bits random_bits(std::mt19937_64& random, uint32_t size) {
  Bits bits(size);
  for (uint32_t i = 0; i < size; ++i) bits[i] = random() % 3 == 0;
  return bits;
}

/// Compares every bit, the count and invariant 1.
void expect_equal(const Bitmap& bitmap, const Bits& bits) {
  ASSERT_EQ(bitmap.size(), bits.size());
  for (uint32_t i = 0; i < bits.size(); ++i) ASSERT_EQ(bitmap.test(i), bits[i]) << i;
  const auto ones = static_cast<uint32_t>(std::count(bits.begin(), bits.end(), true));
  EXPECT_EQ(bitmap.count(), ones);
  EXPECT_EQ(bitmap.any(), ones != 0);
  EXPECT_EQ(bitmap.none(), ones == 0);
  EXPECT_EQ(bitmap.all(), ones == bits.size());
  EXPECT_EQ(bitmap, bitmap_of(bits));
}

TEST(Bitmap, BeginsEmptyOrFilled) {
  for (const uint32_t size : kSizes) {
    expect_equal(Bitmap(size), Bits(size, false));
    expect_equal(Bitmap(size, true), Bits(size, true));
  }
}

TEST(Bitmap, AgreesWithAnArrayOfBits) {
  std::mt19937_64 random(3);
  for (const uint32_t size : kSizes) {
    const Bits left = random_bits(random, size);
    const Bits right = random_bits(random, size);
    Bits both(size);
    Bits either(size);
    Bits only(size);
    Bits inverse(size);
    for (uint32_t i = 0; i < size; ++i) {
      both[i] = left[i] && right[i];
      either[i] = left[i] || right[i];
      only[i] = left[i] && !right[i];
      inverse[i] = !left[i];
    }
    expect_equal(Bitmap(bitmap_of(left)) &= bitmap_of(right), both);
    expect_equal(Bitmap(bitmap_of(left)) |= bitmap_of(right), either);
    expect_equal(Bitmap(bitmap_of(left)).subtract(bitmap_of(right)), only);
    Bitmap flipped = bitmap_of(left);
    flipped.flip();
    expect_equal(flipped, inverse);
    flipped.clear();
    expect_equal(flipped, Bits(size, false));
  }
}

TEST(Bitmap, ResizesBothWays) {
  std::mt19937_64 random(4);
  for (const uint32_t from : kSizes)
    for (const uint32_t to : kSizes)
      for (const bool filled : {false, true}) {
        Bits bits = random_bits(random, from);
        Bitmap bitmap = bitmap_of(bits);
        bits.resize(to, filled);
        bitmap.resize(to, filled);
        expect_equal(bitmap, bits);
      }
}

TEST(Bitmap, SetsRanges) {
  constexpr uint32_t kSize = 200;
  for (uint32_t begin = 0; begin <= kSize; begin += 7)
    for (uint32_t end = 0; end <= kSize + 10; ++end) {
      Bitmap bitmap(kSize);
      bitmap.set_range(begin, end);
      Bits bits(kSize);
      for (uint32_t i = begin; i < std::min(end, kSize); ++i) bits[i] = true;
      expect_equal(bitmap, bits);
    }
}

TEST(Bitmap, VisitsSetBitsAscending) {
  std::mt19937_64 random(5);
  for (const uint32_t size : kSizes) {
    const Bits bits = random_bits(random, size);
    std::vector<uint32_t> expected;
    for (uint32_t i = 0; i < size; ++i)
      if (bits[i]) expected.push_back(i);
    std::vector<uint32_t> visited;
    bitmap_of(bits).for_each([&](uint32_t i) { visited.push_back(i); });
    EXPECT_EQ(visited, expected);
  }
}

}  // namespace
}  // namespace cupel::storage
