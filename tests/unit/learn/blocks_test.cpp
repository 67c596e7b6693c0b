#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "engine/learn/analysis.hpp"
#include "engine/learn/multi_label.hpp"
#include "engine/learn/noise_rate.hpp"
#include "tests/unit/learn/golden.hpp"
#include "tests/unit/learn/random_labels.hpp"

namespace cupel::learn {
namespace {

struct Shape {
  size_t rows, columns;
  int levels;
};
const Shape kShapes[] = {{400, 2, 0},  {300, 3, 8},   {500, 7, 16},
                         {600, 20, 0}, {500, 33, 16}, {900, 100, 0}};
constexpr Score kScores[] = {Score::kSelfConfidence, Score::kNormalizedMargin,
                             Score::kConfidenceWeightedEntropy};

golden::Matrix matrix_of(const random::Sample& sample, int type) {
  if (type == 0) return {sample.as_half(), sample.columns};
  if (type == 1) return {sample.as<float>(), sample.columns};
  return {sample.as<double>(), sample.columns};
}

void expect_same(const std::vector<double>& a, const std::vector<double>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i)
    ASSERT_TRUE(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) << i;
}

void expect_same(const LabelIssues& a, const LabelIssues& b) {
  EXPECT_EQ(a.issues, b.issues);
  EXPECT_EQ(a.ranked, b.ranked);
  EXPECT_EQ(a.predicted, b.predicted);
  EXPECT_EQ(a.classes.thresholds, b.classes.thresholds);
  EXPECT_EQ(a.classes.calibrated.values, b.classes.calibrated.values);
  expect_same(a.scores, b.scores);
}

std::vector<IssueOptions> all_options() {
  std::vector<IssueOptions> out;
  for (const std::string& filter : golden::kFilters)
    for (const Ties ties : {Ties::kRowOrder, Ties::kNumpy}) {
      IssueOptions options;
      options.filter = golden::filter_of(filter);
      options.ties = ties;
      options.score = kScores[out.size() % 3];
      options.adjusted = out.size() % 2 == 1;
      out.push_back(options);
    }
  IssueOptions old;
  old.compat = Compat::kCleanlab1;
  for (const bool single : {false, true}) {
    old.single_precision_margins = single;
    old.filter = single ? Filter::kBoth : Filter::kPruneByNoiseRate;
    out.push_back(old);
  }
  return out;
}

TEST(Blocks, ResultsDoNotDependOnTheirSize) {
  uint32_t seed = 1;
  for (const Shape& shape : kShapes) {
    const random::Sample sample =
        random::sample(seed++, shape.rows, shape.columns, 0.2, shape.levels);
    for (int type = 0; type < 3; ++type) {
      const golden::Matrix whole = matrix_of(sample, type);
      for (const size_t block : {size_t{1}, size_t{7}, size_t{64}, shape.rows}) {
        const golden::Matrix cut = whole.in_blocks(block);
        for (const IssueOptions& options : all_options())
          expect_same(find_label_issues(whole.rows(), sample.labels, options),
                      find_label_issues(cut.rows(), sample.labels, options));
        EXPECT_EQ(find_label_issues_batched(whole.rows(), sample.labels, 50),
                  find_label_issues_batched(cut.rows(), sample.labels, 50));
      }
    }
  }
}

/// Rows without a label, full of what is not a number, between those of a sample.
struct Strewn {
  std::vector<bool> before;
  std::vector<int32_t> labels;
  std::vector<uint64_t> place;  ///< by row of the sample

