#include "engine/evaluate/categories.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace cupel::evaluate {
namespace {

struct Category {
  int32_t taxonomy, label;
  double confidence = 1;
  bool crowd = false;
};

/// The categories of one item, and what they come to.
struct Sample {
  std::vector<Category> predictions, annotations;

  Outcomes match(const MatchOptions& options = {}) const {
    const Columns predicted(predictions), annotated(annotations);
    Outcomes out;
    out.resize(1, predictions.size(), annotations.size());
    match_categories(predicted.view(), annotated.view(), options, 0, 1, out);
    return out;
  }

 private:
  struct Columns {
    std::vector<uint64_t> first;
    std::vector<int32_t> taxonomy, label;
    std::vector<double> confidence;
    std::vector<uint8_t> crowd;

    explicit Columns(const std::vector<Category>& rows) : first{0, rows.size()} {
      for (const Category& row : rows) {
        taxonomy.push_back(row.taxonomy);
        label.push_back(row.label);
        confidence.push_back(row.confidence);
        crowd.push_back(row.crowd ? 1 : 0);
      }
    }
    Categories view() const { return {first, taxonomy, label, confidence, crowd}; }
  };
};

using Outs = std::vector<Outcome>;
using Kinds = std::vector<ErrorKind>;
constexpr Outcome kTp = Outcome::kTruePositive, kFp = Outcome::kFalsePositive;
constexpr Outcome kFn = Outcome::kFalseNegative;

TEST(Categories, TheSameLabelIsRightWithinItsTaxonomy) {
  const Outcomes got = Sample{{{0, 5}, {1, 5}}, {{0, 5}, {1, 6}}}.match();
  EXPECT_EQ(got.predictions.outcome, (Outs{kTp, kFp}));
  EXPECT_EQ(got.annotations.outcome, (Outs{kTp, kFn}));
  EXPECT_EQ(got.predictions.partner, (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(got.annotations.partner, (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(got.predictions.error, (Kinds{ErrorKind::kNone, ErrorKind::kClassification}));
  EXPECT_EQ(got.annotations.error, (Kinds{ErrorKind::kNone, ErrorKind::kClassification}));
  EXPECT_EQ(got.tp[0], 1);
  EXPECT_EQ(got.fp[0], 1);
  EXPECT_EQ(got.fn[0], 1);
}

TEST(Categories, ASecondPredictionOfALabelIsADuplicate) {
  const Outcomes got = Sample{{{0, 5, 0.4}, {0, 5, 0.9}}, {{0, 5}}}.match();
  EXPECT_EQ(got.predictions.outcome, (Outs{kFp, kTp}));
  EXPECT_EQ(got.predictions.error, (Kinds{ErrorKind::kDuplicate, ErrorKind::kNone}));
  EXPECT_EQ(got.predictions.partner, (std::vector<int64_t>{0, 0}));
  EXPECT_EQ(got.predictions.paired, (std::vector<uint8_t>{0, 1}));
  EXPECT_EQ(got.annotations.partner[0], 1);
}

TEST(Categories, WithoutATaxonomysAnnotationIsBackgroundAndWithoutAPredictionMissed) {
  const Outcomes got = Sample{{{0, 5}}, {{1, 5}}}.match();
  EXPECT_EQ(got.predictions.error, (Kinds{ErrorKind::kBackground}));
  EXPECT_EQ(got.annotations.error, (Kinds{ErrorKind::kMissed}));
  EXPECT_EQ(got.predictions.partner[0], kNobody);
}

TEST(Categories, IgnoredOnesTakeWhatFitsAndNothingElse) {
  const Outcomes got = Sample{{{0, 5}, {0, 6}}, {{0, 5, 1, true}}}.match();
  EXPECT_EQ(got.predictions.outcome, (Outs{Outcome::kIgnored, kFp}));
  EXPECT_EQ(got.predictions.error, (Kinds{ErrorKind::kNone, ErrorKind::kBackground}));
  EXPECT_EQ(got.annotations.outcome, (Outs{Outcome::kIgnored}));
  EXPECT_EQ(got.fn[0], 0);
}

TEST(Categories, AllowedLabelsAreRightAndLowConfidencesLeftOut) {
  MatchOptions options;
  options.allowed = {{6, 5}};
  options.confidence = 0.5;
  const double none = std::numeric_limits<double>::quiet_NaN();
  const Outcomes got = Sample{{{0, 5, 0.9}, {0, 6, 0.4}, {0, 6, none}}, {{0, 6}}}.match(options);
  EXPECT_EQ(got.predictions.outcome, (Outs{kTp, Outcome::kNone, Outcome::kNone}));
}

TEST(Categories, SingleLabelsAreRightExactlyWhereTheyAreEqual) {
  std::mt19937 random(2);
  for (int round = 0; round < 500; ++round) {
    Sample sample;
    int64_t equal = 0;
    const int32_t taxonomies = static_cast<int32_t>(random() % 5);
    for (int32_t taxonomy = 0; taxonomy < taxonomies; ++taxonomy) {
      const auto given = static_cast<int32_t>(random() % 3);
      const auto predicted = static_cast<int32_t>(random() % 3);
      sample.annotations.push_back({taxonomy, given});
      sample.predictions.push_back({taxonomy, predicted, static_cast<double>(random() % 3)});
      equal += given == predicted ? 1 : 0;
    }
    std::shuffle(sample.predictions.begin(), sample.predictions.end(), random);
    const Outcomes got = sample.match();
    ASSERT_EQ(got.tp[0], equal);
    ASSERT_EQ(got.fp[0], taxonomies - equal);
    ASSERT_EQ(got.fn[0], taxonomies - equal);
  }
}

}  // namespace
}  // namespace cupel::evaluate
