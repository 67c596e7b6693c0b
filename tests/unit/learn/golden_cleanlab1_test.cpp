#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "cupel/error.hpp"
#include "engine/learn/analysis.hpp"
#include "engine/learn/class_noise.hpp"
#include "tests/unit/learn/golden.hpp"

namespace cupel::learn {
namespace {

using nlohmann::json;

class GoldenCleanlab1 : public testing::TestWithParam<std::string> {
 protected:
  void check(const json& wanted, const IssueOptions& options, bool ranked) const {
    if (wanted.is_object() && wanted.contains("error")) {
      EXPECT_THROW(find_label_issues(matrix_.rows(), labels_, options), Error);
      return;
    }
    const LabelIssues got = find_label_issues(matrix_.rows(), labels_, options);
    EXPECT_EQ(ranked ? got.ranked : got.issues, case_.rows(wanted));
  }

  golden::Case case_ = golden::read_case(GetParam());
  golden::Matrix matrix_ = case_.matrix();
  std::vector<int32_t> labels_ = case_.labels();
  const json& old_ = case_.expected.at("get_noise_indices_1_0");
};

TEST_P(GoldenCleanlab1, Issues) {
  for (const auto& [key, wanted] : old_.at("issues").items()) {
    SCOPED_TRACE(key);
    check(wanted, golden::cleanlab1_options(key), false);
  }
}

TEST_P(GoldenCleanlab1, Rankings) {
  for (const auto& [key, wanted] : old_.at("ranked").items()) {
    SCOPED_TRACE(key);
    check(wanted, golden::cleanlab1_options(key), true);
  }
}

TEST_P(GoldenCleanlab1, Numbers) {
  const json& counts = old_.at("counts");
  AnalysisRequest request;
  request.compat = Compat::kCleanlab1;
  const auto estimate = [&] {
    return std::visit([&](const auto* rows) { return analyse(*rows, labels_, request).classes; },
                      matrix_.rows());
  };
  if (counts.contains("error")) {
    EXPECT_THROW(estimate(), Error);
    return;
  }
  const ClassEstimates got = estimate();
  double off_diagonal = 0;
  for (size_t given = 0; given < got.examples.size(); ++given)
    for (size_t guess = 0; guess < got.examples.size(); ++guess)
      if (given != guess) off_diagonal += got.confident_joint.at(given, guess);
  EXPECT_EQ(off_diagonal, counts.at("off_diagonal_uncalibrated").get<double>());
  EXPECT_EQ(estimate_issue_count_1_0(got.confident_joint, got.examples),
            counts.at("num_label_errors_uncalibrated").get<uint64_t>());
}

/// The rule behind the published lists: so many of the lowest margins.
TEST_P(GoldenCleanlab1, LowestMargins) {
  const json& counts = old_.at("counts");
  if (counts.contains("error")) return;
  IssueOptions options;
  options.compat = Compat::kCleanlab1;
  options.filter = Filter::kLowNormalizedMargin;
  const std::vector<double> margins =
      label_quality(matrix_.rows(), labels_, Score::kNormalizedMargin, false);
  std::vector<uint64_t> rows(margins.size());
  std::iota(rows.begin(), rows.end(), 0);
  std::ranges::stable_sort(rows, {}, [&](uint64_t row) { return margins[row]; });
  rows.resize(counts.at("num_label_errors_uncalibrated").get<size_t>());
  std::ranges::sort(rows);
  EXPECT_EQ(find_label_issues(matrix_.rows(), labels_, options).issues, rows);
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenCleanlab1,
                         testing::ValuesIn(golden::case_folders("multiclass")),
                         [](const auto& info) { return golden::test_name(info.param); });

}  // namespace
}  // namespace cupel::learn
