#include "index/neighbours.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "cupel/error.hpp"
#include "vector_world.hpp"

namespace cupel::index {
namespace {

using testing::clustered;
using testing::VectorWorld;

std::vector<uint64_t> plain_subjects(const VectorWorld& world, const storage::Bitmap* among) {
  std::vector<uint64_t> subjects;
  for (uint32_t i = 0; i < world.rows.size(); ++i)
    if ((among == nullptr || among->test(i)) &&
        !std::isnan(testing::plain_cosine(world.rows[i], world.rows[i])))
      subjects.push_back(i);
  return subjects;
}

double plain_distance(const VectorWorld& world, uint64_t a, uint64_t b) {
  return std::max(0.0, 1 - testing::plain_cosine(world.rows[a], world.rows[b]));
}

TEST(Neighbours, AreThoseOfAPlainLoop) {
  auto world = clustered(400, 19, 6, 0.4, 8);
  for (const auto element : {storage::Element::kFloat16, storage::Element::kFloat64}) {
    world.element = element;
    world.store();
    const auto some = testing::random_bits(400, 0.6, 9);
    for (const storage::Bitmap* among : {static_cast<const storage::Bitmap*>(nullptr), &some}) {
      const auto subjects = plain_subjects(world, among);
      const auto found = row_neighbours(world.source(), 7, among, nullptr, {}, {});
      ASSERT_EQ(found.subjects, subjects);
      ASSERT_EQ(found.k, 7u);
      EXPECT_TRUE(found.exact);
      for (size_t i = 0; i < subjects.size(); ++i) {
        std::vector<double> distances;
        for (const uint64_t other : subjects)
          if (other != subjects[i]) distances.push_back(plain_distance(world, subjects[i], other));
        std::sort(distances.begin(), distances.end());
        for (size_t j = 0; j < 7; ++j) {
          const uint64_t other = found.rows[i * 7 + j];
          ASSERT_NE(other, i);
          ASSERT_NEAR(found.distances[i * 7 + j], distances[j], 1e-14);
          ASSERT_NEAR(plain_distance(world, subjects[i], subjects[other]), distances[j], 1e-14);
          if (j > 0 && found.distances[i * 7 + j] == found.distances[i * 7 + j - 1]) {
            ASSERT_GT(other, found.rows[i * 7 + j - 1]);
          }
        }
      }
      const auto again = row_neighbours(world.source(), 7, among, nullptr, {}, testing::threads(3));
      EXPECT_EQ(again.rows, found.rows);
      EXPECT_EQ(again.distances, found.distances);
    }
  }
}

TEST(Neighbours, OfFewRows) {
  const auto world = clustered(4, 3, 1, 0.5, 1, true);
  EXPECT_EQ(row_neighbours(world.source(), 10, nullptr, nullptr, {}, {}).k, 3u);
  storage::Bitmap one(4);
  EXPECT_EQ(row_neighbours(world.source(), 10, &one, nullptr, {}, {}).k, 0u);
  one.set(2);
  const auto alone = row_neighbours(world.source(), 10, &one, nullptr, {}, {});
  EXPECT_EQ(alone.k, 0u);
  EXPECT_EQ(alone.subjects, std::vector<uint64_t>{2});
}

/// Through lists: each distance is true, and as many are found as is said.
TEST(Neighbours, ThroughListsSayWhatTheyMiss) {
  const auto world = clustered(2000, 16, 50, 0.5, 4);
  const auto exact = row_neighbours(world.source(), 5, nullptr, nullptr, {}, {});
  NeighbourOptions options;
  options.exact_rows = 1000;
  options.recall_samples = 2000;
  const auto clusters = build_clusters(world.source(), {.lists = 64}, {});
  double last = 0;
  for (const uint32_t lists : {1u, 4u, 64u}) {
    options.lists = lists;
    const auto found = row_neighbours(world.source(), 5, nullptr, &*clusters, options, {});
    ASSERT_EQ(found.subjects, exact.subjects);
    size_t same = 0;
    for (size_t i = 0; i < found.rows.size(); ++i) {
      const uint64_t subject = found.subjects[i / 5];
      EXPECT_NEAR(found.distances[i], plain_distance(world, subject, found.subjects[found.rows[i]]),
                  1e-14);
      same += static_cast<size_t>(found.distances[i] <= exact.distances[i / 5 * 5 + 4]);
    }
    EXPECT_NEAR(found.recall, static_cast<double>(same) / static_cast<double>(found.rows.size()),
                1e-12);
    EXPECT_GT(found.recall, last);
    last = found.recall;
    EXPECT_EQ(found.exact, lists == 64u);
    if (found.exact) {
      EXPECT_EQ(found.distances, exact.distances);
    }
  }
  options.lists = 12;
  options.recall_samples = 64;
  const auto found = row_neighbours(world.source(), 5, nullptr, &*clusters, options, {});
  const auto again =
      row_neighbours(world.source(), 5, nullptr, &*clusters, options, testing::threads(3));
  EXPECT_EQ(again.rows, found.rows);
  EXPECT_EQ(again.recall, found.recall);
  EXPECT_GT(row_neighbours(world.source(), 5, nullptr, nullptr, options, {}).recall, 0.9);
}

/// The groups by joining pairs until nothing changes.
std::vector<uint64_t> plain_groups(const VectorWorld& world, const std::vector<uint64_t>& subjects,
                                   double distance) {
  std::vector<uint64_t> group = subjects;
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < subjects.size(); ++i)
      for (size_t j = 0; j < i; ++j) {
        if (group[i] == group[j]) continue;
        if (plain_distance(world, subjects[i], subjects[j]) > distance + 1e-14) continue;
        group[i] = group[j] = std::min(group[i], group[j]);
        changed = true;
      }
  }
  return group;
}

