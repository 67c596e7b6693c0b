#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "engine/learn/object_issues.hpp"
#include "tests/unit/learn/golden.hpp"
#include "tests/unit/learn/object_scenes.hpp"

namespace cupel::learn {
namespace {

using nlohmann::json;

/// Relative, also for the tiny scores.
void expect_close(double got, double wanted) {
  EXPECT_NEAR(got, wanted, 1e-12 * std::fabs(wanted)) << "wanted " << wanted;
}

/// null stands for a score that is not defined.
void expect_scores(std::span<const double> got, const json& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(std::isnan(got[i]), wanted[i].is_null());
    if (!wanted[i].is_null()) expect_close(got[i], wanted[i]);
  }
}

std::vector<uint64_t> issues_of(const ObjectIssues& found) {
  std::vector<uint64_t> out;
  for (size_t i = 0; i < found.images.size(); ++i)
    if (found.images[i].issue) out.push_back(i);
  return out;
}

class GoldenObjects : public testing::TestWithParam<std::string> {
 protected:
  ObjectIssues find(const ObjectOptions& options) const {
    return issues_in(images(), expected_.at("meta").at("k"), options);
  }
  std::vector<Scene> images() const;

  golden::Case case_ = golden::read_case(GetParam());
  const json& expected_ = case_.expected;
};

std::vector<Scene> GoldenObjects::images() const {
  const json& labels = expected_.at("input").at("labels");
  const json& predictions = expected_.at("input").at("predictions");
  std::vector<Scene> out(labels.size());
  for (size_t i = 0; i < out.size(); ++i) {
    for (size_t l = 0; l < labels[i].at("labels").size(); ++l) {
      const json& box = labels[i].at("bboxes")[l];
      out[i].labels.push_back({{box[0], box[1], box[2], box[3]}, labels[i].at("labels")[l]});
    }
    for (size_t k = 0; k < predictions[i].size(); ++k)
      for (const json& box : predictions[i][k])
        out[i].predictions.push_back(
            {{box[0], box[1], box[2], box[3]}, static_cast<int32_t>(k), box[4]});
  }
  return out;
}

TEST_P(GoldenObjects, EveryKeyIsChecked) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : expected_.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{
                      "box_scores", "image_scores", "input", "issues", "issues_no_overlap_check",
                      "meta", "min_possible_similarity", "ranked", "scaled_class_ap"}));
  const auto count = expected_.at("meta").at("n_images").get<size_t>();
  EXPECT_EQ(images().size(), count);
  // What was spoiled on purpose; the reference does not find all of it, nor only that.
  EXPECT_EQ(expected_.at("input").at("injected").size(), count);
}

TEST_P(GoldenObjects, BoxScores) {
  const ObjectIssues found = find({});
  const json& wanted = expected_.at("box_scores");
  ASSERT_EQ(found.images.size(), wanted.at("overlooked").size());
  for (size_t i = 0; i < found.images.size(); ++i) {
    SCOPED_TRACE("image " + std::to_string(i));
    expect_scores(found.images[i].overlooked, wanted.at("overlooked")[i]);
    expect_scores(found.images[i].badloc, wanted.at("badloc")[i]);
    expect_scores(found.images[i].swap, wanted.at("swap")[i]);
  }
  expect_close(found.least_similarity, expected_.at("min_possible_similarity"));
}

TEST_P(GoldenObjects, ImageScores) {
  const ObjectIssues found = find({});
  const json& wanted = expected_.at("image_scores");
  ASSERT_EQ(found.images.size(), wanted.at("overall").size());
  for (size_t i = 0; i < found.images.size(); ++i) {
    SCOPED_TRACE("image " + std::to_string(i));
    expect_close(found.images[i].overlooked_score, wanted.at("overlooked")[i]);
    expect_close(found.images[i].badloc_score, wanted.at("badloc")[i]);
    expect_close(found.images[i].swap_score, wanted.at("swap")[i]);
    expect_close(found.images[i].score, wanted.at("overall")[i]);
  }
}

/// The reference scales precision by a quarter and computes recall in single precision.
TEST_P(GoldenObjects, ClassPrecision) {
  ObjectOptions options;
  options.ties = Ties::kNumpy;
  const ObjectIssues found = find(options);
  const json& wanted = expected_.at("scaled_class_ap");
  ASSERT_EQ(found.class_precision.size(), wanted.size());
  for (size_t k = 0; k < wanted.size(); ++k)
    EXPECT_NEAR(found.class_precision[k] / 4, wanted.at(std::to_string(k)).get<double>(), 1e-7)
        << "class " << k;
}

TEST_P(GoldenObjects, Issues) {
  for (const Ties ties : {Ties::kNumpy, Ties::kRowOrder}) {
    ObjectOptions options;
    options.ties = ties;
    const ObjectIssues found = find(options);
    EXPECT_EQ(issues_of(found), case_.rows(expected_.at("issues")));
    EXPECT_EQ(found.ranked, case_.rows(expected_.at("ranked")));
    options.check_overlapping_labels = false;
    EXPECT_EQ(issues_of(find(options)), case_.rows(expected_.at("issues_no_overlap_check")));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenObjects,
                         testing::ValuesIn(golden::case_folders("object_detection")),
                         [](const auto& info) { return golden::test_name(info.param); });

}  // namespace
}  // namespace cupel::learn
