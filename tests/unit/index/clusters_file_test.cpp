#include "index/clusters_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "storage/codec_bytes.hpp"
#include "vector_world.hpp"

namespace cupel::index {
namespace {

namespace fs = std::filesystem;

/// Small, so that every byte of the file can be changed.
Clusters small_clusters() {
  Clusters clusters;
  clusters.width = 2;
  clusters.rows = 7;
  clusters.options = {.lists = 3, .iterations = 4, .samples_per_list = 5, .recall_queries = 6};
  clusters.options.seed = 99;
  clusters.centroids = {1, 0, 0, -1, 0.6f, 0.8f};
  clusters.begins = {0, 2, 2, 5};
  clusters.listed = {1, 4, 0, 2, 6};
  clusters.unlisted = {3, 5};
  clusters.recall_at = 4;
  clusters.recall = {{1, 0.75}, {2, 0.875}, {3, 1}};
  return clusters;
}

constexpr ClustersKey kKey{77, 12, 345};

void expect_same(const Clusters& a, const Clusters& b) {
  EXPECT_EQ(a.width, b.width);
  EXPECT_EQ(a.rows, b.rows);
  EXPECT_EQ(a.options.lists, b.options.lists);
  EXPECT_EQ(a.options.iterations, b.options.iterations);
  EXPECT_EQ(a.options.samples_per_list, b.options.samples_per_list);
  EXPECT_EQ(a.options.recall_queries, b.options.recall_queries);
  EXPECT_EQ(a.options.seed, b.options.seed);
  EXPECT_EQ(a.centroids, b.centroids);
  EXPECT_EQ(a.begins, b.begins);
  EXPECT_EQ(a.listed, b.listed);
  EXPECT_EQ(a.unlisted, b.unlisted);
  EXPECT_EQ(a.recall_at, b.recall_at);
  EXPECT_EQ(a.recall, b.recall);
}

/// The bytes with a checksum that is right for them.
std::string sealed(std::string bytes) {
  bytes.resize(bytes.size() - storage::kChecksumBytes);
  storage::seal_bytes(bytes);
  return bytes;
}

TEST(ClustersFile, ComesBackAsItWas) {
  const auto stored = decode_clusters(encode_clusters(small_clusters(), kKey));
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->key, kKey);
  expect_same(stored->clusters, small_clusters());
  const auto world = testing::clustered(3000, 12, 20, 0.5, 1);
  const auto built = build_clusters(world.source(), {.lists = 32}, {});
  const auto again = decode_clusters(encode_clusters(*built, kKey));
  ASSERT_TRUE(again.has_value());
  expect_same(again->clusters, *built);
}

TEST(ClustersFile, CutOrLongerIsNothing) {
  const std::string bytes = encode_clusters(small_clusters(), kKey);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_clusters(bytes.substr(0, size)).has_value()) << size;
    if (size <= 12) continue;
    EXPECT_FALSE(decode_clusters(sealed(bytes.substr(0, size))).has_value()) << size;
  }
  EXPECT_FALSE(decode_clusters(bytes + '\0').has_value());
  EXPECT_FALSE(decode_clusters(sealed(bytes + '\0')).has_value());
}

TEST(ClustersFile, AnyFlippedBitIsNothing) {
  const std::string bytes = encode_clusters(small_clusters(), kKey);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode_clusters(flipped).has_value()) << bit;
  }
}

/// A file that somebody made, checksum and all, answers like lists that are sound or not at all.
TEST(ClustersFile, MadeUpBytesNeverBreakASearch) {
  const auto world = testing::clustered(7, 2, 2, 0.5, 1, true);
  const std::string bytes = encode_clusters(small_clusters(), kKey);
  std::mt19937_64 random(5);
  size_t taken = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string changed = bytes;
    for (size_t i = 0; i <= random() % 3; ++i)
      changed[random() % (changed.size() - 8)] =
          static_cast<char>(random() % 3 == 0 ? random() : random() % 8);
    const auto stored = decode_clusters(sealed(changed));
    if (!stored || stored->clusters.width != 2 || stored->clusters.rows > 7) continue;
    ++taken;
    const auto found = nearest_approximate(world.source(), stored->clusters,
                                           cosine_to(world.rows[0]), 7, 0.5, nullptr, {});
    ASSERT_EQ(found.hits, nearest(world.source(), cosine_to(world.rows[0]), 7, nullptr, {}));
  }
  EXPECT_GT(taken, 500u);
}

TEST(ClustersFile, UnsoundListsAreNothing) {
  const auto refused = [](const std::function<void(Clusters&)>& change) {
    Clusters clusters = small_clusters();
    change(clusters);
    return !decode_clusters(encode_clusters(clusters, kKey)).has_value();
  };
  EXPECT_FALSE(refused([](Clusters&) {}));
  EXPECT_TRUE(refused([](Clusters& c) { c.listed[0] = 4; }));  // twice
  EXPECT_TRUE(refused([](Clusters& c) { c.listed[0] = 7; }));  // past the rows
  EXPECT_TRUE(refused([](Clusters& c) { std::swap(c.listed[0], c.listed[1]); }));
  EXPECT_TRUE(refused([](Clusters& c) { c.unlisted.pop_back(); }));
  EXPECT_TRUE(refused([](Clusters& c) { c.begins[1] = 6; }));
  EXPECT_TRUE(refused([](Clusters& c) { c.begins[0] = 1; }));
  EXPECT_TRUE(refused([](Clusters& c) { c.begins[3] = 4; }));
  EXPECT_TRUE(refused([](Clusters& c) { c.rows = 8; }));
  EXPECT_TRUE(refused([](Clusters& c) { c.rows = uint64_t{1} << 40; }));
  EXPECT_TRUE(refused([](Clusters& c) { c.recall[1].recall = 0.5; }));
  EXPECT_TRUE(refused([](Clusters& c) { c.recall[1].recall = NAN; }));
  EXPECT_TRUE(refused([](Clusters& c) { c.recall.pop_back(); }));
  EXPECT_TRUE(refused([](Clusters& c) { c.recall.clear(); }));
  EXPECT_TRUE(refused([](Clusters& c) { c.centroids[0] = NAN; }));
  EXPECT_TRUE(refused([](Clusters& c) { c.centroids[0] = 100; }));
  EXPECT_TRUE(refused([](Clusters& c) { c.width = 3; }));
}

TEST(ClustersFile, IsReadOnlyForItsSet) {
  const fs::path folder = fs::temp_directory_path() / ("clusters_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const fs::path file = folder / "lists";
  EXPECT_FALSE(read_clusters(file, 77, 12, 2, 7).has_value());
  write_clusters(file, small_clusters(), kKey);
  ASSERT_TRUE(read_clusters(file, 77, 12, 2, 7).has_value());
  EXPECT_EQ(read_clusters(file, 77, 12, 2, 700)->key, kKey);
  EXPECT_FALSE(read_clusters(file, 78, 12, 2, 7).has_value());
  EXPECT_FALSE(read_clusters(file, 77, 13, 2, 7).has_value());
  EXPECT_FALSE(read_clusters(file, 77, 12, 3, 7).has_value());
  EXPECT_FALSE(read_clusters(file, 77, 12, 2, 6).has_value());
  EXPECT_FALSE(read_clusters(folder, 77, 12, 2, 7).has_value());
  std::ofstream(file, std::ios::app) << std::string(1 << 20, 'x');
  EXPECT_FALSE(read_clusters(file, 77, 12, 2, 7).has_value());
  fs::remove_all(folder);
}

}  // namespace
}  // namespace cupel::index
