#include "engine/exec/embedding_index.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include "engine/exec/embedding_changes.hpp"
#include "engine/exec/embedding_import.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "storage/dataset.hpp"
#include "storage/durable_file.hpp"

namespace cupel::exec {
namespace {

namespace fs = std::filesystem;
using storage::kItems;
using storage::VectorSet;

constexpr uint32_t kWidth = 6;

/// A database on disk with one set of vectors around a few directions.
class EmbeddingIndex : public ::testing::Test {
 protected:
  EmbeddingIndex()
      : path_(fs::temp_directory_path() / fmt::format("cupel-embedding-index-{}", getpid())) {
    fs::remove_all(path_);
    dataset_ = storage::Dataset::open(path_, {});
    add_rows(3000);
    write("e", 0, 3000);
  }
  ~EmbeddingIndex() override {
    dataset_.reset();
    fs::remove_all(path_);
  }

  template <typename F>
  void commit(F&& change) {
    const auto transaction = dataset_->begin();
    Context context;
    context.snapshot = transaction->view();
    change(*transaction, context);
    transaction->commit();
  }
  void add_rows(uint64_t count) {
    commit([&](storage::Transaction& t, const Context&) { t.append_rows(kItems, count); });
  }
  /// Vectors for rows [first, last).
  void write(const std::string& name, uint64_t first, uint64_t last) {
    std::vector<float> numbers;
    std::vector<uint64_t> rows;
    for (uint64_t row = first; row < last; ++row) {
      rows.push_back(row);
      for (uint32_t i = 0; i < kWidth; ++i)
        numbers.push_back((i == row % kWidth ? 1.0F : 0.0F) + noise_(random_));
    }
    const VectorMatrix matrix{storage::Element::kFloat32, kWidth, rows.size(),
                              reinterpret_cast<const std::byte*>(numbers.data()), "m"};
    commit([&](storage::Transaction& t, const Context& c) {
      write_embeddings(t, matrix, rows, {name, kItems, true, "test", 0}, c);
    });
  }

  const VectorSet& set(std::string_view name = "e") {
    last_ = dataset_->snapshot();
    return *last_->catalog().vectors(storage::VectorUse::kEmbedding, name);
  }
  EmbeddingIndexes indexes(bool read_only = false, std::string_view uuid = "here") {
    return EmbeddingIndexes(dataset_->index_directory(), uuid, read_only);
  }
  ClustersPtr build(EmbeddingIndexes& indexes) {
    Context context;
    const VectorSet wanted = set();
    context.snapshot = last_;
    const Lists lists = indexes.find_or_build(wanted, context);
    EXPECT_EQ(lists.complaint.value_or(""), "");
    return lists.clusters;
  }
  ClustersPtr find(EmbeddingIndexes& indexes) {
    const VectorSet wanted = set();
    return indexes.find(*last_, wanted);
  }
  fs::path file() {
    return dataset_->index_directory() / fmt::format("embeddings-{}.cki", set().id);
  }
  std::vector<std::string> notes(std::string_view uuid = "here") {
    return unusable_lists(dataset_->index_directory(), uuid, dataset_->snapshot()->catalog());
  }
  void put(std::string_view bytes) { std::ofstream(file(), std::ios::binary) << bytes; }

  /// What a search by these lists finds is as near as the numbers say, and as many as asked for.
  void expect_true_scores(const index::Clusters& clusters) {
    const VectorSet wanted = set();
    const index::VectorRows rows = vector_rows(last_, wanted);
    const index::Probe probe = index::cosine_to(index::direction_components(*rows.block(0), 5));
    std::vector<double> scores(rows.rows);
    index::score_all(rows, probe, nullptr, scores, {});
    const auto found = index::nearest_approximate(rows, clusters, probe, 20, 0.9, nullptr, {});
    ASSERT_EQ(found.hits.size(), 20U);
    for (const index::Hit& hit : found.hits) ASSERT_EQ(hit.score, scores[hit.row]);
  }

