#include "engine/learn/label_issues.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cupel/error.hpp"
#include "engine/learn/class_noise.hpp"
#include "engine/learn/multi_label.hpp"
#include "tests/unit/learn/golden.hpp"
#include "tests/unit/learn/naive_prune.hpp"
#include "tests/unit/learn/random_labels.hpp"

namespace cupel::learn {
namespace {

TEST(LabelIssues, PruningEqualsItsNaiveTwin) {
  size_t flagged = 0;
  for (uint32_t seed = 0; seed < 60; ++seed) {
    const size_t columns = 2 + seed % 23;
    const int levels = seed % 3 == 0 ? 8 : seed % 3 == 1 ? 64 : 0;
    const random::Sample sample =
        random::sample(seed, 60 + 17 * seed, columns, 0.1 + 0.01 * seed, levels);
    const naive::Input input{sample.numbers, columns, sample.labels};
    const golden::Matrix matrix(sample.as<double>(), columns);
    for (const Filter filter : {Filter::kPruneByNoiseRate, Filter::kPruneByClass, Filter::kBoth}) {
      IssueOptions options;
      options.filter = filter;
      const LabelIssues got = find_label_issues(matrix.rows(), sample.labels, options);
      EXPECT_EQ(got.issues, naive::prune(input, got.classes.calibrated, filter)) << seed;
      flagged += got.issues.size();
    }
  }
  EXPECT_GT(flagged, 5000U);
}

TEST(LabelIssues, Binary16DiffersOnlyWhereItMustRound) {
  // Multiples of 1/16 are the same in every type, but 1e-6 vanishes beside them in binary16: a
  // given class that is as likely as the predicted one is then not taken for it.
  const random::Sample sample = random::sample(7, 700, 9, 0.3, 16);
  const golden::Matrix half(sample.as_half(), 9), whole(sample.as<double>(), 9);
  IssueOptions options;
  options.filter = Filter::kPredictedNeqGiven;
  options.score = Score::kNormalizedMargin;
  const LabelIssues narrow = find_label_issues(half.rows(), sample.labels, options);
  const LabelIssues wide = find_label_issues(whole.rows(), sample.labels, options);
  EXPECT_EQ(narrow.scores, wide.scores);
  EXPECT_EQ(narrow.predicted, wide.predicted);
  std::vector<uint64_t> likelier;
  for (const uint64_t row : narrow.issues)
    if (narrow.scores[row] < 0.5) likelier.push_back(row);
  EXPECT_EQ(likelier, wide.issues);
  EXPECT_LT(likelier.size(), narrow.issues.size());
}

/// Two classes, four examples.
const std::vector<double> kGood = {0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.4, 0.6};

std::string refusal(const std::vector<double>& numbers, size_t columns,
                    const std::vector<int32_t>& labels, const IssueOptions& options = {},
                    ErrorCode code = ErrorCode::kConstraint) {
  try {
    find_label_issues(golden::Matrix(numbers, columns).rows(), labels, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.message();
  }
  return "nothing was refused";
}

TEST(LabelIssues, RefusesLabelsThatDoNotFit) {
  EXPECT_EQ(refusal(kGood, 2, {0, 1}), "there are 2 labels for 4 rows of probabilities");
  EXPECT_EQ(refusal(kGood, 2, {0, 1, 2, 0}),
            "row 2 has the label 2, but the probabilities have the classes 0 to 1");
  EXPECT_EQ(refusal(kGood, 2, {0, -2, 1, 0}),
            "row 1 has the label -2, but the probabilities have the classes 0 to 1");
  EXPECT_EQ(refusal(kGood, 2, {-1, -1, -1, -1}), "no row of the probabilities has a label");
  EXPECT_EQ(refusal(kGood, 2, {1, 1, -1, 1}),
            "labels must be of at least 2 classes, but all are class 1");
  EXPECT_EQ(refusal({0.5, 0.5}, 1, {0, 0}),
            "probabilities need at least 2 classes (columns), not 1");
}

TEST(LabelIssues, RefusesNumbersThatAreNoProbabilities) {
  for (const double bad : {-2e-6, 1.000002, std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    for (const size_t columns : {size_t{2}, size_t{5}, size_t{16}, size_t{37}, size_t{130}}) {
      for (size_t at = 0; at < columns; ++at) {
        std::vector<double> numbers(3 * columns, 0.1);
        numbers[columns + at] = bad;
        const std::string said = refusal(numbers, columns, {0, 1, 1});
        EXPECT_TRUE(said.starts_with("row 1, column " + std::to_string(at) + " of the prob"))
            << said;
      }
    }
  }
  EXPECT_EQ(refusal({-9e-7, 1.0000009, 0.5, 0.5}, 2, {0, 1}), "nothing was refused");
}

TEST(LabelIssues, EntropyNeedsNumbersFromZeroToOne) {
  IssueOptions options;
  options.score = Score::kConfidenceWeightedEntropy;
  EXPECT_TRUE(refusal({1.0000009, 0, 0.5, 0.5}, 2, {0, 1}, options)
                  .starts_with("row 0, column 0 of the probabilities holds 1.0000009"));
}

TEST(LabelIssues, RefusesOptionsThatMakeNoSense) {
  IssueOptions options;
  options.frac_noise = 1.5;
  EXPECT_EQ(refusal(kGood, 2, {0, 1, 1, 0}, options),
            "the share of errors to flag must be between 0 and 1, not 1.5");
  options = {};
  options.remove_per_class = {1};
  EXPECT_EQ(refusal(kGood, 2, {0, 1, 1, 0}, options),
            "there are 1 numbers of examples to remove for 2 classes");
  options.remove_per_class = {1, -1};
  EXPECT_EQ(refusal(kGood, 2, {0, 1, 1, 0}, options),
            "the number of examples of class 1 to remove is negative");
  options = {};
  options.compat = Compat::kCleanlab1;
  EXPECT_EQ(refusal({0.9, 0.1, 0, 0.2, 0.8, 0}, 3, {0, 1}, options),
            "the rules of cleanlab 1.0 need an example of each class, but class 2 has none");
  options.filter = Filter::kConfidentLearning;
  EXPECT_EQ(refusal(kGood, 2, {0, 1, 1, 0}, options, ErrorCode::kUnsupported),
            "cleanlab 1.0 has the filters prune_by_noise_rate, prune_by_class and both only, and "
            "low_normalized_margin for what was published with it");
}

TEST(LabelIssues, PollEndsTheWork) {
  IssueOptions options;
  int calls = 0;
  options.poll = [&] {
    if (++calls == 3) throw Error(ErrorCode::kInterrupted, "enough");
  };
  const golden::Matrix matrix(kGood, 2, 1);
  const std::vector<int32_t> labels = {0, 1, 1, 0};
  EXPECT_THROW(find_label_issues(matrix.rows(), labels, options), Error);
  EXPECT_EQ(calls, 3);
}

TEST(LabelIssues, MultiLabelNamesTheClassThatEveryExampleHas) {
  const golden::Matrix matrix(kGood, 2);
  const LabelSets labels{2, {1, 1, 0, 1, 1, 1, 0, 1}, {}};
  try {
    find_multi_label_issues(matrix.rows(), labels, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "class 1 is given to every example; leave its column out");
  }
  const LabelSets short_sets{2, {1, 0}, {}};
  EXPECT_THROW(find_multi_label_issues(matrix.rows(), short_sets, {}), Error);
}

TEST(LabelIssues, BatchesMustHoldSomething) {
  const golden::Matrix matrix(kGood, 2);
  const std::vector<int32_t> labels = {0, 1, 1, 0};
  EXPECT_THROW(find_label_issues_batched(matrix.rows(), labels, 0), Error);
}

}  // namespace
}  // namespace cupel::learn
