#include "engine/io/fraction_text.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cupel::io {
namespace {

std::string written(double pixels, const PixelRule& rule) {
  std::string text;
  append_fraction(text, pixels, rule);
  return text;
}

TEST(FractionText, IsShortWhereAShortNumberReadsBack) {
  EXPECT_EQ(written(320, {640}), "0.5");
  EXPECT_EQ(written(0, {640}), "0");
  EXPECT_EQ(written(-1, {8}), "-0.125");
  EXPECT_EQ(written(64, {640, 100}), "10");
  EXPECT_EQ(written(1, {3}), "0.3333333333333333");
  EXPECT_EQ(written(10, {100, 1, 5}), "0.15");
}

TEST(FractionText, WholePixelsOfCommonSizesReadBackExactly) {
  for (const double width : {640., 1024., 1280.}) {
    for (double pixels = 0; pixels <= width; ++pixels) {
      for (const PixelRule& rule : {PixelRule{width}, PixelRule{width, 100}})
        EXPECT_EQ(rule.pixels_of(std::stod(written(pixels, rule))), pixels) << width;
    }
  }
}

// A number that a sum has made large has fewer bits for what is read from it.
TEST(FractionText, TheSecondWritingIsTheSame) {
  std::mt19937_64 random(2);
  std::uniform_int_distribution<int> size(1, 5000);
  std::uniform_real_distribution<double> share(0, 1);
  int exact = 0;
  for (int i = 0; i < 20000; ++i) {
    const double width = size(random);
    const double extent = share(random) * width;
    const double edge = share(random) * (width - extent);
    for (const PixelRule& rule : {PixelRule{width, 1, extent / 2}, PixelRule{width, 100}}) {
      const std::string text = written(edge, rule);
      const double again = rule.pixels_of(std::stod(text));
      exact += again == edge ? 1 : 0;
      EXPECT_NEAR(again, edge, 1e-11);
      EXPECT_EQ(written(again, rule), text) << edge << " " << extent << " " << width;
    }
  }
  EXPECT_GT(exact, 20000);  // of 40,000 with all 53 bits
}

TEST(FractionText, Rounded) {
  std::string text;
  append_rounded_fraction(text, 1, {3}, 6);
  EXPECT_EQ(text, "0.333333");
}

}  // namespace
}  // namespace cupel::io
