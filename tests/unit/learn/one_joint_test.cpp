#include "engine/learn/one_joint.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cupel/error.hpp"

namespace cupel::learn {
namespace {

using RowList = std::vector<uint64_t>;

/// Thirty rows of three classes: twentieths, and which classes are given. The answers are those of
/// get_noise_indices (cleanlab 1.0.1). The cut and its F1 decide here: any other average, and
/// numbers on the cut, give other rows.
constexpr int kTwentieths[][3] = {{19, 3, 16}, {16, 10, 9}, {14, 4, 9},  {6, 19, 4},  {12, 9, 3},
                                  {1, 11, 19}, {14, 14, 3}, {10, 12, 4}, {11, 12, 5}, {18, 17, 8},
                                  {19, 18, 4}, {12, 4, 5},  {13, 9, 2},  {8, 7, 3},   {8, 2, 12},
                                  {14, 15, 2}, {8, 4, 12},  {12, 3, 1},  {4, 6, 3},   {15, 3, 5},
                                  {5, 10, 4},  {18, 4, 3},  {2, 8, 2},   {19, 7, 3},  {18, 18, 6},
                                  {12, 3, 16}, {17, 9, 14}, {7, 15, 17}, {15, 2, 6},  {11, 2, 16}};
constexpr const char* kGiven[] = {"101", "110", "100", "110", "101", "001", "100", "110",
                                  "001", "100", "110", "100", "110", "100", "001", "110",
                                  "001", "101", "010", "111", "001", "100", "110", "000",
                                  "110", "101", "100", "111", "100", "001"};
constexpr size_t kRows = 30, kClasses = 3;

class OneJointTest : public testing::Test {
 protected:
  OneJointTest() {
    labels_.classes = kClasses;
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t k = 0; k < kClasses; ++k) {
        numbers_.push_back(kTwentieths[row][k] / 20.0);
        labels_.given.push_back(kGiven[row][k] == '1' ? 1 : 0);
      }
    }
  }
  MultiLabelIssues find(Filter filter, Score score = Score::kNormalizedMargin) const {
    const ArrayRows<double> matrix(numbers_.data(), numbers_.size() / kClasses, kClasses);
    IssueOptions options;
    options.filter = filter;
    options.score = score;
    options.compat = Compat::kCleanlab1;
    options.ties = Ties::kNumpy;
    return find_multi_label_issues(&matrix, labels_, options);
  }
  Error refusal(Filter filter = Filter::kPruneByNoiseRate) const {
    try {
      find(filter);
    } catch (const Error& error) {
      return error;
    }
    return {ErrorCode::kInternal, "nothing was thrown"};
  }

  std::vector<double> numbers_;
  LabelSets labels_;
};

TEST_F(OneJointTest, FlagsWhatCleanlab1Flags) {
  EXPECT_EQ(find(Filter::kPruneByNoiseRate).issues,
            (RowList{1, 3, 4, 6, 7, 8, 12, 17, 19, 22, 27}));
  EXPECT_EQ(find(Filter::kPruneByClass).issues,
            (RowList{1, 3, 4, 7, 12, 13, 17, 18, 19, 20, 22, 27}));
  EXPECT_EQ(find(Filter::kBoth).issues, (RowList{1, 3, 4, 7, 12, 17, 19, 22, 27}));
}

TEST_F(OneJointTest, RanksAsCleanlab1Ranks) {
  EXPECT_EQ(find(Filter::kPruneByNoiseRate, Score::kSelfConfidence).ranked,
            (RowList{19, 17, 22, 4, 12, 7, 8, 1, 6, 3, 27}));
  EXPECT_EQ(find(Filter::kPruneByNoiseRate).ranked,
            (RowList{19, 17, 3, 1, 12, 22, 4, 27, 7, 8, 6}));
}

TEST_F(OneJointTest, OnlyGivenClassesOfIssuesAreSuspected) {
  for (const Filter filter : {Filter::kPruneByNoiseRate, Filter::kPruneByClass, Filter::kBoth}) {
    const MultiLabelIssues found = find(filter);
    RowList rows;
    for (size_t row = 0; row < kRows; ++row) {
      bool any = false;
      for (size_t k = 0; k < kClasses; ++k) {
        const size_t at = row * kClasses + k;
        EXPECT_LE(found.suspected[at], labels_.given[at]);
        any |= found.suspected[at] != 0;
      }
      if (any) rows.push_back(row);
    }
    EXPECT_EQ(rows, found.issues);
    EXPECT_TRUE(found.classes.empty());
    EXPECT_EQ(found.joint.examples.size(), kClasses);
  }
}

TEST_F(OneJointTest, RowsThatAreNoExamplesChangeNothing) {
  const MultiLabelIssues without = find(Filter::kPruneByNoiseRate);
  labels_.is_example.assign(kRows + 1, 1);
  labels_.is_example.front() = 0;
  numbers_.insert(numbers_.begin(), {0.95, 0.05, 0.95});
  labels_.given.insert(labels_.given.begin(), {0, 1, 0});
  const MultiLabelIssues with = find(Filter::kPruneByNoiseRate);
  ASSERT_EQ(with.issues.size(), without.issues.size());
  for (size_t i = 0; i < with.issues.size(); ++i) EXPECT_EQ(with.issues[i], without.issues[i] + 1);
  EXPECT_TRUE(std::isnan(with.scores.front()));
  EXPECT_EQ(with.joint.calibrated.values, without.joint.calibrated.values);
}

TEST_F(OneJointTest, WhatItDoesNotTakeIsRefused) {
  EXPECT_EQ(refusal(Filter::kLowNormalizedMargin).code(), ErrorCode::kUnsupported);
  EXPECT_EQ(refusal(Filter::kConfidentLearning).code(), ErrorCode::kUnsupported);
  numbers_[4] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refusal().message(),
            "row 1, column 1 of the probabilities holds nan, which is not between 0 and 1");
  numbers_[4] = 0.5;
  for (size_t row = 0; row < kRows; ++row) labels_.given[row * kClasses + 1] = 0;
  EXPECT_EQ(refusal().message(),
            "the rules of cleanlab 1.0 need an example of each class, but class 1 has none");
}

}  // namespace
}  // namespace cupel::learn
