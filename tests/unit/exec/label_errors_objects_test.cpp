#include <algorithm>
#include <cmath>
#include <random>

#include "engine/exec/label_errors.hpp"
#include "engine/learn/multi_label.hpp"
#include "engine/learn/object_issues.hpp"
#include "tests/unit/exec/change_fixture.hpp"

// Several labels an item, and boxes: what the columns say is what engine/learn says of plain
// arrays.

namespace cupel::exec::testing {
namespace {

constexpr size_t kItemCount = 80;
const std::vector<std::string> kLabels{"bike", "bus", "car", "van"};

std::string name_of(size_t i) { return "i" + std::to_string(100 + i); }

/// Probabilities in memory, a row an item.
class PlainProbabilities : public Probabilities {
 public:
  explicit PlainProbabilities(std::vector<double> numbers)
      : numbers_(std::move(numbers)), rows_(numbers_.data(), kItemCount, kLabels.size()) {
    classes_ = kLabels;
    for (size_t i = 0; i < kItemCount; ++i) items_.push_back(i);
  }
  learn::AnyRows matrix() const override { return &rows_; }
  std::string_view element() const override { return "float64"; }
  std::vector<double> row(uint64_t row) const override {
    const double* first = numbers_.data() + row * kLabels.size();
    return {first, first + kLabels.size()};
  }

 private:
  std::vector<double> numbers_;
  learn::ArrayRows<double> rows_;
};

class ObjectErrorsTest : public ChangeTest {
 protected:
  void add_items() {
    std::vector<ItemRow> added(kItemCount);
    for (size_t i = 0; i < kItemCount; ++i) {
      added[i].reference_id = name_of(i);
      added[i].width = 640;
      added[i].height = 480;
    }
    items(added);
  }
  std::map<std::string, PlainRow> by(TableId table, const std::string& field) const {
    std::map<std::string, PlainRow> found;
    for (const PlainRow& row : rows(table)) found[row.at(field).as_text()] = row;
    return found;
  }
  static Value value_of(const PlainRow& row, const std::string& field) {
    const auto found = row.find(field);
    return found == row.end() ? Value() : found->second;
  }
};

TEST_F(ObjectErrorsTest, OfLabelSetsAreThoseOfTheMatrix) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> share(0, 1);
  add_items();
  learn::LabelSets sets{kLabels.size(), std::vector<uint8_t>(kItemCount * kLabels.size()), {}};
  std::vector<double> numbers;
  std::vector<ObjectRow> objects_of;
  for (size_t i = 0; i < kItemCount; ++i) {
    for (size_t k = 0; k < kLabels.size(); ++k) {
      const bool truth = random() % 3 == 0;
      numbers.push_back(truth ? 0.6 + 0.4 * share(random) : 0.4 * share(random));
      const bool given = random() % 10 == 0 ? !truth : truth;
      sets.given[i * kLabels.size() + k] = given ? 1 : 0;
      for (size_t n = 0; given && n <= random() % 2; ++n)
        objects_of.push_back(box(name_of(i), kLabels[k], kLabels[k] + std::to_string(n)));
    }
    objects_of.push_back(box(name_of(i), "no class", "x"));
  }
  std::shuffle(objects_of.begin(), objects_of.end(), random);
  objects(objects_of);
  const PlainProbabilities probabilities(numbers);
  learn::IssueOptions options;
  const learn::MultiLabelIssues found =
      learn::find_multi_label_issues(probabilities.matrix(), sets, options);
  ASSERT_GT(found.issues.size(), 5U);

