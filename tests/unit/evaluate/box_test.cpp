#include "engine/evaluate/box.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace cupel::evaluate {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Box, IntersectionIsWhatBothCover) {
  EXPECT_EQ(intersection({0, 0, 4, 4}, {2, 1, 4, 2}), 4);
  EXPECT_EQ(intersection({0, 0, 4, 4}, {1, 1, 1, 1}), 1);
  EXPECT_EQ(intersection({0, 0, 4, 4}, {4, 0, 4, 4}), 0);
  EXPECT_EQ(intersection({0, 0, 4, 4}, {0, 9, 4, 4}), 0);
}

TEST(Box, IouIsTheShareOfTheUnionOrOfTheDetectionInACrowd) {
  EXPECT_EQ(iou({0, 0, 4, 4}, {2, 0, 4, 4}), 8.0 / 24);
  EXPECT_EQ(iou({0, 0, 4, 4}, {2, 0, 4, 4}, true), 0.5);
  EXPECT_EQ(iou({2, 2, 4, 4}, {2, 2, 4, 4}), 1);
  EXPECT_EQ(iou({0, 0, 4, 4}, {4, 4, 4, 4}), 0);
}

TEST(Box, OverlapsNothingWhereItHasNoSize) {
  const Box whole{0, 0, 10, 10};
  for (const Box& none :
       {Box{1, 1, 0, 5}, Box{1, 1, 5, 0}, Box{5, 5, -4, -4}, Box{kNaN, 1, 1, 1}, Box{1, 1, kNaN, 1},
        Box{1, kNaN, 1, 1}, Box{1, 1, 1, kNaN}, Box{0, 0, kInfinity, 9}}) {
    EXPECT_EQ(intersection(none, whole), 0);
    EXPECT_EQ(iou(whole, none), 0);
    EXPECT_EQ(iou(none, whole, true), 0);
  }
}

TEST(Box, HasNoIouBeyondTheRangeOfDouble) {
  const Box huge{0, 0, 1e200, 1e200};
  EXPECT_EQ(iou(huge, huge), 0);
  EXPECT_EQ(covered_share({0, 0, 1, 1}, huge), 1);
}

TEST(Box, CoveredShareIsOfTheInnerArea) {
  EXPECT_EQ(covered_share({0, 0, 4, 4}, {0, 0, 2, 4}), 0.5);
  EXPECT_EQ(covered_share({0, 0, 2, 4}, {0, 0, 4, 4}), 1);
  EXPECT_EQ(covered_share({0, 0, 2, 4}, {3, 0, 4, 4}), 0);
}

TEST(Box, CoveredShareOfABoxWithinAnotherIsWholeThoughItsCornersAreRounded) {
  const Box inner{0.2, 0.2, 0.5, 0.5};
  EXPECT_LT(iou(inner, {0, 0, 1, 1}, true), 1);
  EXPECT_EQ(covered_share(inner, {0, 0, 1, 1}), 1);
  EXPECT_EQ(covered_share(inner, inner), 1);
  EXPECT_LT(covered_share(inner, {0.2, 0.2, 0.5, 0.4999}), 1);
}

TEST(Box, GapIsTheLeastDistance) {
  const Box box{10, 10, 5, 5};
  EXPECT_EQ(gap(box, {12, 12, 1, 1}), 0);
  EXPECT_EQ(gap(box, {15, 15, 1, 1}), 0);
  EXPECT_EQ(gap(box, {18, 11, 9, 1}), 3);
  EXPECT_EQ(gap({18, 11, 9, 1}, box), 3);
  EXPECT_EQ(gap(box, {11, 0, 1, 6}), 4);
  EXPECT_EQ(gap(box, {18, 19, 1, 1}), 5);
  EXPECT_TRUE(std::isnan(gap(box, {kNaN, 0, 1, 1})));
}

}  // namespace
}  // namespace cupel::evaluate