  fs::path path_;
  std::shared_ptr<storage::Dataset> dataset_;
  storage::SnapshotPtr last_;
  std::mt19937 random_{7};
  std::uniform_real_distribution<float> noise_{-0.2F, 0.2F};
};

TEST_F(EmbeddingIndex, IsBuiltKeptAndFoundAgain) {
  EmbeddingIndexes first = indexes();
  EXPECT_EQ(find(first), nullptr);
  const ClustersPtr built = build(first);
  ASSERT_NE(built, nullptr);
  EXPECT_EQ(find(first), built);
  EXPECT_EQ(build(first), built);
  EmbeddingIndexes second = indexes();
  const ClustersPtr read = find(second);
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(read->listed, built->listed);
  EXPECT_EQ(read->centroids, built->centroids);
  EXPECT_EQ(notes(), std::vector<std::string>());
  expect_true_scores(*read);
}

TEST_F(EmbeddingIndex, DamageIsNothingAndBuiltAgain) {
  EmbeddingIndexes first = indexes();
  const ClustersPtr built = build(first);
  const std::string bytes = storage::read_file(file());
  for (int round = 0; round < 40; ++round) {
    std::string damaged = bytes;
    if (round % 2 == 0)
      damaged[random_() % damaged.size()] ^= static_cast<char>(1 << random_() % 8);
    else
      damaged.resize(random_() % damaged.size());
    put(damaged);
    ASSERT_EQ(notes().size(), 1U) << round;
    EmbeddingIndexes again = indexes();
    ASSERT_EQ(find(again), nullptr) << round;
    if (round % 10 > 1) continue;
    const ClustersPtr rebuilt = build(again);
    ASSERT_EQ(rebuilt->listed, built->listed);
    ASSERT_EQ(storage::read_file(file()), bytes);
  }
}

TEST_F(EmbeddingIndex, ForeignFilesAreNeverLoaded) {
  EmbeddingIndexes first = indexes();
  build(first);
  EmbeddingIndexes other_database = indexes(false, "there");
  EXPECT_EQ(find(other_database), nullptr);
  EXPECT_EQ(notes("there").size(), 1U);

  write("other", 0, 3000);
  const fs::path others =
      dataset_->index_directory() / fmt::format("embeddings-{}.cki", set("other").id);
  fs::copy_file(file(), others);
  EmbeddingIndexes second = indexes();
  const VectorSet other = set("other");
  EXPECT_EQ(second.find(*last_, other), nullptr);
  EXPECT_NE(find(second), nullptr);
  EXPECT_EQ(notes().size(), 1U);

  put("no lists at all");
  EmbeddingIndexes third = indexes();
  EXPECT_EQ(find(third), nullptr);
  fs::remove(file());
  fs::create_directory(file());
  EmbeddingIndexes fourth = indexes();
  EXPECT_EQ(find(fourth), nullptr);
  const VectorSet wanted = set();
  Context context;
  context.snapshot = last_;
  const Lists lists = fourth.find_or_build(wanted, context);  // cannot be written there
  EXPECT_NE(lists.clusters, nullptr);
  EXPECT_TRUE(lists.complaint.has_value());
}

TEST_F(EmbeddingIndex, NewRowsAreATailUntilTheyAreTooMany) {
  EmbeddingIndexes all = indexes();
  const ClustersPtr built = build(all);
  add_rows(2000);
  write("e", 3000, 3700);
  EXPECT_EQ(find(all), built);
  expect_true_scores(*built);
  write("e", 3700, 3800);
  EXPECT_EQ(find(all), nullptr);
  EmbeddingIndexes again = indexes();
  EXPECT_EQ(find(again), nullptr);
  const ClustersPtr rebuilt = build(again);
  EXPECT_EQ(rebuilt->listed.size(), 3800U);
  EXPECT_EQ(build(all)->listed, rebuilt->listed);
}

TEST_F(EmbeddingIndex, ReplacedVectorsCountAlsoAfterOpening) {
  EmbeddingIndexes all = indexes();
  const ClustersPtr built = build(all);
  const uint64_t generation = set().generation;
  for (int i = 0; i < 100; ++i) write("e", 0, 5);
  EXPECT_EQ(replaced_vectors_since(dataset_->snapshot()->catalog(), set().id, generation), 500U);
  EXPECT_EQ(find(all), built);
  expect_true_scores(*built);
  write("e", 1000, 1101);
  EXPECT_EQ(find(all), nullptr);
  EmbeddingIndexes again = indexes();
  EXPECT_EQ(find(again), nullptr);
  EXPECT_NE(build(again), nullptr);
  EXPECT_NE(find(again), nullptr);
}

TEST_F(EmbeddingIndex, AnOlderSnapshotGetsNoYoungerLists) {
  const VectorSet before = set();
  const storage::SnapshotPtr old = last_;
  EmbeddingIndexes all = indexes();
  add_rows(500);  // no change of the set
  build(all);
  EXPECT_EQ(all.find(*old, before), nullptr);
  EXPECT_NE(find(all), nullptr);
}

TEST_F(EmbeddingIndex, ReadOnlyBuildsInMemoryOnly) {
  EmbeddingIndexes reader = indexes(true);
  EXPECT_NE(build(reader), nullptr);
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(EmbeddingIndex, SweepingTakesFilesOfDroppedSetsAlone) {
  EmbeddingIndexes all = indexes();
  build(all);
  const fs::path kept = file();
  write("gone", 0, 2000);
  const VectorSet gone = set("gone");
  Context context;
  context.snapshot = last_;
  ASSERT_NE(all.find_or_build(gone, context).clusters, nullptr);
  const fs::path folder = dataset_->index_directory();
  const fs::path file_of_gone = folder / fmt::format("embeddings-{}.cki", gone.id);
  ASSERT_TRUE(fs::exists(file_of_gone));
  std::ofstream(folder / fmt::format("embeddings-{}.cki.new", gone.id)) << "half";
  const char* const strangers[] = {"embeddings-999.cki", "embeddings-x.cki", "notes.txt", "1.cki"};
  for (const char* name : strangers) std::ofstream(folder / name) << "mine";
  commit([&](storage::Transaction& t, const Context&) {
    forget_replaced_vectors(t, gone.id);
    t.remove_vectors(storage::VectorUse::kEmbedding, "gone");
  });
  all.sweep(dataset_->snapshot()->catalog());
  EXPECT_TRUE(fs::exists(kept));
  EXPECT_FALSE(fs::exists(file_of_gone));
  EXPECT_FALSE(fs::exists(folder / fmt::format("embeddings-{}.cki.new", gone.id)));
  for (const char* name : strangers) EXPECT_TRUE(fs::exists(folder / name)) << name;
}

TEST_F(EmbeddingIndex, TooLittleMemoryOrTooFewVectorsMeanExactSearches) {
  write("few", 0, 500);
  EmbeddingIndexes all = indexes();
  const VectorSet few = set("few");
  Context context;
  context.snapshot = last_;
  EXPECT_EQ(all.find_or_build(few, context).clusters, nullptr);
  context.memory_bytes = 1000;
  const VectorSet enough = set();
  EXPECT_EQ(all.find_or_build(enough, context).clusters, nullptr);
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(EmbeddingIndex, AnInterruptEndsTheBuilding) {
  EmbeddingIndexes all = indexes();
  const std::atomic<bool> interrupt{true};
  const VectorSet wanted = set();
  Context context;
  context.snapshot = last_;
  context.interrupt = &interrupt;
  EXPECT_THROW(all.find_or_build(wanted, context), Error);
  EXPECT_EQ(find(all), nullptr);
  EXPECT_NE(build(all), nullptr);
}

}  // namespace
}  // namespace cupel::exec
