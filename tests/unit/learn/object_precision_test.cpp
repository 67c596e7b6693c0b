#include "engine/learn/object_precision.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "engine/learn/index_sort.hpp"
#include "engine/learn/object_similarity.hpp"
#include "tests/unit/learn/object_scenes.hpp"

namespace cupel::learn {
namespace {

std::vector<uint32_t> by_confidence(const std::vector<double>& confidences, Ties ties) {
  std::vector<double> keys;
  for (const double c : confidences) keys.push_back(-c);
  return index_sort(std::span<const double>(keys), ties);
}

/// Area under the envelope, as the definition has it: recall from 0 to 1.
double area(const std::vector<bool>& right, size_t boxes) {
  std::vector<double> recall = {0}, precision = {0};
  double count = 0;
  for (size_t i = 0; i < right.size(); ++i) {
    count += right[i] ? 1 : 0;
    recall.push_back(count / static_cast<double>(boxes));
    precision.push_back(count / static_cast<double>(i + 1));
  }
  recall.push_back(1);
  precision.push_back(0);
  for (size_t i = precision.size() - 1; i > 0; --i)
    precision[i - 1] = std::max(precision[i - 1], precision[i]);
  double sum = 0;
  for (size_t i = 1; i < recall.size(); ++i) sum += (recall[i] - recall[i - 1]) * precision[i];
  return sum;
}

/// Which predictions of a class are right in one image, by the definition.
void match(const std::vector<ObjectBox>& labels, const std::vector<PredictedBox>& predictions,
           double level, Ties ties, std::vector<bool>& right) {
  const size_t first = right.size();
  right.resize(first + predictions.size());
  std::vector<double> confidences;
  for (const PredictedBox& p : predictions) confidences.push_back(p.confidence);
  std::vector<bool> used(labels.size());
  for (const uint32_t m : by_confidence(confidences, ties)) {
    std::vector<double> overlaps;
    for (const ObjectBox& label : labels) overlaps.push_back(overlap_of(label, predictions[m].box));
    if (overlaps.empty()) continue;
    const auto best = std::ranges::max_element(overlaps);
    const size_t at = static_cast<size_t>(best - overlaps.begin());
    if (*best < level || used[at]) continue;
    used[at] = true;
    right[first + m] = true;
  }
}

double naive_precision(const std::vector<Scene>& images, int32_t label, double level, Ties ties) {
  std::vector<bool> right;
  std::vector<double> confidences;
  size_t boxes = 0;
  for (const Scene& image : images) {
    std::vector<ObjectBox> labels;
    std::vector<PredictedBox> predictions;
    for (const LabelledBox& l : image.labels)
      if (l.label == label) labels.push_back(l.box);
    for (const PredictedBox& p : image.predictions)
      if (p.label == label) predictions.push_back(p);
    boxes += labels.size();
    match(labels, predictions, level, ties, right);
    for (const PredictedBox& p : predictions) confidences.push_back(p.confidence);
  }
  if (boxes == 0) return 0;
  std::vector<bool> sorted;
  for (const uint32_t m : by_confidence(confidences, ties)) sorted.push_back(right[m]);
  return area(sorted, boxes);
}

/// On scenes with many equal confidences, with more predictions of a class in an image than
/// numpy's sort keeps in order.
TEST(PrecisionCounter, AgreesWithTheDefinition) {
  const std::vector<Scene> images = crowded_scenes(3, 40, 3);
  for (const Ties ties : {Ties::kRowOrder, Ties::kNumpy}) {
    ObjectOptions options;
    options.ties = ties;
    const std::vector<double> got = issues_in(images, 3, options).class_precision;
    for (int32_t label = 0; label < 3; ++label) {
      double sum = 0;
      for (const double level : PrecisionCounter::kLevels)
        sum += naive_precision(images, label, level, ties);
      EXPECT_GT(sum, 0.1);
      EXPECT_NEAR(got[static_cast<size_t>(label)], sum / 10, 1e-12);
    }
  }
}

TEST(PrecisionCounter, TiesMatterInTheseScenes) {
  const std::vector<Scene> images = crowded_scenes(3, 40, 3);
  ObjectOptions numpy;
  numpy.ties = Ties::kNumpy;
  EXPECT_NE(issues_in(images, 3).class_precision, issues_in(images, 3, numpy).class_precision);
}

TEST(PrecisionCounter, ASecondPredictionOfABoxIsWrong) {
  Scene image;
  image.labels = {{{0, 0, 10, 10}, 0}, {{50, 0, 60, 10}, 0}};
  image.predictions = {
      {{0, 0, 10, 10}, 0, 0.9}, {{0, 0, 10, 10}, 0, 0.8}, {{50, 0, 60, 10}, 0, 0.7}};
  // Recall 1/2 at precision 1, then 1 at 2/3.
  EXPECT_NEAR(issues_in({image}, 1).class_precision[0], 0.5 + 0.5 * 2 / 3, 1e-15);
}

TEST(PrecisionCounter, TheFirstOfEquallyOverlappedBoxesIsTaken) {
  Scene image;
  image.labels = {{{-5, 0, 10, 10}, 0}, {{0, 0, 15, 10}, 0}};
  image.predictions = {{{0, 0, 10, 10}, 0, 0.9}, {{-5, 0, 10, 10}, 0, 0.8}};
  // Both IoU are 2/3: at four levels the first prediction takes the box of the second (1/2), at
  // the other six it is wrong (1/2 · 1/2).
  EXPECT_NEAR(issues_in({image}, 1).class_precision[0], 0.35, 1e-15);
}

TEST(PrecisionCounter, LevelsCountEach) {
  Scene image;
  image.labels = {{{0, 0, 10, 10}, 0}};
  image.predictions = {{{0, 0, 10, 7.5}, 0, 0.9}};
  // IoU 0.75 reaches six of the ten levels.
  EXPECT_NEAR(issues_in({image}, 1).class_precision[0], 0.6, 1e-15);
}

}  // namespace
}  // namespace cupel::learn
