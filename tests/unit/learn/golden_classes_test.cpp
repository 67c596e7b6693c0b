#include <gtest/gtest.h>

#include <algorithm>

#include "cupel/error.hpp"
#include "engine/learn/analysis.hpp"
#include "engine/learn/class_noise.hpp"
#include "engine/learn/prune_counts.hpp"
#include "tests/unit/learn/golden.hpp"

namespace cupel::learn {
namespace {

using nlohmann::json;

class GoldenClasses : public testing::TestWithParam<std::string> {
 protected:
  golden::Case case_ = golden::read_case(GetParam());
  golden::Matrix matrix_ = case_.matrix();
  std::vector<int32_t> labels_ = case_.labels();
  const json& expected_ = case_.expected;
};

TEST_P(GoldenClasses, ThresholdsAndTheirType) {
  const bool in_double = std::visit(
      [&](const auto* rows) {
        const auto analysis = analyse(*rows, labels_, AnalysisRequest{});
        EXPECT_EQ(analysis.thresholds.values,
                  expected_.at("confident_thresholds").get<std::vector<double>>());
        return analysis.thresholds.in_double || std::is_same_v<decltype(rows), const Rows<double>*>;
      },
      matrix_.rows());
  EXPECT_EQ(in_double, expected_.at("confident_thresholds_dtype") == "float64");
}

TEST_P(GoldenClasses, JointsBothWays) {
  const ClassEstimates got = estimate_classes(matrix_.rows(), labels_, Ties::kNumpy);
  EXPECT_EQ(got.confident_joint.values,
            golden::to_matrix(expected_.at("confident_joint_uncalibrated")).values);
  const ClassMatrix calibrated = golden::to_matrix(expected_.at("confident_joint_calibrated"));
  EXPECT_EQ(got.calibrated.values, calibrated.values);
  const ClassEstimates stable = estimate_classes(matrix_.rows(), labels_, Ties::kRowOrder);
  const char* key = expected_.at("calibration_tie_sensitive") ? "confident_joint_calibrated_stable"
                                                              : "confident_joint_calibrated";
  EXPECT_EQ(stable.calibrated.values, golden::to_matrix(expected_.at(key)).values);
  EXPECT_TRUE(golden::near(estimate_joint(calibrated, got.examples, Ties::kNumpy).values,
                           golden::to_matrix(expected_.at("joint")).values, 1e-15));
}

TEST_P(GoldenClasses, OffDiagonalBeforeTheLastStep) {
  std::visit(
      [&](const auto* rows) {
        const auto analysis = analyse(*rows, labels_, AnalysisRequest{});
        EXPECT_EQ(flagged_rows(analysis.scan.off_diagonal),
                  case_.rows(expected_.at("off_diagonal_indices_before_argmax_filter")));
      },
      matrix_.rows());
}

TEST_P(GoldenClasses, NumbersOfIssues) {
  const ClassEstimates got = estimate_classes(matrix_.rows(), labels_, Ties::kNumpy);
  const json& numbers = expected_.at("num_label_issues");
  EXPECT_EQ(got.off_diagonal, numbers.at("off_diagonal").get<uint64_t>());
  EXPECT_EQ(estimate_issue_count(got.calibrated, got.examples, Ties::kNumpy),
            numbers.at("off_diagonal_calibrated").get<uint64_t>());
}

TEST_P(GoldenClasses, PruneCounts) {
  const ClassEstimates got = estimate_classes(matrix_.rows(), labels_, Ties::kNumpy);
  const PruneCounts counts = count_prunes(got.calibrated, got.examples, PruneRequest{});
  const size_t n = got.examples.size();
  std::vector<double> dense(n * n);
  for (size_t given = 0; given < n; ++given) {
    dense[given * n + given] = counts.kept[given];
    for (const PruneCount& pair : counts.of(given))
      dense[pair.guess * n + given] = static_cast<double>(pair.count);
  }
  EXPECT_EQ(dense, golden::to_matrix(expected_.at("prune_count_matrix")).values);
}

PriorMethod method_of(const std::string& key) {
  if (key == "eqn") return PriorMethod::kEquation;
  if (key == "marginal") return PriorMethod::kMarginal;
  return key == "marginal_ps" ? PriorMethod::kMarginalOfGiven : PriorMethod::kCount;
}

TEST_P(GoldenClasses, Noise) {
  const ClassEstimates classes = estimate_classes(matrix_.rows(), labels_, Ties::kNumpy);
  for (const auto& [key, wanted] : expected_.at("latent").items()) {
    SCOPED_TRACE(key);
    const bool converge = key.ends_with("_converged");
    if (wanted.contains("error")) {
      EXPECT_THROW(estimate_class_noise(classes.calibrated, classes.examples, method_of(key)),
                   Error);
      continue;
    }
    const ClassNoise got =
        estimate_class_noise(classes.calibrated, classes.examples, method_of(key), converge);
    EXPECT_TRUE(golden::near(got.prior, wanted.at("py"), 1e-9));
    EXPECT_TRUE(
        golden::near(got.noise.values, golden::to_matrix(wanted.at("noise_matrix")).values, 1e-9));
    EXPECT_TRUE(golden::near(got.inverse.values,
                             golden::to_matrix(wanted.at("inverse_noise_matrix")).values, 1e-9));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenClasses,
                         testing::ValuesIn(golden::case_folders("multiclass")),
                         [](const auto& info) { return golden::test_name(info.param); });

}  // namespace
}  // namespace cupel::learn