TEST(Duplicates, AreJoinedByChains) {
  const auto world = clustered(300, 6, 25, 0.2, 12);
  const auto subjects = plain_subjects(world, nullptr);
  for (const double distance : {0.0, 0.002, 0.01, 0.1, 2.0}) {
    const auto found = duplicate_groups(world.source(), distance, nullptr, nullptr, {}, {});
    ASSERT_EQ(found.subjects, subjects);
    EXPECT_EQ(found.group, plain_groups(world, subjects, distance)) << distance;
    std::map<uint64_t, uint64_t> sizes;
    for (const uint64_t group : found.group) ++sizes[group];
    uint64_t groups = 0, members = 0;
    for (const auto& [group, size] : sizes)
      if (size > 1) ++groups, members += size;
    EXPECT_EQ(found.groups, groups);
    EXPECT_EQ(found.members, members);
    EXPECT_GT(groups, 0u);
    const auto again =
        duplicate_groups(world.source(), distance, nullptr, nullptr, {}, testing::threads(4));
    EXPECT_EQ(again.group, found.group);
    EXPECT_EQ(again.nearest, found.nearest);
  }
  EXPECT_THROW(duplicate_groups(world.source(), -0.1, nullptr, nullptr, {}, {}), Error);
  EXPECT_THROW(duplicate_groups(world.source(), NAN, nullptr, nullptr, {}, {}), Error);
}

TEST(Duplicates, ThroughListsAreFound) {
  const auto world = clustered(3000, 16, 50, 0.5, 4);  // 4 % of the rows are copies
  NeighbourOptions options;
  options.exact_rows = 1000;
  const auto exact = duplicate_groups(world.source(), 1e-12, nullptr, nullptr, {}, {});
  const auto found = duplicate_groups(world.source(), 1e-12, nullptr, nullptr, options, {});
  EXPECT_FALSE(found.exact);
  EXPECT_GT(found.groups, 50u);
  EXPECT_EQ(found.group, exact.group);  // equal vectors are always in one list
  EXPECT_GT(found.recall, 0.9);
}

}  // namespace
}  // namespace cupel::index
