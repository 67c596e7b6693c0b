#include "engine/learn/object_issues.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "cupel/error.hpp"
#include "tests/unit/learn/object_scenes.hpp"

namespace cupel::learn {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Equal to the last bit, NaN equal to NaN.
bool same(std::span<const double> a, std::span<const double> b) {
  return std::ranges::equal(
      a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

void expect_same(const ImageIssues& a, const ImageIssues& b) {
  EXPECT_TRUE(same(a.overlooked, b.overlooked));
  EXPECT_TRUE(same(a.badloc, b.badloc));
  EXPECT_TRUE(same(a.swap, b.swap));
  EXPECT_TRUE(std::ranges::equal(a.is_overlooked, b.is_overlooked));
  EXPECT_TRUE(std::ranges::equal(a.is_badloc, b.is_badloc));
  EXPECT_TRUE(std::ranges::equal(a.is_swap, b.is_swap));
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.issue, b.issue);
}

Scene scaled(Scene image, double factor) {
  const auto scale = [&](ObjectBox& box) {
    for (double* x : {&box.x1, &box.y1, &box.x2, &box.y2}) *x *= factor;
  };
  for (LabelledBox& label : image.labels) scale(label.box);
  for (PredictedBox& prediction : image.predictions) scale(prediction.box);
  image.width *= factor;
  image.height *= factor;
  return image;
}

/// One label box of class 0 at the origin, 100 × 100.
Scene one_box() {
  Scene image;
  image.labels = {{{0, 0, 100, 100}, 0}};
  image.width = 600;
  image.height = 800;
  return image;
}

/// What is found of one image.
struct Found {
  std::vector<double> overlooked, badloc, swap;
  double overlooked_score, score;
  bool issue;
};

std::vector<double> values(std::span<const double> scores) {
  return {scores.begin(), scores.end()};
}

Found issues_of_one(const Scene& image, const ObjectOptions& options = {}) {
  const ObjectIssues all = issues_in({image}, 3, options);
  const ImageIssues& found = all.images.at(0);
  return {values(found.overlooked), values(found.badloc), values(found.swap),
          found.overlooked_score,   found.score,          found.issue};
}

TEST(ObjectIssues, OfNothing) {
  EXPECT_TRUE(issues_in({}, 0).images.empty());
  const ObjectIssues found = issues_in({Scene{}}, 2);
  ASSERT_EQ(found.images.size(), 1U);
  EXPECT_EQ(found.images[0].score, 1);
  EXPECT_FALSE(found.images[0].issue);
  EXPECT_EQ(found.class_precision, (std::vector<double>{0, 0}));
  EXPECT_EQ(found.least_similarity, 1);
  EXPECT_TRUE(found.ranked.empty());
}

TEST(ObjectIssues, OfLabelsWithoutPredictions) {
  const Found found = issues_of_one(one_box());
  EXPECT_EQ(found.badloc, std::vector<double>{1});
  EXPECT_EQ(found.swap, std::vector<double>{1});
  EXPECT_TRUE(found.overlooked.empty());
  EXPECT_EQ(found.score, 1);
}

TEST(ObjectIssues, OfPredictionsWithoutLabels) {
  Scene image;
  image.predictions = {{{0, 0, 9, 9}, 1, 0.96}, {{0, 0, 9, 9}, 1, 0.94}, {{0, 0, 9, 9}, 1, 0.95}};
  const Found found = issues_of_one(image);
  // No similarity was met, so the least one is 1.
  EXPECT_NEAR(found.overlooked[0], 0.04, 1e-15);
  EXPECT_TRUE(std::isnan(found.overlooked[1]));
  EXPECT_NEAR(found.overlooked[2], 0.05, 1e-15);
  const double weight = std::exp(-0.1);
  EXPECT_NEAR(found.overlooked_score, (0.04 + 0.05 * weight) / (1 + weight), 1e-15);
  // A class without label boxes has no precision, so nothing of it is an issue.
  EXPECT_FALSE(found.issue);
}

TEST(ObjectIssues, PerfectPredictionsLeaveNothingToSay) {
  Scene image = one_box();
  image.predictions = {{{0, 0, 100, 100}, 0, 0.99}};
  const ObjectIssues found = issues_in({image}, 1);
  EXPECT_EQ(found.class_precision, std::vector<double>{1});
  EXPECT_EQ(values(found.images[0].badloc), std::vector<double>{1});
  EXPECT_EQ(values(found.images[0].swap), std::vector<double>{1});
  EXPECT_FALSE(found.images[0].issue);
}

TEST(ObjectIssues, SwappedClass) {
  Scene image = one_box();
  image.predictions = {{{0, 0, 100, 100}, 1, 0.96}};
  const ObjectIssues found = issues_in({image}, 2);
  // The only similarity is 1, and so is the least one.
  EXPECT_EQ(values(found.images[0].swap), std::vector<double>{1});
  image.predictions.push_back({{300, 0, 400, 100}, 0, 0.2});
  // e^-30 is met too.
  EXPECT_LT(issues_of_one(image).swap[0], 1e-12);
  image.predictions[0].confidence = 0.95;
  EXPECT_EQ(issues_of_one(image).swap, std::vector<double>{1});
}

TEST(ObjectIssues, BadLocation) {
  Scene image = one_box();
  image.predictions = {{{50, 0, 150, 100}, 0, 0.51}};
  // IoU 1/3, centres 50 pixels apart.
  EXPECT_NEAR(issues_of_one(image).badloc[0], 0.9 / 3 + 0.1 * std::exp(-5.0), 1e-15);
  image.predictions[0].confidence = 0.5;
  EXPECT_EQ(issues_of_one(image).badloc, std::vector<double>{1});
}

TEST(ObjectIssues, OverlappingLabelsOfTwoClasses) {
  Scene image = one_box();
  image.labels.push_back({{0, 0, 100, 96}, 1});
  image.predictions = {{{20, 0, 120, 100}, 0, 0.6}};
  EXPECT_LT(issues_of_one(image).swap[0], 1);
  EXPECT_LT(issues_of_one(image).swap[1], 1);
  ObjectOptions options;
  options.check_overlapping_labels = false;
  EXPECT_EQ(issues_of_one(image, options).swap, (std::vector<double>{1, 1}));
  image.labels[1].label = 0;
  EXPECT_EQ(issues_of_one(image).swap, (std::vector<double>{1, 1}));
}

TEST(ObjectIssues, RelativeDistancesAreThousandthsOfTheDiagonal) {
  Scene image = one_box();  // its diagonal is 1,000
  image.predictions = {{{50, 0, 150, 100}, 0, 0.9}};
  ObjectOptions relative;
  relative.relative_distances = true;
  EXPECT_EQ(issues_of_one(image, relative).badloc, issues_of_one(image).badloc);
  image.width = 300;
  image.height = 400;
  EXPECT_NEAR(issues_of_one(image, relative).badloc[0], 0.9 / 3 + 0.1 * std::exp(-10.0), 1e-15);
  image.height = 0;  // unknown: pixels
  EXPECT_EQ(issues_of_one(image, relative).badloc, issues_of_one(image).badloc);
}

TEST(ObjectIssues, ScalingLeavesRelativeScoresUnchanged) {
  const std::vector<Scene> images = random_scenes(7, 60, 4);
  ObjectOptions options;
  options.relative_distances = true;
  const ObjectIssues before = issues_in(images, 4, options);
  EXPECT_FALSE(before.ranked.empty());
  std::vector<Scene> other = images;
  const double factors[] = {0.25, 2, 16};  // powers of two scale without rounding
  for (size_t i = 0; i < other.size(); ++i) other[i] = scaled(images[i], factors[i % 3]);
  const ObjectIssues after = issues_in(other, 4, options);
  for (size_t i = 0; i < images.size(); ++i) expect_same(before.images[i], after.images[i]);
  EXPECT_EQ(before.ranked, after.ranked);
  EXPECT_EQ(before.class_precision, after.class_precision);
  options.relative_distances = false;
  EXPECT_FALSE(same(issues_in(images, 4, options).images[0].badloc,
                    issues_in(other, 4, options).images[0].badloc));
}

TEST(ObjectIssues, PermutingImagesPermutesResults) {
  const std::vector<Scene> images = random_scenes(8, 80, 3);
  std::vector<size_t> order(images.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::shuffle(order, std::mt19937(1));
  std::vector<Scene> shuffled;
  for (const size_t i : order) shuffled.push_back(images[i]);
  const ObjectIssues before = issues_in(images, 3);
  const ObjectIssues after = issues_in(shuffled, 3);
  EXPECT_FALSE(before.ranked.empty());
  EXPECT_EQ(before.class_precision, after.class_precision);
  EXPECT_EQ(before.least_similarity, after.least_similarity);
  for (size_t i = 0; i < order.size(); ++i) expect_same(before.images[order[i]], after.images[i]);
  ASSERT_EQ(before.ranked.size(), after.ranked.size());
  for (size_t i = 0; i < after.ranked.size(); ++i)
    EXPECT_EQ(before.ranked[i], order[after.ranked[i]]);
}

TEST(ObjectIssues, FlagsAndRankingFollowTheScores) {
  const std::vector<Scene> images = random_scenes(9, 80, 3);
  const ObjectIssues found = issues_in(images, 3);
  for (size_t i = 0; i < images.size(); ++i) {
    const ImageIssues& image = found.images[i];
    bool any = false;
    for (size_t m = 0; m < image.overlooked.size(); ++m) {
      const auto k = static_cast<size_t>(images[i].predictions[m].label);
      EXPECT_EQ(image.is_overlooked[m] != 0, image.overlooked[m] <= 0.2 * found.class_precision[k]);
      any |= image.is_overlooked[m] != 0;
    }
    for (size_t l = 0; l < image.badloc.size(); ++l) {
      const auto k = static_cast<size_t>(images[i].labels[l].label);
      EXPECT_EQ(image.is_badloc[l] != 0, image.badloc[l] <= 0.2 * found.class_precision[k]);
      EXPECT_EQ(image.is_swap[l] != 0, image.swap[l] <= 0.2 * found.class_precision[k]);
      any |= image.is_badloc[l] != 0 || image.is_swap[l] != 0;
    }
    EXPECT_EQ(image.issue, any);
    EXPECT_EQ(image.issue, std::ranges::find(found.ranked, i) != found.ranked.end());
  }
  EXPECT_TRUE(
      std::ranges::is_sorted(found.ranked, {}, [&](uint64_t i) { return found.images[i].score; }));
}

TEST(ObjectIssues, PollMayEndIt) {
  ObjectOptions options;
  int calls = 0;
  options.poll = [&] {
    if (++calls == 3) throw Error(ErrorCode::kInterrupted, "ended");
  };
  EXPECT_THROW(issues_in(random_scenes(1, 10, 2), 2, options), Error);
  EXPECT_EQ(calls, 3);
}

void expect_refused(const std::function<void(Scene&)>& spoil, const std::string& words) {
  std::vector<Scene> images = random_scenes(10, 3, 2);
  images[1] = one_box();
  images[1].predictions = {{{0, 0, 100, 100}, 0, 0.9}};
  EXPECT_NO_THROW(issues_in(images, 2));
  spoil(images[1]);
  try {
    issues_in(images, 2);
    ADD_FAILURE() << "not refused: " << words;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConstraint);
    EXPECT_NE(error.message().find("image 1"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
  }
}

TEST(ObjectIssues, RefusesBadImages) {
  for (const double bad : {kNan, kInfinity, -kInfinity, 1e13}) {
    expect_refused([&](Scene& image) { image.labels[0].box.x1 = bad; }, "label box 0");
    expect_refused([&](Scene& image) { image.labels[0].box.y2 = bad; }, "label box 0");
    expect_refused([&](Scene& image) { image.predictions[0].box.x2 = bad; }, "predicted box 0");
    expect_refused([&](Scene& image) { image.predictions[0].confidence = bad; }, "confidence");
    expect_refused([&](Scene& image) { image.height = bad; }, "width or height");
  }
  expect_refused([](Scene& image) { image.labels[0].box.x2 = -1; }, "negative size");
  expect_refused([](Scene& image) { image.predictions[0].box.y2 = -1; }, "negative size");
  expect_refused([](Scene& image) { image.labels[0].label = 2; }, "class 2");
  expect_refused([](Scene& image) { image.predictions[0].label = -1; }, "class -1");
  expect_refused([](Scene& image) { image.predictions[0].confidence = 1.01; }, "confidence");
  expect_refused([](Scene& image) { image.width = -1; }, "width or height");
}

void expect_options_refused(const std::function<void(ObjectOptions&)>& spoil) {
  ObjectOptions options;
  spoil(options);
  EXPECT_THROW(issues_in({one_box()}, 1, options), Error);
}

TEST(ObjectIssues, RefusesBadOptions) {
  EXPECT_THROW(issues_in({}, -1), Error);
  expect_options_refused([](ObjectOptions& options) { options.alpha = 1.1; });
  expect_options_refused([](ObjectOptions& options) { options.alpha = kNan; });
  expect_options_refused([](ObjectOptions& options) { options.temperature = 0; });
  expect_options_refused([](ObjectOptions& options) { options.distance_factor = -1; });
  expect_options_refused([](ObjectOptions& options) { options.high_probability = 2; });
  expect_options_refused([](ObjectOptions& options) { options.issue_share = -0.1; });
  expect_options_refused([](ObjectOptions& options) { options.swap_weight = 0.5; });
}

TEST(ObjectIssues, BoxesWithoutAreaAreAllowed) {
  Scene image;
  image.labels = {{{5, 5, 5, 5}, 0}, {{0, 0, 10, 0}, 1}};
  image.predictions = {{{5, 5, 5, 5}, 0, 0.97}, {{0, 0, 10, 0}, 0, 0.99}};
  const Found found = issues_of_one(image);
  for (const double score : found.badloc) EXPECT_TRUE(score >= 0 && score <= 1);
  EXPECT_TRUE(found.score >= 0 && found.score <= 1);
}

}  // namespace
}  // namespace cupel::learn