  Strewn(const random::Sample& sample, uint32_t seed) {
    std::mt19937 random(seed);
    for (const int32_t label : sample.labels) {
      before.push_back(random() % 3 == 0);
      if (before.back()) labels.push_back(kNoLabel);
      place.push_back(labels.size());
      labels.push_back(label);
    }
  }
  std::vector<uint64_t> moved(const std::vector<uint64_t>& rows) const {
    std::vector<uint64_t> out;
    for (const uint64_t row : rows) out.push_back(place[row]);
    return out;
  }
};

TEST(Blocks, RowsWithoutLabelAreAsIfTheyWereNotThere) {
  uint32_t seed = 50;
  for (const Shape& shape : kShapes) {
    const random::Sample sample =
        random::sample(seed++, shape.rows, shape.columns, 0.2, shape.levels);
    const Strewn strewn(sample, seed);
    for (int type = 0; type < 3; ++type) {
      const golden::Matrix bare = matrix_of(sample, type);
      const golden::Matrix full = bare.with_rubbish(strewn.before, 13);
      for (const IssueOptions& options : all_options()) {
        const LabelIssues a = find_label_issues(bare.rows(), sample.labels, options);
        const LabelIssues b = find_label_issues(full.rows(), strewn.labels, options);
        EXPECT_EQ(strewn.moved(a.issues), b.issues);
        EXPECT_EQ(strewn.moved(a.ranked), b.ranked);
        EXPECT_EQ(a.classes.calibrated.values, b.classes.calibrated.values);
        for (size_t row = 0; row < sample.labels.size(); ++row) {
          ASSERT_EQ(a.scores[row], b.scores[strewn.place[row]]);
          ASSERT_EQ(a.predicted[row], b.predicted[strewn.place[row]]);
        }
        for (size_t row = 0; row < strewn.labels.size(); ++row)
          if (strewn.labels[row] == kNoLabel) {
            EXPECT_TRUE(std::isnan(b.scores[row]));
            EXPECT_EQ(b.predicted[row], kNoLabel);
          }
      }
      EXPECT_EQ(strewn.moved(find_label_issues_batched(bare.rows(), sample.labels, 60)),
                find_label_issues_batched(full.rows(), strewn.labels, 60));
    }
  }
}

TEST(Blocks, MultiLabelToo) {
  const random::Sample sample = random::sample(90, 300, 12, 0.2, 16);
  const Strewn strewn(sample, 91);
  LabelSets bare{12, {}, {}}, full{12, {}, {}};
  std::mt19937 random(92);
  for (size_t row = 0; row < 300; ++row) {
    for (size_t k = 0; k < 12; ++k)
      bare.given.push_back(sample.numbers[row * 12 + k] > 0.15 || random() % 9 == 0 ? 1 : 0);
    if (strewn.before[row]) full.given.insert(full.given.end(), 12, 1);
    full.given.insert(full.given.end(), bare.given.end() - 12, bare.given.end());
  }
  for (const int32_t label : strewn.labels) full.is_example.push_back(label == kNoLabel ? 0 : 1);
  for (int type = 0; type < 3; ++type) {
    const golden::Matrix matrix = matrix_of(sample, type);
    const golden::Matrix cut = matrix.with_rubbish(strewn.before, 11);
    for (IssueOptions options : all_options()) {
      if (options.compat == Compat::kCleanlab1) continue;
      const auto a = find_multi_label_issues(matrix.rows(), bare, options);
      const auto b = find_multi_label_issues(cut.rows(), full, options);
      EXPECT_FALSE(a.issues.empty());
      EXPECT_EQ(strewn.moved(a.issues), b.issues);
      EXPECT_EQ(strewn.moved(a.ranked), b.ranked);
    }
  }
}

TEST(Blocks, LittleMemoryTakesMorePassesForTheSameAnswer) {
  for (const int levels : {0, 16}) {
    const random::Sample sample = random::sample(95, 800, 20, 0.3, levels);
    const std::vector<float> numbers = sample.as<float>();
    const ArrayRows<float> matrix(numbers.data(), 800, 20);
    for (const Ties ties : {Ties::kRowOrder, Ties::kNumpy}) {
      AnalysisRequest request;
      request.ties = ties;
      const Analysis<float> found = analyse<float>(matrix, sample.labels, request);
      const PruneCounts prunes = count_prunes(found.classes.calibrated, found.examples.counts, {});
      size_t passes = 0;
      const std::function<void()> count = [&] { ++passes; };
      NoiseRateRequest by_rate;
      by_rate.ties = ties;
      by_rate.poll = &count;
      const auto once = flag_by_noise_rate(matrix, found.examples, prunes, by_rate);
      EXPECT_LE(passes, 2U);
      by_rate.memory = 1;
      passes = 0;
      EXPECT_EQ(flag_by_noise_rate(matrix, found.examples, prunes, by_rate), once);
      EXPECT_GE(passes, 20U);
    }
  }
}

}  // namespace
}  // namespace cupel::learn
