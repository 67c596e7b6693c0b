#include <gtest/gtest.h>

#include <algorithm>

#include "cupel/error.hpp"
#include "engine/learn/class_noise.hpp"
#include "engine/learn/multi_label.hpp"
#include "tests/unit/learn/golden.hpp"

namespace cupel::learn {
namespace {

using nlohmann::json;

class GoldenMultiLabel : public testing::TestWithParam<std::string> {
 protected:
  MultiLabelIssues find(const IssueOptions& options) const {
    return find_multi_label_issues(matrix_.rows(), labels_, options);
  }
  /// What the reference's answers differ by: scores are stored in the matrix's type.
  double tolerance() const {
    return case_.expected.at("meta").at("dtype") == "float32" ? 1e-6 : 1e-12;
  }

  golden::Case case_ = golden::read_case(GetParam());
  golden::Matrix matrix_ = case_.matrix();
  LabelSets labels_{matrix_.columns(), case_.label_sets(), {}};
  const json& expected_ = case_.expected;
};

TEST_P(GoldenMultiLabel, Classes) {
  IssueOptions options;
  options.ties = Ties::kNumpy;
  const MultiLabelIssues got = find(options);
  for (size_t k = 0; k < labels_.classes; ++k) {
    SCOPED_TRACE(k);
    const ClassEstimates& classes = got.classes[k];
    EXPECT_EQ(classes.thresholds,
              expected_.at("confident_thresholds")[k].get<std::vector<double>>());
    EXPECT_EQ(classes.confident_joint.values,
              golden::to_matrix(expected_.at("confident_joint_uncalibrated")[k]).values);
    EXPECT_EQ(classes.calibrated.values,
              golden::to_matrix(expected_.at("confident_joint_calibrated")[k]).values);
    EXPECT_TRUE(golden::near(estimate_joint(classes.calibrated, classes.examples).values,
                             golden::to_matrix(expected_.at("joint")[k]).values, 1e-15));
  }
  EXPECT_EQ(got.off_diagonal, expected_.at("num_label_issues").get<uint64_t>());
}

TEST_P(GoldenMultiLabel, Issues) {
  for (const std::string& filter : golden::kFilters) {
    SCOPED_TRACE(filter);
    IssueOptions options;
    options.filter = golden::filter_of(filter);
    const json& wanted = expected_.at("issues").at(filter);
    if (!wanted.is_array()) {
      EXPECT_THROW(find(options), Error);
      continue;
    }
    for (const Ties ties : {Ties::kNumpy, Ties::kRowOrder}) {
      options.ties = ties;
      const bool other = ties == Ties::kRowOrder && expected_.at("issues_stable").contains(filter);
      EXPECT_EQ(find(options).issues,
                case_.rows(other ? expected_.at("issues_stable").at(filter) : wanted));
    }
    const json& by_class = expected_.at("issues_per_class").at(filter);
    if (!by_class.is_array()) continue;
    options.ties = Ties::kNumpy;
    const MultiLabelIssues got = find(options);
    for (size_t k = 0; k < labels_.classes; ++k) {
      std::vector<uint64_t> rows;
      for (size_t row = 0; row < matrix_.row_count(); ++row)
        if (got.suspected[row * labels_.classes + k] != 0) rows.push_back(row);
      EXPECT_EQ(rows, case_.rows(by_class[k])) << "class " << k;
    }
  }
}

TEST_P(GoldenMultiLabel, Rankings) {
  for (const auto& [key, value] : expected_.at("ranked").items()) {
    SCOPED_TRACE(key);
    const size_t slash = key.find('/');
    IssueOptions options;
    options.filter = golden::filter_of(key.substr(0, slash));
    options.score = golden::score_of(key.substr(slash + 1));
    options.ties = Ties::kNumpy;
    const MultiLabelIssues got = find(options);
    EXPECT_TRUE(
        std::ranges::is_sorted(got.ranked, {}, [&](uint64_t row) { return got.scores[row]; }));
    std::vector<uint64_t> wanted = case_.rows(value), set = got.ranked;
    if (key.starts_with("low_")) {
      // The reference scrambles the order of these; the set is right.
      std::ranges::sort(wanted);
      std::ranges::sort(set);
      EXPECT_EQ(set, wanted);
      continue;
    }
    ASSERT_EQ(set.size(), wanted.size());
    for (size_t i = 0; i < set.size(); ++i)
      ASSERT_NEAR(got.scores[set[i]], got.scores[wanted[i]], tolerance()) << "place " << i;
  }
}

TEST_P(GoldenMultiLabel, Scores) {
  for (const auto& [key, value] : expected_.at("scores").items()) {
    SCOPED_TRACE(key);
    const bool adjusted = key.ends_with("_adjusted");
    const bool softmin = key.ends_with("/softmin");
    const std::string name = key.substr(0, key.size() - (adjusted ? 9 : softmin ? 8 : 0));
    const std::vector<double> got =
        multi_label_quality(matrix_.rows(), labels_, golden::score_of(name), adjusted,
                            softmin ? Aggregation::kSoftmin : Aggregation::kMovingAverage);
    EXPECT_TRUE(golden::near(got, case_.numbers(value), tolerance()));
  }
  for (const auto& [key, value] : expected_.at("scores_per_class").items()) {
    SCOPED_TRACE(key);
    const std::vector<double> got =
        multi_label_quality_by_class(matrix_.rows(), labels_, golden::score_of(key), false);
    const std::vector<double> exact = golden::to_matrix(value).values;
    ASSERT_EQ(got.size(), exact.size());
    const bool entropy = key == "confidence_weighted_entropy";
    for (size_t i = 0; i < got.size(); ++i)
      ASSERT_NEAR(got[i], exact[i], entropy ? case_.entropy_tolerance(got[i]) : tolerance()) << i;
  }
}

class GoldenMultiLabelCleanlab1 : public GoldenMultiLabel {
 protected:
  void check(const std::string& key, const json& wanted, bool ranked) const {
    SCOPED_TRACE(key);
    const IssueOptions options = golden::cleanlab1_options(key);
    if (wanted.is_object() && wanted.contains("error")) {
      EXPECT_THROW(find(options), Error);
      return;
    }
    const MultiLabelIssues got = find(options);
    EXPECT_EQ(ranked ? got.ranked : got.issues, case_.rows(wanted));
  }
  const json& old_ = case_.expected.at("get_noise_indices_1_0");
};

TEST_P(GoldenMultiLabelCleanlab1, Issues) {
  for (const auto& [key, wanted] : old_.at("issues").items()) check(key, wanted, false);
}

TEST_P(GoldenMultiLabelCleanlab1, Rankings) {
  for (const auto& [key, wanted] : old_.at("ranked").items()) check(key, wanted, true);
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenMultiLabelCleanlab1,
                         testing::ValuesIn(golden::case_folders("multilabel")),
                         [](const auto& info) { return golden::test_name(info.param); });

INSTANTIATE_TEST_SUITE_P(Cases, GoldenMultiLabel,
                         testing::ValuesIn(golden::case_folders("multilabel")),
                         [](const auto& info) { return golden::test_name(info.param); });

}  // namespace
}  // namespace cupel::learn
