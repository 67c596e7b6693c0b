#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "cupel/error.hpp"
#include "tests/unit/learn/golden.hpp"

namespace cupel::learn {
namespace {

using nlohmann::json;

class GoldenIssues : public testing::TestWithParam<std::string> {
 protected:
  LabelIssues find(const IssueOptions& options) const {
    return find_label_issues(matrix_.rows(), labels_, options);
  }
  /// The golden answer for a way of ordering equal numbers.
  std::vector<uint64_t> wanted(const char* key, const char* stable, const std::string& of,
                               Ties ties) const {
    const bool other = ties == Ties::kRowOrder && expected_.at(stable).contains(of);
    return case_.rows(expected_.at(other ? stable : key).at(of));
  }

  golden::Case case_ = golden::read_case(GetParam());
  golden::Matrix matrix_ = case_.matrix();
  std::vector<int32_t> labels_ = case_.labels();
  const json& expected_ = case_.expected;
};

TEST_P(GoldenIssues, EveryFilter) {
  for (const std::string& filter : golden::kFilters) {
    for (const Ties ties : {Ties::kNumpy, Ties::kRowOrder}) {
      IssueOptions options;
      options.filter = golden::filter_of(filter);
      options.ties = ties;
      EXPECT_EQ(find(options).issues, wanted("issues", "issues_stable", filter, ties)) << filter;
    }
  }
}

TEST_P(GoldenIssues, Predictions) {
  const LabelIssues got = find({});
  std::vector<uint64_t> differ;
  for (size_t row = 0; row < labels_.size(); ++row)
    if (got.predicted[row] != labels_[row]) differ.push_back(row);
  std::vector<uint64_t> flagged = case_.rows(expected_.at("issues").at("predicted_neq_given"));
  EXPECT_TRUE(std::ranges::includes(differ, flagged));
}

/// The examples shown on labelerrors.com are those with the lowest margins.
void check_published(const std::vector<uint64_t>& published, const std::vector<double>& margins) {
  std::vector<uint64_t> rows(margins.size());
  std::iota(rows.begin(), rows.end(), 0);
  std::ranges::stable_sort(rows, {}, [&](uint64_t row) { return margins[row]; });
  rows.resize(published.size());
  std::ranges::sort(rows);
  EXPECT_EQ(rows, published);
}

TEST_P(GoldenIssues, Scores) {
  for (const auto& [key, value] : expected_.at("scores").items()) {
    SCOPED_TRACE(key);
    const bool adjusted = key.ends_with("_adjusted");
    const std::string name = adjusted ? key.substr(0, key.size() - 9) : key;
    const std::vector<double> got =
        label_quality(matrix_.rows(), labels_, golden::score_of(name), adjusted);
    const std::vector<double> exact = case_.numbers(value);
    if (name != "confidence_weighted_entropy") {
      EXPECT_EQ(got, exact);
      continue;
    }
    ASSERT_EQ(got.size(), exact.size());
    for (size_t i = 0; i < got.size(); ++i)
      ASSERT_NEAR(got[i], exact[i], case_.entropy_tolerance(got[i])) << i;
  }
  if (!expected_.contains("published_labelerrors_com")) return;
  check_published(case_.rows(expected_.at("published_labelerrors_com")),
                  label_quality(matrix_.rows(), labels_, Score::kNormalizedMargin, false));
}

/// Entropy scores agree but for rounding, so equal or nearly equal ones may stand in any order.
void check_near_ranking(const std::vector<uint64_t>& got, const std::vector<uint64_t>& wanted,
                        const std::vector<double>& scores, double gap) {
  std::vector<uint64_t> a = got, b = wanted;
  std::ranges::sort(a);
  std::ranges::sort(b);
  ASSERT_EQ(a, b);
  for (size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(scores[got[i]], scores[wanted[i]], gap) << "place " << i;
}

TEST_P(GoldenIssues, Rankings) {
  for (const auto& [key, value] : expected_.at("ranked").items()) {
    const size_t slash = key.find('/');
    std::string score = key.substr(slash + 1);
    IssueOptions options;
    options.filter = golden::filter_of(key.substr(0, slash));
    options.adjusted = score.ends_with("_adjusted");
    if (options.adjusted) score.resize(score.size() - 9);
    options.score = golden::score_of(score);
    for (const Ties ties : {Ties::kNumpy, Ties::kRowOrder}) {
      SCOPED_TRACE(key + (ties == Ties::kNumpy ? " numpy" : " by row"));
      options.ties = ties;
      const LabelIssues got = find(options);
      const std::vector<uint64_t> exact = wanted("ranked", "ranked_stable", key, ties);
      if (options.score != Score::kConfidenceWeightedEntropy) {
        EXPECT_EQ(got.ranked, exact);
        continue;
      }
      double gap = 0;
      for (const uint64_t row : exact)
        gap = std::max(gap, 2 * case_.entropy_tolerance(got.scores[row]));
      check_near_ranking(got.ranked, exact, got.scores, gap);
      const json& least = expected_.at("ranked_min_gap").at(key);
      if (least.is_number() && least.get<double>() > 2 * gap) {
        EXPECT_EQ(got.ranked, exact);
      }
    }
  }
}

TEST_P(GoldenIssues, Variants) {
  for (const json& variant : expected_.value("variants", json::array())) {
    const json& params = variant.at("params");
    SCOPED_TRACE(params.dump());
    IssueOptions options;
    options.filter = golden::filter_of(params.at("filter_by"));
    options.frac_noise = params.value("frac_noise", 1.0);
    options.min_examples_per_class = params.value("min_examples_per_class", 1U);
    options.remove_per_class = params.value("num_to_remove_per_class", std::vector<int64_t>());
    for (const Ties ties : {Ties::kNumpy, Ties::kRowOrder}) {
      options.ties = ties;
      const bool other = ties == Ties::kRowOrder && variant.contains("issues_stable");
      EXPECT_EQ(find(options).issues, case_.rows(variant.at(other ? "issues_stable" : "issues")));
    }
  }
}

TEST_P(GoldenIssues, Batched) {
  const json& batched = expected_.at("batched");
  EXPECT_EQ(
      find_label_issues_batched(matrix_.rows(), labels_, batched.at("batch_size"), Ties::kNumpy),
      case_.rows(batched.at("issues")));
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenIssues, testing::ValuesIn(golden::case_folders("multiclass")),
                         [](const auto& info) { return golden::test_name(info.param); });

TEST(GoldenOneClass, ZerosPassThePruningFiltersOnly) {
  const golden::Case one = golden::read_case(golden::case_folders("one_class").front());
  const golden::Matrix matrix = one.matrix();
  for (const char* key : {"issues", "issues_all_labels_1"}) {
    std::vector<int32_t> labels = one.labels();
    if (key != std::string("issues")) std::ranges::fill(labels, 1);
    for (const std::string& filter : golden::kFilters) {
      SCOPED_TRACE(std::string(key) + " " + filter);
      IssueOptions options;
      options.filter = golden::filter_of(filter);
      const json& wanted = one.expected.at(key).at(filter);
      if (wanted.is_array())
        EXPECT_EQ(find_label_issues(matrix.rows(), labels, options).issues, one.rows(wanted));
      else
        EXPECT_THROW(find_label_issues(matrix.rows(), labels, options), Error);
    }
  }
}

}  // namespace
}  // namespace cupel::learn
