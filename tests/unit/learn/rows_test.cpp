#include "engine/learn/rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/learn/element.hpp"
#include "engine/learn/index_sort.hpp"

namespace cupel::learn {
namespace {

TEST(HalfNumbers, EveryFiniteOneComesBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const Half half{static_cast<uint16_t>(bits)};
    const float value = to_float(half);
    if ((bits & 0x7C00) == 0x7C00) {
      EXPECT_FALSE(std::isfinite(value));
      EXPECT_GE(std::fabs(Element<Half>::load(half)), 65536) << bits;
      continue;
    }
    ASSERT_EQ(to_half(value).bits, bits);
    ASSERT_EQ(std::bit_cast<uint32_t>(Element<Half>::load(half)), std::bit_cast<uint32_t>(value));
  }
}

TEST(HalfNumbers, HalvesRoundToEven) {
  for (uint32_t bits = 0; bits + 1 < 0x7C00; ++bits) {
    const float low = to_float(Half{static_cast<uint16_t>(bits)});
    const float high = to_float(Half{static_cast<uint16_t>(bits + 1)});
    const float middle = (low + high) / 2;
    ASSERT_EQ(to_half(middle).bits, bits + bits % 2);
    ASSERT_EQ(to_half(std::nextafter(middle, low)).bits, bits);
    ASSERT_EQ(to_half(std::nextafter(middle, high)).bits, bits + 1);
    ASSERT_EQ(to_half(-middle).bits, 0x8000 | (bits + bits % 2));
  }
}

TEST(Elements, BoundsOfNarrowerTypes) {
  for (const double value : {0.1, 0.3 - 1e-6, 1 + 1e-6, -1e-6, 0.5, 2 - 1e-6}) {
    const float least = at_least<float>(value), most = at_most<float>(value);
    EXPECT_GE(static_cast<double>(least), value);
    EXPECT_LT(static_cast<double>(std::nextafter(least, -9.0F)), value);
    EXPECT_LE(static_cast<double>(most), value);
    EXPECT_GT(static_cast<double>(std::nextafter(most, 9.0F)), value);
  }
}

TEST(IndexSort, FallsBackToNumpysHeapSort) {
  // Made by an adversary that answers each comparison so that the median of three is nearly the
  // least; the order of equal keys is numpy's.
  const std::vector<double> keys = {0,  20, 1,  30, 2,  21, 3,  35, 4,  22, 5,  31, 6,  23, 7,  39,
                                    8,  24, 9,  32, 10, 25, 11, 32, 12, 26, 13, 33, 14, 27, 15, 33,
                                    16, 28, 17, 34, 18, 29, 19, 0,  1,  2,  3,  4,  5,  6,  7,  8,
                                    9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
                                    25, 26, 27, 28, 29, 30, 31, 35, 36, 36, 37, 37, 38, 38, 34, 39};
  const std::vector<uint32_t> numpy = {
      0,  39, 2,  40, 4,  41, 6,  42, 8,  43, 10, 44, 12, 45, 14, 46, 16, 47, 18, 48,
      20, 49, 22, 50, 24, 51, 52, 26, 28, 53, 54, 30, 32, 55, 56, 34, 36, 57, 38, 58,
      1,  59, 60, 5,  9,  61, 13, 62, 17, 63, 21, 64, 25, 65, 66, 29, 67, 33, 37, 68,
      69, 3,  70, 11, 23, 19, 31, 27, 78, 35, 71, 7,  73, 72, 75, 74, 77, 76, 79, 15};
  EXPECT_EQ(index_sort(std::span<const double>(keys), Ties::kNumpy), numpy);
  for (size_t front = 1; front < keys.size(); ++front) {
    auto split = index_split(std::span<const double>(keys), front, Ties::kNumpy);
    auto whole = numpy;
    std::sort(split.begin(), split.begin() + static_cast<ptrdiff_t>(front));
    std::sort(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(front));
    split.resize(front);
    whole.resize(front);
    EXPECT_EQ(split, whole);
  }
}

}  // namespace
}  // namespace cupel::learn
