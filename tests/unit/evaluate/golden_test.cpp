#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/evaluate/average_precision.hpp"
#include "source_dir.hpp"
#include "tests/unit/evaluate/scene.hpp"

/// The cases of tests/data/coco-golden: what pycocotools answers.
namespace cupel::evaluate {
namespace {

using scene::Object;

constexpr double kTolerance = 1e-12;

std::vector<double> numbers(const nlohmann::json& list) {
  std::vector<double> out;
  for (const auto& number : list) out.push_back(number.is_null() ? -1 : number.get<double>());
  return out;
}

std::vector<double> numbers(const CocoFigures& f) {
  std::vector<double> out;
  for (const auto& figure : {f.ap, f.ap50, f.ap75, f.ap_small, f.ap_medium, f.ap_large, f.ar1,
                             f.ar10, f.ar100, f.ar_small, f.ar_medium, f.ar_large})
    out.push_back(figure.value_or(-1));
  return out;
}

struct Case {
  scene::Scene scene;
  std::vector<size_t> row_of;  ///< by prediction of the file
};

Case read(const nlohmann::json& from) {
  Case out;
  out.scene.items = from.at("images");
  for (const auto& row : from.at("truth"))
    out.scene.annotations.push_back(
        {row[0], row[1], {row[2], row[3], row[4], row[5]}, row[6], 0, row[7] == 1});
  const auto& predictions = from.at("predictions");
  std::vector<size_t> order(predictions.size());
  for (size_t at = 0; at < order.size(); ++at) order[at] = at;
  const auto item = [&](size_t at) { return predictions[at][0].get<size_t>(); };
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return item(a) < item(b); });
  out.row_of.resize(order.size());
  for (size_t at = 0; at < order.size(); ++at) {
    const auto& row = predictions[order[at]];
    out.row_of[order[at]] = at;
    const Box box{row[3], row[4], row[5], row[6]};
    out.scene.predictions.push_back({row[0], row[1], box, box.width * box.height, row[2]});
  }
  return out;
}

CocoResult figures_of(const scene::Scene& scene, const Outcomes& outcomes) {
  std::vector<int32_t> label;
  std::vector<double> confidence;
  for (const Object& object : scene.predictions) {
    label.push_back(object.label);
    confidence.push_back(object.confidence);
  }
  TruthCounts truth;
  for (const Object& object : scene.annotations) truth.add(object.label, object.area, object.crowd);
  const CocoBits& bits = outcomes.coco;
  return coco_figures({label, confidence, bits.matched, bits.ignored, bits.rank, {}}, truth);
}

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t at = 0; at < got.size(); ++at) EXPECT_NEAR(got[at], expected[at], kTolerance) << at;
}

nlohmann::json golden() {
  std::ifstream in(CUPEL_SOURCE_DIR "/tests/data/coco-golden/cases.json");
  return nlohmann::json::parse(in);
}

TEST(Pycocotools, EveryFigureIsTheSame) {
  const nlohmann::json file = golden();
  ASSERT_EQ(file.at("cases").size(), 200U);
  for (size_t number = 0; number < 200; ++number) {
    SCOPED_TRACE(number);
    const auto& expected = file.at("cases")[number];
    const Case made = read(expected);
    const CocoResult result = figures_of(made.scene, made.scene.match());
    expect_near(numbers(result.all), numbers(expected.at("figures")));
    for (size_t label = 0; label < expected.at("by_label").size(); ++label) {
      const CocoFigures own =
          label < result.by_label.size() ? result.by_label[label] : CocoFigures{};
      expect_near({own.ap.value_or(-1), own.ap50.value_or(-1), own.ar100.value_or(-1)},
                  numbers(expected.at("by_label")[label]));
    }
  }
}

TEST(Pycocotools, EveryMatchIsTheSame) {
  const nlohmann::json file = golden();
  size_t beyond = 0;
  for (size_t number = 0; number < 200; ++number) {
    SCOPED_TRACE(number);
    const auto& bits = file.at("cases")[number].at("bits");
    const Case made = read(file.at("cases")[number]);
    const CocoBits got = made.scene.match().coco;
    for (size_t at = 0; at < bits.size(); ++at) {
      const size_t row = made.row_of[at];
      if (bits[at].is_null()) {
        EXPECT_GE(got.rank[row], 100) << at;
        ++beyond;
        continue;
      }
      EXPECT_LT(got.rank[row], 100) << at;
      EXPECT_EQ(got.matched[row], bits[at][0].get<int64_t>()) << at;
      EXPECT_EQ(got.ignored[row], bits[at][1].get<int64_t>()) << at;
    }
  }
  EXPECT_GT(beyond, 0U);
}

}  // namespace
}  // namespace cupel::evaluate
