#include <map>
#include <random>

#include "scratch.hpp"

namespace cupel::labeling {
namespace {

std::vector<std::string> many_labels(size_t rows) {
  std::vector<std::string> labels;
  for (size_t i = 0; i < rows; ++i)
    labels.emplace_back(i % 10 < 7 ? "cat" : i % 10 < 9 ? "dog" : "fish");
  return labels;
}

std::map<uint32_t, size_t> sizes(const BatchPlan& plan) {
  std::map<uint32_t, size_t> result;
  for (const uint32_t batch : plan.batch) ++result[batch];
  return result;
}

TEST(Batches, HaveTheirSizesAndKeepTheOrder) {
  const BatchPlan plan = plan_batches(many_labels(1000), 300, 100, 1);
  EXPECT_EQ(sizes(plan), (std::map<uint32_t, size_t>{{0, 100}, {1, 300}, {2, 300}, {3, 300}}));
  EXPECT_EQ(plan.batches, 4U);
  uint32_t last = 0;
  for (const uint32_t batch : plan.batch) {
    if (batch == 0) continue;
    EXPECT_GE(batch, last);
    last = batch;
  }
}

TEST(Batches, CalibrationIsBalancedOverTheLabels) {
  const std::vector<std::string> labels = many_labels(1000);
  const BatchPlan plan = plan_batches(labels, 300, 100, 1);
  std::map<std::string, int> drawn;
  for (size_t row = 0; row < labels.size(); ++row) {
    if (plan.batch[row] == 0) ++drawn[labels[row]];
  }
  for (const auto& [label, count] : drawn) EXPECT_TRUE(count == 33 || count == 34) << label;
  // A label that runs out leaves its places to the others.
  std::vector<std::string> scarce(50, "cat");
  scarce[7] = "dog";
  drawn.clear();
  const BatchPlan other = plan_batches(scarce, 10, 20, 1);
  for (size_t row = 0; row < scarce.size(); ++row) {
    if (other.batch[row] == 0) ++drawn[scarce[row]];
  }
  EXPECT_EQ(drawn, (std::map<std::string, int>{{"cat", 19}, {"dog", 1}}));
}

TEST(Batches, AreDrawnBySeed) {
  const std::vector<std::string> labels = many_labels(500);
  EXPECT_EQ(plan_batches(labels, 100, 50, 9).batch, plan_batches(labels, 100, 50, 9).batch);
  EXPECT_NE(plan_batches(labels, 100, 50, 9).batch, plan_batches(labels, 100, 50, 10).batch);
  // Pinned: the plan of a seed is the same on every platform and in every version.
  const std::vector<std::string> few{"a", "b", "a", "c", "b", "a", "c", "a"};
  EXPECT_EQ(plan_batches(few, 2, 3, 7).batch, (std::vector<uint32_t>{1, 1, 2, 0, 0, 2, 3, 0}));
}

TEST(Batches, EveryLabelAndRowCanBeDrawn) {
  std::vector<std::string> labels;
  for (int i = 0; i < 40; ++i) labels.push_back("label" + std::to_string(i / 2));
  std::vector<int> drawn(labels.size());
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const BatchPlan plan = plan_batches(labels, 10, 5, seed);
    for (size_t row = 0; row < labels.size(); ++row) drawn[row] += plan.batch[row] == 0 ? 1 : 0;
  }
  for (const int times : drawn) {  // 50 are expected
    EXPECT_GT(times, 15);
    EXPECT_LT(times, 100);
  }
}

TEST(Batches, AtTheEdges) {
  EXPECT_EQ(plan_batches({}, 10, 5, 0).batches, 0U);
  EXPECT_EQ(plan_batches(many_labels(25), 10, 0, 0).batches, 3U);
  EXPECT_EQ(sizes(plan_batches(many_labels(25), 10, 0, 0)),
            (std::map<uint32_t, size_t>{{1, 10}, {2, 10}, {3, 5}}));
  EXPECT_EQ(sizes(plan_batches(many_labels(25), 10, 25, 0)), (std::map<uint32_t, size_t>{{0, 25}}));
  EXPECT_EQ(plan_batches(many_labels(25), 10, 4000000000, 0).batches, 1U);
  EXPECT_EQ(sizes(plan_batches(many_labels(25), 4000000000, 24, 0)),
            (std::map<uint32_t, size_t>{{0, 24}, {1, 1}}));
  EXPECT_EQ(error_of([] { plan_batches({"a"}, 0, 0, 0); }),
            "constraint: a batch holds at least one task: give BATCH 1 or more");
}

}  // namespace
}  // namespace cupel::labeling
