// Items with so many boxes that the engine sorts them instead of looking at every pair: its answers
// are those of the naive evaluator.

#include <gtest/gtest.h>

#include <algorithm>

#include "grammar/parse.hpp"
#include "tests/property/twins.hpp"

namespace cupel::testing {
namespace {

constexpr size_t kCrowd = 170;

class Crowd {
 public:
  explicit Crowd(uint64_t seed) : random_(seed) {
    for (const char* reference : {"crowded", "empty", "sparse"}) {
      data_.items.emplace_back().reference_id = reference;
    }
    data_.runs = {{"first", {}}};
    for (size_t n = 0; n < kCrowd; ++n) {
      add("crowded", n);
      if (n < 10) add("sparse", kCrowd + n);
    }
    std::shuffle(data_.annotations.begin(), data_.annotations.end(), random_);
  }

  const RandomData& data() const { return data_; }

 private:
  void add(const std::string& reference, size_t number) {
    data_.annotations.push_back(object(reference, number));
    if (number % 5 != 0) return;
    data_.runs[0].second.push_back(object(reference, number));
    data_.runs[0].second.back().confidence = half(2);
  }

  ObjectRow object(const std::string& reference, size_t number) {
    static const char* kLabels[] = {"car", "car", "truck", "bus"};
    ObjectRow row;
    row.reference_id = reference;
    row.annotation_id = std::to_string(number);
    row.label = kLabels[random_() % 4];
    // Many boxes begin at the same place, and a few are much wider than the others.
    row.x = random_() % 3 == 0 ? 50 : half(300);
    row.y = half(300);
    row.width = random_() % 20 == 0 ? half(300) : half(12);
    row.height = half(40);
    row.area = *row.width * *row.height;
    if (random_() % 15 == 0) row.y.reset();
    return row;
  }

  double half(size_t bound) { return static_cast<double>(random_() % (2 * bound)) / 2; }

  std::mt19937_64 random_;
  RandomData data_;
};

constexpr const char* kQueries[] = {
    "SELECT annotation_id, overlap(annotations), distance(annotations) FROM annotations",
    "SELECT annotation_id, overlap(annotations, label = same), distance(annotations, label = same) "
    "FROM annotations",
    "SELECT annotation_id, overlap(annotations, label = other), "
    "distance(annotations[label = bus], label = other) FROM annotations WHERE area > 3",
    "SELECT annotation_id, overlap(annotations), distance(annotations[area > 1000]), "
    "distance(predictions(\"first\"), label = other) FROM predictions(\"first\")",
    "SELECT annotation_id FROM objects WHERE inside(annotations[area > 20], 0.75)",
    "SELECT reference_id, annotations[NOT overlaps(annotations, 0.125)].count",
};

class Crowded : public ::testing::TestWithParam<uint64_t> {};

TEST_P(Crowded, TheSortedBoxesGiveTheSameAnswers) {
  const Crowd crowd(GetParam());
  Model model;
  load(crowd.data(), model);
  std::vector<Engine> engines = open_engines();
  for (Engine& engine : engines) load(crowd.data(), engine.session, "");
  for (const char* text : kQueries) {
    const grammar::Query query = grammar::parse_query(text);
    const Naive::Table expected = Naive(model).answer(query);
    for (Engine& engine : engines) {
      EXPECT_EQ(difference(expected, engine_answer(engine.session, text, query)), "")
          << engine.name << "\n"
          << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Crowded, ::testing::Range<uint64_t>(1, 5));

}  // namespace
}  // namespace cupel::testing
