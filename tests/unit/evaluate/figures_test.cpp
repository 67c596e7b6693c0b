#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "engine/evaluate/average_precision.hpp"
#include "tests/unit/evaluate/naive.hpp"

namespace cupel::evaluate {
namespace {

using scene::Object;
using scene::random_scene;
using scene::Scene;
using scene::SceneOptions;

constexpr int32_t kLabels = 3;

std::vector<double> numbers(const CocoFigures& f) {
  std::vector<double> out;
  for (const auto& figure : {f.ap, f.ap50, f.ap75, f.ap_small, f.ap_medium, f.ap_large, f.ar1,
                             f.ar10, f.ar100, f.ar_small, f.ar_medium, f.ar_large})
    out.push_back(figure.value_or(-1));
  return out;
}

/// The stored matches of a scene, as columns.
struct Stored {
  std::vector<int32_t> label;
  std::vector<double> confidence;
  std::vector<uint64_t> item;
  CocoBits bits;
  TruthCounts truth;

  explicit Stored(const Scene& scene) : bits(scene.match().coco) {
    for (const Object& object : scene.predictions) {
      label.push_back(object.label);
      confidence.push_back(object.confidence);
      item.push_back(object.item);
    }
    for (const Object& object : scene.annotations)
      truth.add(object.label, object.area, object.crowd);
  }
  /// Row i becomes the row order[i] of now.
  void permute(const std::vector<size_t>& order) {
    const auto move = [&](auto& list) {
      auto moved = list;
      for (size_t at = 0; at < order.size(); ++at) moved[at] = list[order[at]];
      list = moved;
    };
    move(label);
    move(confidence);
    move(item);
    move(bits.matched);
    move(bits.ignored);
    move(bits.rank);
  }
  CocoResult figures() const {
    return coco_figures({label, confidence, bits.matched, bits.ignored, bits.rank, item}, truth);
  }
};

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t at = 0; at < got.size(); ++at) EXPECT_NEAR(got[at], expected[at], 1e-12) << at;
}

SceneOptions sort_of(uint32_t number) {
  SceneOptions out;
  out.step = number % 3 == 0 ? 0 : 8;
  out.confidences = number % 2 == 0 ? 6 : 100000;
  out.most_predictions = number % 10 == 0 ? 500 : 12;
  return out;
}

TEST(Bits, AgreeWithEvaluateImg) {
  size_t beyond = 0;
  for (uint32_t number = 0; number < 200; ++number) {
    SCOPED_TRACE(number);
    const Scene scene = random_scene(number, sort_of(number));
    const CocoBits bits = scene.match().coco;
    beyond += static_cast<size_t>(
        std::count_if(bits.rank.begin(), bits.rank.end(), [](int64_t rank) { return rank > 99; }));
    for (size_t item = 0; item < scene.items; ++item) {
      for (int32_t label = 0; label < kLabels; ++label) {
        for (size_t area = 0; area < kAreas; ++area) {
          const naive::ImageResult image = naive::evaluate_image(scene, item, label, area);
          for (size_t at = 0; at < image.predictions.size(); ++at) {
            const size_t row = image.predictions[at];
            ASSERT_EQ(bits.rank[row], static_cast<int64_t>(at));
            for (size_t threshold = 0; threshold < kThresholds; ++threshold) {
              const size_t bit = area * kThresholds + threshold;
              ASSERT_EQ((bits.matched[row] >> bit & 1) != 0, image.matched[threshold][at]);
              ASSERT_EQ((bits.ignored[row] >> bit & 1) != 0, image.ignored[threshold][at]);
            }
          }
        }
      }
    }
  }
  EXPECT_GT(beyond, 0U);
}

TEST(Bits, OfEqualOverlapsTheLastIsTaken) {
  // The first prediction overlaps both alike; the second needs the first annotation at .6.
  const Scene scene{1,
                    {{0, 0, {1, 0, 10, 10}, 100, 0.9}, {0, 0, {-1, 0, 10, 10}, 100, 0.8}},
                    {{0, 0, {0, 0, 10, 10}, 100}, {0, 0, {2, 0, 10, 10}, 100}}};
  const CocoBits bits = scene.match().coco;
  EXPECT_EQ(outcome_at(bits.matched[0], bits.ignored[0], 2), Outcome::kTruePositive);
  EXPECT_EQ(outcome_at(bits.matched[1], bits.ignored[1], 2), Outcome::kTruePositive);
  EXPECT_EQ(scene.match().predictions.partner, (std::vector<int64_t>{1, 0}));
}

TEST(Figures, AgreeWithAccumulateAndSummarize) {
  for (uint32_t number = 0; number < 60; ++number) {
    SCOPED_TRACE(number);
    const Scene scene = random_scene(number, sort_of(number));
    expect_near(numbers(Stored(scene).figures().all), numbers(naive::figures(scene, kLabels)));
  }
}

TEST(Figures, DoNotDependOnTheOrderOfRows) {
  std::mt19937 random(11);
  for (uint32_t number = 0; number < 50; ++number) {
    Stored stored(random_scene(number, sort_of(number)));
    const std::vector<double> before = numbers(stored.figures().all);
    std::vector<size_t> order(stored.label.size());
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    stored.permute(order);
    ASSERT_EQ(numbers(stored.figures().all), before);
  }
}

