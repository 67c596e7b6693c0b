#include "index/nearest.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "vector_world.hpp"

namespace cupel::index {
namespace {

using testing::clustered;

/// Every row scored by a plain loop in double, sorted.
std::vector<Hit> plain_nearest(const testing::VectorWorld& world, const std::vector<double>& to,
                               size_t k, const storage::Bitmap* among) {
  std::vector<Hit> hits;
  for (uint32_t i = 0; i < world.rows.size(); ++i) {
    if (among != nullptr && !among->test(i)) continue;
    const double score = testing::plain_cosine(to, world.rows[i]);
    if (!std::isnan(score)) hits.push_back({i, score});
  }
  // Numbers that differ by rounding only are equal.
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return std::fabs(a.score - b.score) > 1e-13 ? a.score > b.score : a.row < b.row;
  });
  hits.resize(std::min(k, hits.size()));
  return hits;
}

TEST(Nearest, IsWhatAPlainLoopInDoubleFinds) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 60; ++round) {
    auto world = clustered(1 + random() % 3000, 1 + random() % 70, 7, 0.4, random());
    world.element = static_cast<storage::Element>(random() % 3);
    world.block_rows = 1u << (random() % 9);
    world.store();
    const auto& example = world.rows[random() % world.rows.size()];
    if (example.empty() || testing::plain_product(example, example) == 0) continue;
    const size_t k = random() % 3 == 0 ? world.rows.size() + 5 : random() % 120;
    const auto some = testing::random_bits(world.rows.size(), round % 5 * 0.25, random());
    const storage::Bitmap* among = round % 5 == 0 ? nullptr : &some;
    const Probe probe = cosine_to(example);
    const auto found = nearest(world.source(), probe, k, among, {});
    const auto expected = plain_nearest(world, example, k, among);
    ASSERT_EQ(found.size(), expected.size()) << round;
    for (size_t i = 0; i < found.size(); ++i) {
      ASSERT_EQ(found[i].row, expected[i].row) << round << " place " << i;
      ASSERT_NEAR(found[i].score, expected[i].score, 1e-13);
    }
    EXPECT_EQ(nearest(world.source(), probe, k, among, testing::threads(1 + random() % 4)), found);
  }
}

TEST(Nearest, FetchesOnlyBlocksInQuestion) {
  auto world = clustered(1000, 8, 3, 0.5, 2, true);
  storage::Bitmap some(1000);
  some.set(70);
  some.set(71);
  some.set(900);
  world.fetched = std::make_shared<std::vector<uint32_t>>();
  EXPECT_EQ(nearest(world.source(), cosine_to(world.rows[0]), 10, &some, {}).size(), 3u);
  EXPECT_EQ(*world.fetched, (std::vector<uint32_t>{1, 14}));
}

TEST(Nearest, EndsWhenAsked) {
  const auto world = clustered(100, 8, 3, 0.5, 2, true);
  Running running;
  running.poll = [] { throw std::runtime_error("enough"); };
  EXPECT_THROW(nearest(world.source(), cosine_to(world.rows[0]), 10, nullptr, running),
               std::runtime_error);
}

TEST(BestHits, OrderOfOfferingDoesNotMatter) {
  std::mt19937_64 random(1);
  std::vector<Hit> hits;
  for (uint64_t row = 0; row < 500; ++row)
    hits.push_back({row, row % 7 == 3 ? NAN : static_cast<double>(random() % 40)});
  std::vector<Hit> sorted;
  std::copy_if(hits.begin(), hits.end(), std::back_inserter(sorted),
               [](const Hit& hit) { return !std::isnan(hit.score); });
  std::sort(sorted.begin(), sorted.end(), better);
  for (const size_t k : {0u, 1u, 50u, 428u, 500u}) {
    std::shuffle(hits.begin(), hits.end(), random);
    BestHits best(k);
    for (const Hit& hit : hits) best.offer(hit);
    const size_t count = std::min(k, sorted.size());
    EXPECT_EQ(best.take(), std::vector<Hit>(sorted.begin(), sorted.begin() + count)) << k;
  }
}

TEST(ForEachBit, VisitsWhatLiesBetween) {
  const auto bits = testing::random_bits(200, 0.5, 1);
  for (const auto& [begin, end] :
       {std::pair{0, 200}, {3, 64}, {64, 128}, {63, 65}, {5, 5}, {150, 151}, {130, 200}}) {
    std::vector<uint64_t> found, expected;
    for_each_bit(bits, begin, end, [&](uint64_t i) { found.push_back(i); });
    for (int i = begin; i < end; ++i)
      if (bits.test(i)) expected.push_back(i);
    EXPECT_EQ(found, expected) << begin << ' ' << end;
  }
}

}  // namespace
}  // namespace cupel::index
