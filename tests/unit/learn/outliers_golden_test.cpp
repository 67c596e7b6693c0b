#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/learn/exact_neighbours.hpp"
#include "engine/learn/outliers.hpp"
#include "tests/unit/learn/golden.hpp"

namespace cupel::learn {
namespace {

using nlohmann::json;

const std::map<std::string, OutOfDistribution> kMethods = {
    {"entropy", OutOfDistribution::kEntropy},
    {"least_confidence", OutOfDistribution::kLeastConfidence},
    {"gen", OutOfDistribution::kGen}};

class GoldenOutliers : public testing::TestWithParam<std::string> {
 protected:
  golden::Case case_ = golden::read_case(GetParam());
  const json& expected_ = case_.expected;
};

TEST_P(GoldenOutliers, EveryKeyIsChecked) {
  size_t probabilities = 0;
  for (const auto& [key, value] : expected_.items()) {
    if (key.starts_with("pred_probs_scores/"))
      ++probabilities;
    else
      EXPECT_TRUE(key == "meta" || key == "features_scores" || key == "features_metric" ||
                  key == "features_k" || key == "features_scaling_factor")
          << key;
  }
  EXPECT_EQ(probabilities, 2 * kMethods.size());
}

TEST_P(GoldenOutliers, Features) {
  const golden::Npy features = golden::read_npy(case_.folder + "/features.npy");
  ASSERT_EQ(features.shape.size(), 2U);
  EXPECT_EQ(features.shape[0], expected_.at("meta").at("n").get<size_t>());
  EXPECT_EQ(features.shape[1], expected_.at("meta").at("d").get<size_t>());
  const size_t k = usual_neighbour_count(features.shape[0]);
  EXPECT_EQ(k, expected_.at("features_k").get<size_t>());
  const Metric metric = usual_metric(features.shape[1]);
  EXPECT_EQ(metric == Metric::kCosine ? "cosine" : "euclidean",
            expected_.at("features_metric").get<std::string>());

  const std::vector<double> values = features.numbers();
  const Neighbours neighbours =
      exact_neighbours(std::span<const double>(values), features.shape[1], k, metric);
  const OutlierScores got = outlier_scores(neighbours, metric);
  EXPECT_TRUE(golden::near({got.scale}, {expected_.at("features_scaling_factor")}, 1e-12));
  EXPECT_TRUE(golden::near(got.scores, case_.numbers(expected_.at("features_scores")), 1e-12));
}

TEST_P(GoldenOutliers, Probabilities) {
  const golden::Matrix matrix = case_.matrix();
  EXPECT_EQ(matrix.columns(), expected_.at("meta").at("k").get<size_t>());
  const std::vector<double> thresholds = estimate_classes(matrix.rows(), case_.labels()).thresholds;
  for (const auto& [name, method] : kMethods) {
    SCOPED_TRACE(name);
    const std::string key = "pred_probs_scores/" + name;
    EXPECT_TRUE(golden::near(out_of_distribution(matrix.rows(), method, {}),
                             case_.numbers(expected_.at(key + "/raw")), 1e-12));
    EXPECT_TRUE(golden::near(out_of_distribution(matrix.rows(), method, thresholds),
                             case_.numbers(expected_.at(key + "/adjusted")), 1e-12));
    EXPECT_EQ(out_of_distribution(matrix.in_blocks(7).rows(), method, thresholds),
              out_of_distribution(matrix.rows(), method, thresholds));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenOutliers, testing::ValuesIn(golden::case_folders("outlier")),
                         [](const auto& info) { return golden::test_name(info.param); });

}  // namespace
}  // namespace cupel::learn