TEST(Figures, DoNotDependOnTheOrderOfItemsWithoutTies) {
  for (uint32_t number = 0; number < 30; ++number) {
    SceneOptions sort;
    sort.confidences = 1 << 30;
    sort.items = 7;
    Scene scene = random_scene(number, sort);
    const std::vector<double> before = numbers(Stored(scene).figures().all);
    for (auto* objects : {&scene.predictions, &scene.annotations}) {
      for (Object& object : *objects) object.item = (object.item * 3 + 2) % 7;
      std::stable_sort(objects->begin(), objects->end(),
                       [](const Object& a, const Object& b) { return a.item < b.item; });
    }
    ASSERT_EQ(numbers(Stored(scene).figures().all), before);
  }
}

TEST(Figures, OfAPartAreThoseOfADatasetOfThatPart) {
  for (uint32_t number = 0; number < 30; ++number) {
    Scene scene = random_scene(number, sort_of(number));
    Stored whole(scene);
    const auto out = [](const Object& object) { return object.item == 2; };
    std::vector<size_t> rows;
    for (size_t row = 0; row < whole.label.size(); ++row) {
      if (!out(scene.predictions[row])) rows.push_back(row);
    }
    whole.permute(rows);
    for (auto* list : {&whole.bits.matched, &whole.bits.ignored, &whole.bits.rank})
      list->resize(rows.size());
    whole.label.resize(rows.size());
    whole.confidence.resize(rows.size());
    whole.item.resize(rows.size());
    std::erase_if(scene.predictions, out);
    std::erase_if(scene.annotations, out);
    const Stored part(scene);
    whole.truth = part.truth;
    ASSERT_EQ(numbers(whole.figures().all), numbers(part.figures().all));
  }
}

TEST(Figures, OfPerfectPredictionsAreOne) {
  SceneOptions sort;
  sort.crowds = 0;
  Scene scene = random_scene(4, sort);
  scene.predictions = scene.annotations;
  for (Object& object : scene.predictions) object.confidence = 0.5;
  const CocoFigures figures = Stored(scene).figures().all;
  EXPECT_NEAR(*figures.ap, 1, 1e-12);
  EXPECT_NEAR(*figures.ar100, 1, 1e-12);
}

TEST(Figures, AreMissingWithoutGroundTruth) {
  Scene scene = random_scene(4);
  scene.annotations.clear();
  const CocoResult result = Stored(scene).figures();
  EXPECT_EQ(numbers(result.all), std::vector<double>(12, -1));
  EXPECT_EQ(result.by_label.size(), 3U);
}

TEST(Curve, IsCocosPrecisionOfALabel) {
  for (uint32_t number = 0; number < 60; ++number) {
    SCOPED_TRACE(number);
    const Scene scene = random_scene(number, sort_of(number));
    const Stored stored(scene);
    for (int32_t label = 0; label < kLabels; ++label) {
      const auto expected = naive::accumulate(scene, label, 0, 100);
      std::vector<double> confidence;
      std::vector<Outcome> outcome;
      for (size_t row = 0; row < stored.label.size(); ++row) {
        if (stored.label[row] != label || stored.bits.rank[row] > 99) continue;
        confidence.push_back(stored.confidence[row]);
        outcome.push_back(outcome_at(stored.bits.matched[row], stored.bits.ignored[row], 3));
      }
      const auto curve = precision_curve(confidence, outcome, stored.truth.of(label)[0]);
      ASSERT_EQ(curve.size(), expected ? kRecallPoints : 0);
      for (size_t point = 0; point < curve.size(); ++point)
        ASSERT_NEAR(curve[point].precision, expected->precision[3][point], 1e-12) << point;
    }
  }
}

TEST(Curve, NamesTheConfidenceThatReachesARecall) {
  const std::vector<double> confidence = {0.9, 0.8, 0.7, 0.6};
  const std::vector<Outcome> outcome = {Outcome::kTruePositive, Outcome::kFalsePositive,
                                        Outcome::kIgnored, Outcome::kTruePositive};
  const auto curve = precision_curve(confidence, outcome, 4);
  EXPECT_EQ(curve[25].confidence, 0.9);
  EXPECT_EQ(curve[26].confidence, 0.6);
  EXPECT_NEAR(curve[26].precision, 2.0 / 3, 1e-15);
  EXPECT_EQ(curve[50].confidence, 0.6);
  EXPECT_EQ(curve[51].confidence, std::nullopt);
  EXPECT_EQ(curve[51].precision, 0);
}

TEST(Curve, IsWholeWhereEverythingIsFoundAtOnce) {
  const std::vector<double> confidence = {0.9, 0.8};
  const std::vector<Outcome> outcome(2, Outcome::kTruePositive);
  const auto curve = precision_curve(confidence, outcome, 2);
  for (const CurvePoint& point : curve) EXPECT_EQ(point.precision, 1);
}

}  // namespace
}  // namespace cupel::evaluate
