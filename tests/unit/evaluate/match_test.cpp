#include "engine/evaluate/match.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "cupel/error.hpp"
#include "tests/unit/evaluate/naive.hpp"

namespace cupel::evaluate {
namespace {

using scene::Object;
using scene::random_scene;
using scene::Scene;
using scene::SceneOptions;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Options of every sort, by number.
MatchOptions some_options(uint32_t number, Rule rule) {
  MatchOptions out;
  out.rule = rule;
  out.iou = std::vector<double>{0.5, 0.3, 0.75, 1}[number % 4];
  out.class_agnostic = number % 3 == 1;
  if (number % 5 == 2) out.allowed = {{2, 1}, {0, 2}};
  out.confidence = number % 7 < 4 ? 0 : 0.375;
  return out;
}

/// What the naive match has come to after crowds took theirs: -1 where none.
std::vector<int64_t> paired(const ObjectOutcomes& outcomes) {
  std::vector<int64_t> out = outcomes.partner;
  for (size_t at = 0; at < out.size(); ++at) {
    if (outcomes.paired[at] == 0) out[at] = kNobody;
  }
  return out;
}

/// The crowd that a prediction without a true match belongs to.
int64_t crowd_of(const Scene& scene, const MatchOptions& options, size_t prediction) {
  double best = std::min(options.iou, 1 - 1e-10);
  int64_t out = kNobody;
  const Object& predicted = scene.predictions[prediction];
  for (const size_t a : naive::of_item(scene.annotations, predicted.item)) {
    const Object& truth = scene.annotations[a];
    if (!truth.crowd || !naive::fits(options, truth, predicted)) continue;
    if (naive::iou(predicted, truth) < best) continue;
    best = naive::iou(predicted, truth);
    out = static_cast<int64_t>(a);
  }
  return out;
}

void expect_outcomes(const Scene& scene, const MatchOptions& options, const Outcomes& got) {
  std::vector<int64_t> expected = naive::match(scene, options);
  for (size_t p = 0; p < scene.predictions.size(); ++p) {
    SCOPED_TRACE(p);
    const Object& predicted = scene.predictions[p];
    Outcome outcome = Outcome::kFalsePositive;
    const double iou =
        expected[p] == kNobody
            ? 0
            : naive::iou(predicted, scene.annotations[static_cast<size_t>(expected[p])]);
    if (predicted.confidence < options.confidence) {
      outcome = Outcome::kNone;
    } else if (iou > 0 && iou >= std::min(options.iou, 1 - 1e-10)) {
      outcome = Outcome::kTruePositive;
    } else if (const int64_t crowd = crowd_of(scene, options, p); crowd != kNobody) {
      outcome = Outcome::kIgnored;
      expected[p] = crowd;
    }
    EXPECT_EQ(got.predictions.outcome[p], outcome);
    EXPECT_EQ(got.predictions.paired[p] != 0, expected[p] != kNobody);
    if (expected[p] != kNobody) {
      EXPECT_EQ(got.predictions.partner[p], expected[p]);
    }
  }
}

/// What must hold of any outcomes, whatever the rule.
void expect_consistent(const Scene& scene, const Outcomes& got) {
  for (size_t a = 0; a < scene.annotations.size(); ++a) {
    const int64_t partner = got.annotations.partner[a];
    const Object& truth = scene.annotations[a];
    if (truth.crowd) {
      EXPECT_EQ(got.annotations.outcome[a], Outcome::kIgnored);
      EXPECT_EQ(got.annotations.error[a], ErrorKind::kNone);
    }
    double most = 0;
    for (const size_t p : naive::of_item(scene.predictions, truth.item)) {
      if (got.predictions.outcome[p] != Outcome::kNone)
        most = std::max(most, naive::iou(scene.predictions[p], truth));
    }
    if (partner == kNobody) {
      EXPECT_TRUE(std::isnan(got.annotations.iou[a]));
      EXPECT_EQ(most, 0);
      continue;
    }
    const auto p = static_cast<size_t>(partner);
    EXPECT_EQ(got.annotations.iou[a], naive::iou(scene.predictions[p], truth));
    if (got.annotations.paired[a] == 0) {
      EXPECT_EQ(got.annotations.iou[a], most);
    } else {
      EXPECT_EQ(got.predictions.partner[p], static_cast<int64_t>(a));
      EXPECT_NE(got.predictions.paired[p], 0);
      EXPECT_EQ(got.annotations.outcome[a] == Outcome::kTruePositive,
                got.predictions.outcome[p] == Outcome::kTruePositive);
    }
  }
  for (size_t p = 0; p < scene.predictions.size(); ++p) {
    if (got.predictions.paired[p] != 0 || got.predictions.outcome[p] == Outcome::kNone) continue;
    double most = 0;
    for (const size_t a : naive::of_item(scene.annotations, scene.predictions[p].item)) {
      if (!scene.annotations[a].crowd)
        most = std::max(most, naive::iou(scene.predictions[p], scene.annotations[a]));
    }
    EXPECT_EQ(got.predictions.partner[p] == kNobody, most == 0);
    if (most > 0) {
      EXPECT_EQ(got.predictions.iou[p], most);
    }
  }
}

void expect_counts(const Scene& scene, const Outcomes& got) {
  for (size_t item = 0; item < scene.items; ++item) {
    int64_t tp = 0, fp = 0, fn = 0;
    for (const size_t p : naive::of_item(scene.predictions, item)) {
      tp += got.predictions.outcome[p] == Outcome::kTruePositive ? 1 : 0;
      fp += got.predictions.outcome[p] == Outcome::kFalsePositive ? 1 : 0;
    }
    for (const size_t a : naive::of_item(scene.annotations, item))
      fn += got.annotations.outcome[a] == Outcome::kFalseNegative ? 1 : 0;
    EXPECT_EQ(got.tp[item], tp);
    EXPECT_EQ(got.fp[item], fp);
    EXPECT_EQ(got.fn[item], fn);
  }
}

class EveryRule : public testing::TestWithParam<Rule> {};

TEST_P(EveryRule, AgreesWithItsTwinOnRandomScenes) {
  for (uint32_t number = 0; number < 800; ++number) {
    SCOPED_TRACE(number);
    SceneOptions sort;
    sort.step = std::vector<double>{8, 16, 0}[number % 3];
    sort.confidences = number % 2 == 0 ? 4 : 1000;
    const Scene scene = random_scene(number, sort);
    const MatchOptions options = some_options(number, GetParam());
    const Outcomes got = scene.match(options);
    if (GetParam() != Rule::kOptimal) expect_outcomes(scene, options, got);
    expect_consistent(scene, got);
    expect_counts(scene, got);
    if (HasFailure()) return;
  }
}

TEST_P(EveryRule, TellsErrorsApartAsItsTwin) {
  for (uint32_t number = 0; number < 800; ++number) {
    SCOPED_TRACE(number);
    SceneOptions sort;
    sort.confidences = number % 2 == 0 ? 4 : 1000;
    sort.step = number % 3 == 0 ? 8 : 0;
    const Scene scene = random_scene(number + 1000, sort);
    MatchOptions options = some_options(number, GetParam());
    const Outcomes got = scene.match(options);
    const naive::Errors expected = naive::errors(scene, options, got);
    EXPECT_EQ(got.predictions.error, expected.predictions);
    EXPECT_EQ(got.annotations.error, expected.annotations);
    if (HasFailure()) return;
  }
}

TEST_P(EveryRule, GivesEachItemTheSameInAnyRange) {
  SceneOptions sort;
  sort.items = 12;
  const Scene scene = random_scene(5, sort);
  const MatchOptions options = some_options(0, GetParam());
  const Outcomes whole = scene.match(options);
  const scene::Arrays predicted(scene.predictions, scene.items);
  const scene::Arrays annotated(scene.annotations, scene.items);
  Outcomes parts;
  parts.resize(scene.items, scene.predictions.size(), scene.annotations.size());
  Scratch scratch, other;
  for (size_t first : {8, 0, 4})
    match_items(predicted.predictions(), annotated.annotations(), options, first, first + 4,
                first == 0 ? other : scratch, parts);
  EXPECT_EQ(parts.predictions.partner, whole.predictions.partner);
  EXPECT_EQ(parts.annotations.partner, whole.annotations.partner);
  EXPECT_EQ(parts.predictions.outcome, whole.predictions.outcome);
  EXPECT_EQ(parts.coco.matched, whole.coco.matched);
  EXPECT_EQ(parts.coco.rank, whole.coco.rank);
  EXPECT_EQ(parts.fp, whole.fp);
}

TEST_P(EveryRule, LeavesOutWhatHasNoPlaceOrConfidence) {
  Scene scene = random_scene(3);
  const Outcomes before = scene.match(some_options(0, GetParam()));
  const double infinite = std::numeric_limits<double>::infinity();
  scene.predictions.push_back({3, 0, {kNaN, 0, 8, 8}, 64, 1});
  scene.predictions.push_back({3, 0, {0, 0, infinite, 8}, 64, 1});
  scene.predictions.push_back({3, 0, {0, 0, 64, 64}, 64, kNaN});
  scene.annotations.push_back({3, 0, {0, kNaN, 8, 8}, 64});
  const Outcomes got = scene.match(some_options(0, GetParam()));
  for (size_t p = scene.predictions.size() - 3; p < scene.predictions.size(); ++p) {
    EXPECT_EQ(got.predictions.outcome[p], Outcome::kNone);
    EXPECT_EQ(got.coco.rank[p], -1);
  }
  EXPECT_EQ(got.annotations.outcome.back(), Outcome::kNone);
  EXPECT_EQ(got.tp, before.tp);
  EXPECT_EQ(got.fp, before.fp);
  EXPECT_EQ(got.fn, before.fn);
}

std::string name_of(const testing::TestParamInfo<Rule>& info) {
  return std::array{"coco", "nucleus", "optimal"}[static_cast<size_t>(info.param)];
}
INSTANTIATE_TEST_SUITE_P(Rules, EveryRule,
                         testing::Values(Rule::kCoco, Rule::kNucleus, Rule::kOptimal), name_of);

/// The greatest sum of IoU over all choices of pairs for an item's predictions from `at` on.
double best_sum(const Scene& scene, const MatchOptions& options, const std::vector<size_t>& rows,
                size_t at, std::vector<bool>& taken) {
  if (at == rows.size()) return 0;
  const Object& predicted = scene.predictions[rows[at]];
  double best = best_sum(scene, options, rows, at + 1, taken);
  if (predicted.confidence < options.confidence) return best;
  for (const size_t a : naive::of_item(scene.annotations, predicted.item)) {
    const Object& truth = scene.annotations[a];
    const double iou = naive::iou(predicted, truth);
    if (taken[a] || truth.crowd || !naive::fits(options, truth, predicted)) continue;
    if (iou < std::min(options.iou, 1 - 1e-10)) continue;
    taken[a] = true;
    best = std::max(best, iou + best_sum(scene, options, rows, at + 1, taken));
    taken[a] = false;
  }
  return best;
}

TEST(Optimal, SumsToAsMuchAsTheBestOfAllChoices) {
  for (uint32_t number = 0; number < 300; ++number) {
    SCOPED_TRACE(number);
    SceneOptions sort;
    sort.most_annotations = sort.most_predictions = 6;
    sort.step = 16;
    const Scene scene = random_scene(number, sort);
    const MatchOptions options = some_options(number, Rule::kOptimal);
    const Outcomes got = scene.match(options);
    double sum = 0, best = 0;
    for (size_t p = 0; p < scene.predictions.size(); ++p) {
      if (got.predictions.outcome[p] == Outcome::kTruePositive) sum += got.predictions.iou[p];
    }
    std::vector<bool> taken(scene.annotations.size());
    for (size_t item = 0; item < scene.items; ++item)
      best += best_sum(scene, options, naive::of_item(scene.predictions, item), 0, taken);
    ASSERT_NEAR(sum, best, 1e-9);
  }
}

TEST(Nucleus, OtherThresholdsAreTheSameMatches) {
  for (uint32_t number = 0; number < 100; ++number) {
    SceneOptions sort;
    sort.crowds = 0;
    const Scene scene = random_scene(number, sort);
    MatchOptions low = some_options(0, Rule::kNucleus), high = low;
    low.iou = 0.3;
    high.iou = 0.7;
    const Outcomes at_low = scene.match(low), at_high = scene.match(high);
    ASSERT_EQ(paired(at_low.predictions), paired(at_high.predictions));
    for (size_t p = 0; p < scene.predictions.size(); ++p) {
      const bool right = at_low.predictions.paired[p] != 0 && at_low.predictions.iou[p] >= 0.7;
      ASSERT_EQ(at_high.predictions.outcome[p] == Outcome::kTruePositive, right);
    }
  }
}

TEST(Coco, DroppingLowConfidencesLeavesTheOtherMatches) {
  for (uint32_t number = 0; number < 100; ++number) {
    const Scene scene = random_scene(number);
    MatchOptions cut;
    cut.confidence = 0.5;
    const Outcomes whole = scene.match(), part = scene.match(cut);
    for (size_t p = 0; p < scene.predictions.size(); ++p) {
      const bool kept = scene.predictions[p].confidence >= 0.5;
      ASSERT_EQ(part.predictions.outcome[p], kept ? whole.predictions.outcome[p] : Outcome::kNone);
    }
    ASSERT_EQ(part.coco.matched, whole.coco.matched);
  }
}

TEST(Match, RefusesOptionsOutsideOfTheirRanges) {
  const Scene scene = random_scene(1);
  for (const double iou : {0.0, -0.5, 1.5, kNaN}) {
    MatchOptions options;
    options.iou = iou;
    EXPECT_THROW(scene.match(options), Error) << iou;
  }
  MatchOptions options;
  options.background = 0.6;
  EXPECT_THROW(scene.match(options), Error);
  options = {};
  options.confidence = kNaN;
  EXPECT_THROW(scene.match(options), Error);
}

TEST(Match, PolygonsMatchByTheirOutlines) {
  Scene scene{1};
  // Two triangles of one box: each overlaps the other in nothing.
  const std::vector<double> upper = {0, 0, 10, 0, 10, 10}, lower = {0, 0, 10, 10, 0, 10};
  const Box box{0, 0, 10, 10};
  scene.annotations = {{0, 0, box, 50, 0, false, {upper}}, {0, 0, box, 50, 0, false, {lower}}};
  scene.predictions = {{0, 0, box, 50, 0.9, false, {lower}}, {0, 0, box, 100, 0.8}};
  const Outcomes got = scene.match();
  EXPECT_EQ(got.predictions.partner, (std::vector<int64_t>{1, 0}));
  EXPECT_EQ(got.predictions.iou, (std::vector<double>{1, 0.5}));
}

}  // namespace
}  // namespace cupel::evaluate
