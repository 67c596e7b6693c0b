#include "index/clusters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "vector_world.hpp"

namespace cupel::index {
namespace {

using testing::clustered;
using testing::VectorWorld;

VectorWorld world_of(size_t rows, uint64_t seed = 3) { return clustered(rows, 24, 60, 0.6, seed); }

ClusterOptions few_lists() { return {.lists = 64, .recall_queries = 40}; }

Probe probe_of(const VectorWorld& world, size_t row) {
  while (world.rows[row].empty() || testing::plain_product(world.rows[row], world.rows[row]) == 0)
    ++row;
  return cosine_to(world.rows[row]);
}

double share_found(const std::vector<Hit>& found, const std::vector<Hit>& truth) {
  std::set<uint64_t> rows;
  for (const Hit& hit : truth) rows.insert(hit.row);
  const auto hit = std::count_if(found.begin(), found.end(),
                                 [&](const Hit& hit) { return rows.contains(hit.row); });
  return static_cast<double>(hit) / static_cast<double>(truth.size());
}

TEST(Clusters, HoldEveryRowOnce) {
  const VectorWorld world = world_of(5000);
  const auto clusters = build_clusters(world.source(), few_lists(), {});
  ASSERT_TRUE(clusters.has_value());
  EXPECT_EQ(clusters->lists(), 64u);
  EXPECT_EQ(clusters->rows, 5000u);
  EXPECT_EQ(clusters->centroids.size(), 64u * 24);
  std::vector<uint32_t> rows = clusters->unlisted;
  for (const uint32_t row : clusters->unlisted) {
    const auto& vector = world.rows[row];
    EXPECT_TRUE(vector.empty() || testing::plain_product(vector, vector) == 0) << row;
  }
  EXPECT_GT(rows.size(), 100u);
  rows.insert(rows.end(), clusters->listed.begin(), clusters->listed.end());
  std::sort(rows.begin(), rows.end());
  ASSERT_EQ(rows.size(), 5000u);
  for (uint32_t i = 0; i < 5000; ++i) EXPECT_EQ(rows[i], i);
  for (uint32_t list = 0; list < 64; ++list)
    EXPECT_TRUE(std::is_sorted(
        clusters->listed.begin() + static_cast<ptrdiff_t>(clusters->begins[list]),
        clusters->listed.begin() + static_cast<ptrdiff_t>(clusters->begins[list + 1])));
}

TEST(Clusters, AreTheSameForASeed) {
  const VectorWorld world = world_of(3000);
  const auto first = build_clusters(world.source(), few_lists(), {});
  const auto second = build_clusters(world.source(), few_lists(), testing::threads(3));
  EXPECT_EQ(first->centroids, second->centroids);
  EXPECT_EQ(first->listed, second->listed);
  EXPECT_EQ(first->recall, second->recall);
  ClusterOptions other = few_lists();
  other.seed = 2;
  EXPECT_NE(build_clusters(world.source(), other, {})->centroids, first->centroids);
}

TEST(Clusters, AreNotMadeOfFewVectors) {
  EXPECT_FALSE(build_clusters(clustered(999, 4, 3, 1, 1, true).source(), {}, {}).has_value());
  VectorWorld none = clustered(2000, 4, 3, 1, 1, true);
  for (auto& row : none.rows) row.clear();
  none.store();
  EXPECT_FALSE(build_clusters(none.source(), {}, {}).has_value());
  EXPECT_TRUE(build_clusters(clustered(1000, 4, 3, 1, 1, true).source(), {}, {}).has_value());
}

TEST(Clusters, OfEqualVectorsStillAnswer) {
  VectorWorld world = clustered(1500, 8, 1, 0, 1, true);
  for (auto& row : world.rows) row.assign(8, 2);
  world.store();
  const auto clusters = build_clusters(world.source(), {}, {});
  ASSERT_TRUE(clusters.has_value());
  const auto found = nearest_approximate(world.source(), *clusters, cosine_to(world.rows[0]), 20,
                                         0.9, nullptr, {});
  EXPECT_EQ(found.hits.size(), 20u);
}

TEST(Approximate, MeetsTheRecallItExpects) {
  const VectorWorld world = world_of(10000);
  const auto clusters = build_clusters(world.source(), few_lists(), {});
  double last = 0;
  for (const double wanted : {0.5, 0.9, 0.97, 1.0}) {
    double sum = 0, expected = 0, compared = 0;
    for (size_t q = 0; q < 40; ++q) {
      const Probe probe = probe_of(world, q * 231 + 7);
      const auto truth = nearest(world.source(), probe, 100, nullptr, {});
      const auto found =
          nearest_approximate(world.source(), *clusters, probe, 100, wanted, nullptr, {});
      EXPECT_EQ(found.hits.size(), 100u);
      sum += share_found(found.hits, truth) / 40;
      expected = found.expected_recall;
      compared += static_cast<double>(found.compared) / 40;
      EXPECT_EQ(found.exact, found.lists == 0u || found.lists == 64u);
      if (found.exact) {
        EXPECT_EQ(found.hits, truth);
      }
    }
    EXPECT_GE(expected, wanted);
    // Measured on rows, which are not among their own neighbours.
    EXPECT_GE(sum, expected - 0.04) << wanted;
    EXPECT_LE(sum, expected + 0.1) << wanted;
    EXPECT_GE(compared, last);
    if (wanted == 1) {
      EXPECT_GT(compared, 2 * last);
    }
    last = compared;
  }
}

TEST(Approximate, ScoresAreExactAndRowsAmongThoseAskedFor) {
  const VectorWorld world = world_of(8000);
  const auto clusters = build_clusters(world.source(), few_lists(), {});
  std::vector<double> scores(world.rows.size());
  for (const double share : {0.0, 0.001, 0.01, 0.1, 0.5, 0.95, 1.0}) {
    const auto some = testing::random_bits(8000, share, 17);
    double recall = 0;
    for (size_t q = 0; q < 20; ++q) {
      const Probe probe = probe_of(world, q * 391);
      score_all(world.source(), probe, nullptr, scores, {});
      const auto truth = nearest(world.source(), probe, 50, &some, {});
      const auto found = nearest_approximate(world.source(), *clusters, probe, 50, 0.95, &some, {});
      ASSERT_EQ(found.hits.size(), truth.size()) << share;
      for (const Hit& hit : found.hits) {
        EXPECT_TRUE(some.test(static_cast<uint32_t>(hit.row)));
        EXPECT_EQ(hit.score, scores[hit.row]);
      }
      EXPECT_TRUE(std::is_sorted(found.hits.begin(), found.hits.end(), better));
      recall += truth.empty() ? 0.05 : share_found(found.hits, truth) / 20;
      EXPECT_EQ(nearest_approximate(world.source(), *clusters, probe, 50, 0.95, &some,
                                    testing::threads(3))
                    .hits,
                found.hits);
    }
    EXPECT_GT(recall, 0.88) << share;
  }
}

/// Matching rows far from the probe: lists are looked into until there are enough.
TEST(Approximate, FindsAsManyAsThereAre) {
  const VectorWorld world = clustered(6000, 16, 40, 0.1, 5, true);
  const auto clusters = build_clusters(world.source(), few_lists(), {});
  const Probe probe = cosine_to(world.rows[0]);
  const auto all = nearest(world.source(), probe, 6000, nullptr, {});
  storage::Bitmap far(6000);
  for (size_t i = 3000; i < 6000; ++i) far.set(static_cast<uint32_t>(all[i].row));
  for (const size_t k : {0u, 1u, 10u, 500u, 2999u, 3000u, 4000u}) {
    const auto found = nearest_approximate(world.source(), *clusters, probe, k, 0.5, &far, {});
    EXPECT_EQ(found.hits.size(), std::min<size_t>(k, 3000)) << k;
  }
  EXPECT_EQ(
      nearest_approximate(world.source(), *clusters, probe, 5999, 0.5, nullptr, {}).hits.size(),
      5999u);
}

TEST(Approximate, SeesRowsThatCameOrChangedAfterwards) {
  VectorWorld world = world_of(4000);
  const auto clusters = build_clusters(world.source(), few_lists(), {});
  const std::vector<double> wanted = {world.rows[0].empty() ? world.rows[1] : world.rows[0]};
  std::vector<double> opposite = wanted;
  for (double& x : opposite) x = -x;
  const uint32_t filled = clusters->unlisted[5];
  world.rows[filled] = opposite;                                // had none
  for (int i = 0; i < 10; ++i) world.rows.push_back(opposite);  // new
  const uint32_t gone = clusters->listed[0];
  world.rows[gone].clear();  // lost its vector
  world.store();
  const auto found =
      nearest_approximate(world.source(), *clusters, cosine_to(opposite), 11, 0.5, nullptr, {});
  std::vector<uint64_t> rows;
  for (const Hit& hit : found.hits) rows.push_back(hit.row);
  std::vector<uint64_t> expected = {filled};
  for (uint64_t row = 4000; row < 4010; ++row) expected.push_back(row);
  EXPECT_EQ(rows, expected);
  const auto all =
      nearest_approximate(world.source(), *clusters, cosine_to(wanted), 4010, 0.5, nullptr, {});
  EXPECT_TRUE(all.exact);
  for (const Hit& hit : all.hits) EXPECT_NE(hit.row, gone);
  EXPECT_EQ(all.hits, nearest(world.source(), cosine_to(wanted), 4010, nullptr, {}));
}

}  // namespace
}  // namespace cupel::index