  const FindOutcome outcome = commit([&](auto& transaction, auto& context) {
    return find_label_set_errors(transaction, probabilities, {}, context);
  });
  EXPECT_EQ(outcome.errors.errors, found.issues.size());
  EXPECT_EQ(outcome.errors.examples, kItemCount);
  const auto items_now = by(kItems, "reference_id");
  for (size_t i = 0; i < kItemCount; ++i) {
    const bool flagged = std::count(found.issues.begin(), found.issues.end(), i) != 0;
    const PlainRow& item = items_now.at(name_of(i));
    ASSERT_EQ(value_of(item, "metadata.potential_mislabel"), Value(int64_t{flagged}));
    ASSERT_EQ(value_of(item, "metadata.mislabel_score"),
              Value(flagged ? std::max(1 - found.scores[i], 1e-9) : 0.0));
    std::string predicted;
    for (size_t k = 0; k < kLabels.size(); ++k)
      if (numbers[i * kLabels.size() + k] >= 0.5)
        predicted += (predicted.empty() ? "" : ", ") + kLabels[k];
    ASSERT_EQ(value_of(item, "metadata.predicted_labels"),
              predicted.empty() ? Value() : Value(predicted));
  }
  for (const PlainRow& row : rows(kAnnotations)) {
    const auto k = static_cast<size_t>(
        std::find(kLabels.begin(), kLabels.end(), row.at("label").as_text()) - kLabels.begin());
    const size_t i = std::stoul(row.at("$item").as_text().substr(1)) - 100;
    const Value expected =
        k == kLabels.size() ? Value() : Value(int64_t{found.suspected[i * kLabels.size() + k]});
    ASSERT_EQ(value_of(row, "metadata.potential_mislabel"), expected);
  }
}

ObjectRow random_box(size_t item, size_t number, std::mt19937& random) {
  ObjectRow row = box(name_of(item), kLabels[random() % kLabels.size()],
                      std::to_string(item) + "-" + std::to_string(number));
  row.x = static_cast<double>(10 + 90 * number);
  row.y = static_cast<double>(random() % 20);
  row.width = 60;
  row.height = 40;
  return row;
}

learn::ObjectBox corners(const ObjectRow& row) {
  return {*row.x, *row.y, *row.x + *row.width, *row.y + *row.height};
}
int32_t class_of(const ObjectRow& row) {
  return static_cast<int32_t>(std::find(kLabels.begin(), kLabels.end(), row.label) -
                              kLabels.begin());
}

struct Image {
  std::vector<learn::LabelledBox> labels;
  std::vector<learn::PredictedBox> predictions;
};

/// Boxes and predictions, as rows and as the arrays of the learning room.
struct Scene {
  std::vector<ObjectRow> labels, predictions;
  std::vector<Image> images{kItemCount};
};

Scene random_scene() {
  std::mt19937 random(9);
  Scene scene;
  for (size_t i = 0; i < kItemCount; ++i) {
    Image& image = scene.images[i];
    for (size_t n = 0; n < random() % 5; ++n) {
      ObjectRow label = random_box(i, n, random);
      ObjectRow prediction = label;
      prediction.x = *prediction.x + static_cast<double>(random() % 5);
      prediction.confidence = 0.9 + 0.01 * static_cast<double>(random() % 10);
      const auto fault = random() % 12;
      if (fault == 0) label.label = kLabels[random() % kLabels.size()];
      if (fault == 1) label.x = *label.x + 50;
      if (fault != 2) scene.labels.push_back(label);
      if (fault != 2) image.labels.push_back({corners(label), class_of(label)});
      scene.predictions.push_back(prediction);
      image.predictions.push_back(
          {corners(prediction), class_of(prediction), *prediction.confidence});
    }
  }
  return scene;
}

size_t item_of(const ObjectRow& row) { return std::stoul(row.reference_id.substr(1)) - 100; }

class BoxErrorsTest : public ObjectErrorsTest {
 protected:
  BoxErrorsTest() {
    add_items();
    objects(scene_.labels);
    table_ = commit([](auto& transaction, auto&) { return transaction.run("model"); });
    objects(scene_.predictions, false, table_);
  }

  learn::ObjectIssues judged(bool relative) const {
    learn::ObjectOptions options;
    options.relative_distances = relative;
    std::vector<learn::ObjectImage> images;
    for (const Image& image : scene_.images)
      images.push_back({image.labels, image.predictions, 640, 480});
    return learn::find_object_issues(images, static_cast<int32_t>(kLabels.size()), options);
  }

  void expect_labels(const learn::ObjectIssues& found) const {
    const auto now = by(kAnnotations, "annotation_id");
    std::vector<size_t> next(kItemCount);
    for (const ObjectRow& label : scene_.labels) {
      const learn::ImageIssues& image = found.images[item_of(label)];
      const size_t n = next[item_of(label)]++;
      const PlainRow& row = now.at(label.annotation_id);
      const bool suspected = image.is_badloc[n] != 0 || image.is_swap[n] != 0;
      ASSERT_EQ(value_of(row, "metadata.potential_mislabel"), Value(int64_t{suspected}));
      ASSERT_EQ(value_of(row, "metadata.label_quality"),
                Value(std::min(image.badloc[n], image.swap[n])));
      ASSERT_EQ(value_of(row, "metadata.label_issue").is_missing(), !suspected);
    }
  }

  void expect_predictions(const learn::ObjectIssues& found) const {
    const auto now = by(table_, "annotation_id");
    std::vector<size_t> next(kItemCount);
    for (const ObjectRow& prediction : scene_.predictions) {
      const learn::ImageIssues& image = found.images[item_of(prediction)];
      const size_t n = next[item_of(prediction)]++;
      const PlainRow& row = now.at(prediction.annotation_id);
      ASSERT_EQ(value_of(row, "metadata.label_issue"),
                image.is_overlooked[n] != 0 ? Value("overlooked") : Value());
      ASSERT_EQ(value_of(row, "metadata.overlooked_score"),
                std::isnan(image.overlooked[n]) ? Value() : Value(image.overlooked[n]));
    }
  }

  void expect_items(const learn::ObjectIssues& found) const {
    const auto now = by(kItems, "reference_id");
    for (size_t i = 0; i < kItemCount; ++i) {
      const learn::ImageIssues& image = found.images[i];
      ASSERT_EQ(value_of(now.at(name_of(i)), "metadata.mislabel_score"),
                Value(image.issue ? std::max(1 - image.score, 1e-9) : 0.0));
    }
  }

  const Scene scene_ = random_scene();
  TableId table_ = 0;
};

TEST_F(BoxErrorsTest, AreThoseOfObjectLab) {
  for (const bool relative : {false, true}) {
    const learn::ObjectIssues found = judged(relative);
    ASSERT_GT(found.ranked.size(), 3U);
    const FindOutcome outcome = commit([&](auto& transaction, auto& context) {
      FindRequest request;
      request.errors.relative = relative;
      return find_box_errors(transaction, *context.snapshot->catalog().run("model"), request,
                             context);
    });
    EXPECT_EQ(outcome.errors.errors, found.ranked.size());
    expect_labels(found);
    expect_predictions(found);
    expect_items(found);
  }
}

}  // namespace
}  // namespace cupel::exec::testing
