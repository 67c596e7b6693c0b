#include "engine/evaluate/error_kinds.hpp"

#include <gtest/gtest.h>

#include "tests/unit/evaluate/scene.hpp"

namespace cupel::evaluate {
namespace {

using scene::Scene;

/// The error of a prediction of this label and height beside a right one of confidence 0.9; the
/// annotation has label 0 and lies at (0, 0, 10, 10), so the IoU is a tenth of the height.
ErrorKind error_of(int32_t label, double height, bool found) {
  Scene scene{1, {{0, label, {0, 0, 10, height}, 0, 0.5}}, {{0, 0, {0, 0, 10, 10}, 100}}};
  if (found) scene.predictions.push_back({0, 0, {0, 0, 10, 10}, 100, 0.9});
  return scene.match().predictions.error[0];
}

TEST(ErrorKinds, BothThresholdsAreLocalization) {
  EXPECT_EQ(error_of(0, 10, true), ErrorKind::kDuplicate);
  EXPECT_EQ(error_of(0, 5.1, true), ErrorKind::kDuplicate);
  EXPECT_EQ(error_of(0, 5, true), ErrorKind::kLocalization);
  EXPECT_EQ(error_of(0, 1, true), ErrorKind::kLocalization);
  EXPECT_EQ(error_of(0, 0.9, true), ErrorKind::kBackground);
}

TEST(ErrorKinds, ForeignLabelsAreClassificationBothOrBackground) {
  for (const bool found : {true, false}) {
    EXPECT_EQ(error_of(1, 10, found), ErrorKind::kClassification);
    EXPECT_EQ(error_of(1, 5, found), ErrorKind::kClassification);
    EXPECT_EQ(error_of(1, 4.9, found), ErrorKind::kBoth);
    EXPECT_EQ(error_of(1, 1.1, found), ErrorKind::kBoth);
    EXPECT_EQ(error_of(1, 1, found), ErrorKind::kBackground);
  }
}

TEST(ErrorKinds, AnAnnotationIsWhatItsMostConfidentErrorIs) {
  Scene scene{1,
              {{0, 0, {0, 0, 10, 3}, 30, 0.5}, {0, 1, {0, 0, 10, 8}, 80, 0.7}},
              {{0, 0, {0, 0, 10, 10}, 100}, {0, 0, {50, 50, 10, 10}, 100}}};
  EXPECT_EQ(scene.match().annotations.error,
            (std::vector<ErrorKind>{ErrorKind::kClassification, ErrorKind::kMissed}));
  scene.predictions[0].confidence = 0.7;
  EXPECT_EQ(scene.match().annotations.error[0], ErrorKind::kLocalization) << "the first row";
  scene.annotations[0].crowd = true;
  EXPECT_EQ(scene.match().annotations.error[0], ErrorKind::kNone);
}

}  // namespace
}  // namespace cupel::evaluate
