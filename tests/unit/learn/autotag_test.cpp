#include "engine/learn/autotag.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <thread>

#include "cupel/error.hpp"
#include "tag_world.hpp"

namespace cupel::learn {
namespace {

using testing::TagWorld;

TEST(Autotag, FiveExamplesAndTwoRefinementsFindAClass) {
  for (const uint64_t seed : {1, 2, 3}) {
    const TagWorld world(6000, 64, seed);
    testing::Refinement refinement(world, 5, seed);
    EXPECT_GE(refinement.average_precision(), 0.9) << seed;
    refinement.ask(12);
    refinement.ask(12);
    EXPECT_GE(refinement.average_precision(), 0.97) << seed;
    // The threshold leans to precision.
    EXPECT_GE(refinement.precision(), 0.9) << seed;
    EXPECT_GE(refinement.recall(), 0.6) << seed;
  }
}

TEST(Autotag, HiddenPositivesInTheBackgroundDoLittleHarm) {
  const TagWorld world(4000, 32, 7, 0.05);
  testing::Refinement refinement(world, 5, 7);
  const double with = refinement.average_precision();
  refinement.purify_background();
  EXPECT_GT(with, refinement.average_precision() - 0.05);
}

TEST(Autotag, QualityIsThatOfExamplesLeftOut) {
  const TagWorld world(4000, 32, 4);
  testing::Refinement refinement(world, 20, 4);
  const AutotagQuality& quality = refinement.tag().quality;
  EXPECT_EQ(quality.folds, 5u);
  ASSERT_FALSE(quality.points.empty());
  EXPECT_EQ(quality.points.front().recall, 1.0);
  for (size_t i = 1; i < quality.points.size(); ++i) {
    EXPECT_GT(quality.points[i].threshold, quality.points[i - 1].threshold);
    EXPECT_LT(quality.points[i].recall, quality.points[i - 1].recall);
  }
  EXPECT_GT(quality.average_precision, 0.5);
  EXPECT_LE(quality.average_precision, 1.0);
  EXPECT_GT(quality.recall, 0.5);
  testing::Refinement few(world, 3, 4);
  EXPECT_EQ(few.tag().quality.folds, 3u);
  testing::Refinement one(world, 1, 4);
  EXPECT_EQ(one.tag().quality.folds, 0u);
  EXPECT_TRUE(one.tag().quality.points.empty());
  EXPECT_GT(one.average_precision(), 0.2);  // by chance: 0.01
}

/// Labels that vectors say nothing about: cross-validation must not be fooled, though the weights
/// can tell the examples apart.
TEST(Autotag, QualityOfNoiseIsPoor) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> rows(100 * 64);
  for (double& x : rows) x = normal(random);
  const AutotagExamples examples{
      64, std::span(rows).first(20 * 64), std::span(rows).subspan(20 * 64), {}};
  EXPECT_LT(train_autotag(examples, {}).quality.average_precision, 0.5);
}

TEST(Autotag, IsTheSameForASeed) {
  const TagWorld world(1000, 16, 5);
  testing::Refinement refinement(world, 8, 5);
  const AutotagExamples examples = refinement.examples();
  const Autotag tag = train_autotag(examples, {});
  AutotagRunning running;
  running.parallel = [](size_t n, const std::function<void(size_t)>& f) {
    std::vector<std::thread> threads;
    for (size_t i = 0; i < n; ++i) threads.emplace_back(f, n - 1 - i);
    for (std::thread& thread : threads) thread.join();
  };
  for (const Autotag& again : {train_autotag(examples, {}), train_autotag(examples, {}, running)}) {
    EXPECT_EQ(again.weights, tag.weights);
    EXPECT_EQ(again.offset, tag.offset);
    EXPECT_EQ(again.slope, tag.slope);
    EXPECT_EQ(again.quality.average_precision, tag.quality.average_precision);
  }
  EXPECT_NE(train_autotag(examples, {.seed = 2}).offset, tag.offset);
}

TEST(Autotag, DoesNotDependOnLengths) {
  const TagWorld world(1000, 16, 5);
  testing::Refinement refinement(world, 8, 5);
  const AutotagExamples examples = refinement.examples();
  std::vector<double> longer(examples.positives.begin(), examples.positives.end());
  for (size_t i = 0; i < longer.size(); ++i)
    longer[i] *= std::ldexp(1, static_cast<int>(i / 16) * 100 - 400);
  AutotagExamples other = examples;
  other.positives = longer;
  EXPECT_EQ(train_autotag(other, {}).weights, train_autotag(examples, {}).weights);
}

TEST(Autotag, ScoresGrowWithTheMarginFromMinusOneToOne) {
  Autotag tag;
  tag.slope = 3;
  EXPECT_EQ(autotag_score(tag, 0), 0);
  double last = -1;
  for (double margin = -50; margin <= 50; margin += 0.25) {
    const double score = autotag_score(tag, margin);
    EXPECT_GT(score, last);
    EXPECT_LE(score, 1);
    last = score;
  }
  EXPECT_TRUE(std::isnan(autotag_score(tag, NAN)));
}

TEST(Autotag, ThresholdForAPrecision) {
  AutotagQuality quality;
  quality.points = {
      {-0.5, 0.2, 1}, {-0.1, 0.6, 0.8}, {0.1, 0.5, 0.6}, {0.3, 0.9, 0.4}, {0.6, 1, 0.2}};
  EXPECT_EQ(threshold_for_precision(quality, 0.95), 0.6);
  EXPECT_EQ(threshold_for_precision(quality, 0.9), 0.3);
  EXPECT_EQ(threshold_for_precision(quality, 0.6), 0.3);  // it falls below in between
  EXPECT_EQ(threshold_for_precision(quality, 0.1), -0.5);
  EXPECT_TRUE(std::isnan(threshold_for_precision(quality, 1.01)));
  EXPECT_TRUE(std::isnan(threshold_for_precision({}, 0.5)));
}

std::string refusal(const AutotagExamples& examples, const AutotagOptions& options = {}) {
  try {
    train_autotag(examples, options);
  } catch (const Error& error) {
    return error.message();
  }
  return "it was taken";
}

TEST(Autotag, SaysWhatIsWrongWithExamples) {
  const std::vector<double> good = {1, 2, 3, 4}, zero = {1, 2, 0, 0}, bad = {1, NAN, 1, 1};
  EXPECT_EQ(refusal({2, good, good, {}}), "it was taken");
  EXPECT_EQ(refusal({2, {}, good, {}}), "an autotag needs at least one example of what it is for");
  EXPECT_EQ(refusal({2, good, {}, {}}),
            "an autotag needs something against its examples: negatives, or background rows");
  EXPECT_EQ(refusal({2, zero, good, {}}),
            "example 2 of the positives is zero, so it has no direction");
  EXPECT_EQ(refusal({2, good, bad, {}}),
            "example 1 of the negatives has a number that is not finite");
  EXPECT_EQ(refusal({2, good, good, zero}),
            "example 2 of the background rows is zero, so it has no direction");
  EXPECT_EQ(refusal({3, good, good, {}}), "the positives are not whole vectors");
  EXPECT_EQ(refusal({0, good, good, {}}), "the positives are not whole vectors");
  EXPECT_EQ(refusal({2, good, good, {}}, {.penalty = 0}),
            "the penalty must be above 0, and the folds 2 or more");
  const std::vector<double> many(20'001, 1.0);
  EXPECT_EQ(refusal({1, std::span(many).first(1), std::span(many).first(20'000), {}}),
            "an autotag learns from at most 20000 examples, not 20001");
}

TEST(Background, IsDrawnFromWhatIsNotExcluded) {
  const std::vector<uint64_t> excluded = {3, 50, 51, 99};
  for (const uint64_t rows : {100u, 1000u, 100000u}) {
    for (const size_t count : {0u, 10u, 90u, 96u, 200u}) {
      const auto drawn = draw_background(rows, count, excluded, 5);
      EXPECT_EQ(drawn.size(), std::min<size_t>(count, rows - 4));
      EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
      EXPECT_EQ(std::set<uint64_t>(drawn.begin(), drawn.end()).size(), drawn.size());
      for (const uint64_t row : drawn) {
        EXPECT_LT(row, rows);
        EXPECT_FALSE(std::binary_search(excluded.begin(), excluded.end(), row));
      }
      EXPECT_EQ(draw_background(rows, count, excluded, 5), drawn);
    }
  }
  EXPECT_NE(draw_background(1000, 20, {}, 5), draw_background(1000, 20, {}, 6));
}

}  // namespace
}  // namespace cupel::learn
