#include "vector_sets.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;
using namespace testing;

/// Each test with blocks in the commit, and ahead of it.
class VectorSets : public ::testing::TestWithParam<size_t> {
 protected:
  DatasetOptions options() const { return {.write_ahead_bytes = GetParam()}; }
  std::shared_ptr<Dataset> open() const { return directory_.open(options()); }
  const DatabaseDirectory directory_;
};
INSTANTIATE_TEST_SUITE_P(Ahead, VectorSets, ::testing::Values(0, size_t{4} << 20));

TEST_P(VectorSets, AreThereAfterReopening) {
  {
    const auto dataset = open();
    add_rows(*dataset);
    add_set(*dataset, "clip", 100);
    expect_set(*dataset->snapshot(), "clip", 100);
  }
  for (const bool read_only : {true, false}) {
    const auto dataset = directory_.open({.read_only = read_only});
    const SnapshotPtr snapshot = dataset->snapshot();
    expect_set(*snapshot, "clip", 100);
    expect_set(*snapshot, "clip", 100);
    const VectorSet* set = snapshot->catalog().vectors(VectorUse::kEmbedding, "clip");
    EXPECT_EQ(set->source, "a test");
    EXPECT_EQ(set->generation, 2u);
    EXPECT_EQ(findings_of(*dataset), "");
  }
}

TEST_P(VectorSets, AreThereInMemory) {
  const auto dataset = Dataset::open(":memory:", options());
  add_rows(*dataset);
  add_set(*dataset, "clip", 100);
  { add_set(*dataset, "other", 300); }
  expect_set(*dataset->snapshot(), "clip", 100);
  expect_set(*dataset->snapshot(), "other", 300);
  EXPECT_EQ(findings_of(*dataset), "");
  EXPECT_FALSE(fs::exists("/memory"));
}

TEST_P(VectorSets, AreSeenByTheirTransactionOnlyUntilItCommits) {
  const auto dataset = open();
  add_rows(*dataset);
  const auto transaction = dataset->begin();
  const uint32_t id = transaction->add_vectors(embeddings("clip"));
  EXPECT_EQ(transaction->view()->vector_block(id, 0), nullptr);
  fill(*transaction, id, 5);
  const SnapshotPtr first = transaction->view();
  expect_set(*first, "clip", 5);
  fill(*transaction, id, 50);
  expect_set(*transaction->view(), "clip", 50);
  expect_set(*first, "clip", 5);
  EXPECT_EQ(dataset->snapshot()->catalog().vectors(id), nullptr);
  EXPECT_EQ(error_of([&] { dataset->snapshot()->vector_block(id, 0); })->code(),
            ErrorCode::kInternal);
  EXPECT_EQ(stored_blocks(*dataset), 0u);
  const auto reader = directory_.open({.read_only = true});
  EXPECT_EQ(reader->snapshot()->catalog().vectors(id), nullptr);
  transaction->commit();
  expect_set(*dataset->snapshot(), "clip", 50);
  EXPECT_EQ(stored_blocks(*dataset), kBlocks);
  EXPECT_EQ(findings_of(*dataset), "");
  expect_set(*directory_.open({.read_only = true})->snapshot(), "clip", 50);
}

TEST_P(VectorSets, ReplacedBlocksAreRecounted) {
  const auto dataset = open();
  add_rows(*dataset);
  const uint32_t id = add_set(*dataset, "clip", 100);
  const SnapshotPtr before = dataset->snapshot();
  {
    const auto transaction = dataset->begin();
    transaction->write_block(id, 1, without(block_of(kWidth, 4, 7), 2));
    transaction->write_block(id, 5, block_of(kWidth, 1, 9));
    EXPECT_EQ(transaction->catalog().vectors(id)->vectors, kRows - 2u);
    transaction->write_block(id, 1, without(without(block_of(kWidth, 4, 8), 2), 0));
    VectorBlock none = block_of(kWidth, 4, 0);
    none.present = Bitmap(4);
    transaction->write_block(id, 3, none);
    EXPECT_EQ(transaction->catalog().vectors(id)->vectors, kRows - 7u);
    EXPECT_EQ(transaction->view()->vector_block(id, 3), nullptr);
    EXPECT_EQ(first_of(*transaction->view()->vector_block(id, 1), 1), 9);
    transaction->commit();
  }
  expect_set(*before, "clip", 100);
  const SnapshotPtr after = dataset->snapshot();
  EXPECT_EQ(after->catalog().vectors(id)->vectors, kRows - 7u);
  EXPECT_EQ(after->catalog().vectors(id)->generation, 3u);
  const VectorBlockPtr block = after->vector_block(id, 1);
  EXPECT_FALSE(block->has(0));
  EXPECT_TRUE(block->has(1));
  EXPECT_FALSE(block->has(2));
  EXPECT_EQ(after->vector_block(id, 3), nullptr);
  EXPECT_FALSE(after->vector_block(id, 5)->has(1));
  EXPECT_EQ(first_of(*after->vector_block(id, 4), 3), 119);
  EXPECT_EQ(findings_of(*dataset), "");
}

TEST_P(VectorSets, TakeTheirBlocksWithThem) {
  {
    const auto dataset = open();
    add_rows(*dataset);
    add_set(*dataset, "clip", 100);
    add_set(*dataset, "kept", 200);
    const SnapshotPtr before = dataset->snapshot();
    const auto transaction = dataset->begin();
    transaction->remove_vectors(VectorUse::kEmbedding, "clip");
    const uint32_t brief = transaction->add_vectors(embeddings("brief"));
    fill(*transaction, brief, 0);
    transaction->remove_vectors(VectorUse::kEmbedding, "brief");
    EXPECT_EQ(error_of([&] { transaction->remove_vectors(VectorUse::kEmbedding, "clip"); })->code(),
              ErrorCode::kName);
    transaction->commit();
    expect_set(*before, "clip", 100);
    EXPECT_EQ(dataset->snapshot()->catalog().vector_sets().size(), 1u);
    expect_set(*dataset->snapshot(), "kept", 200);
    EXPECT_EQ(stored_blocks(*dataset), kBlocks);
    EXPECT_EQ(findings_of(*dataset), "");
  }
  EXPECT_EQ(blocks_in_store(directory_), kBlocks);
  const auto dataset = open();
  EXPECT_EQ(add_set(*dataset, "clip", 7), 4u) << "numbers are not used again";
  expect_set(*dataset->snapshot(), "clip", 7);
}

TEST_P(VectorSets, ReturnToTheSavepoint) {
  {
    const auto dataset = open();
    add_rows(*dataset);
    const auto transaction = dataset->begin();
    const uint32_t kept = transaction->add_vectors(embeddings("kept"));
    fill(*transaction, kept, 10);
    transaction->savepoint();
    fill(*transaction, kept, 70);
    const uint32_t undone = transaction->add_vectors(embeddings("undone"));
    fill(*transaction, undone, 20);
    expect_set(*transaction->view(), "kept", 70);
    transaction->rollback_to_savepoint();
    EXPECT_EQ(transaction->catalog().vectors(undone), nullptr);
    expect_set(*transaction->view(), "kept", 10);
    transaction->remove_vectors(VectorUse::kEmbedding, "kept");
    transaction->rollback_to_savepoint();
    expect_set(*transaction->view(), "kept", 10);
    const uint32_t later = transaction->add_vectors(embeddings("later"));
    EXPECT_EQ(later, undone);
    EXPECT_EQ(transaction->view()->vector_block(later, 2), nullptr) << "it inherits nothing";
    transaction->write_block(later, 1, block_of(kWidth, 4, 1));
    transaction->savepoint();
    transaction->write_block(later, 1, block_of(kWidth, 4, 2));
    transaction->savepoint();
    transaction->write_block(later, 1, block_of(kWidth, 4, 3));
    transaction->rollback_to_savepoint();
    EXPECT_EQ(first_of(*transaction->view()->vector_block(later, 1), 0), 2);
    transaction->commit();
    expect_set(*dataset->snapshot(), "kept", 10);
    EXPECT_EQ(first_of(*dataset->snapshot()->vector_block(later, 1), 0), 2);
    EXPECT_EQ(stored_blocks(*dataset), kBlocks + 1u);
    EXPECT_EQ(findings_of(*dataset), "");
  }
  EXPECT_EQ(blocks_in_store(directory_), kBlocks + 1u);
  expect_set(*open()->snapshot(), "kept", 10);
}

TEST_P(VectorSets, LeaveNothingBehindWithoutCommit) {
  {
    const auto dataset = open();
    add_rows(*dataset);
    add_set(*dataset, "clip", 100);
    {
      const auto transaction = dataset->begin();
      fill(*transaction, transaction->add_vectors(embeddings("lost")), 1);
      fill(*transaction, 1, 2);
    }
    expect_set(*dataset->snapshot(), "clip", 100);
    EXPECT_EQ(dataset->snapshot()->catalog().vector_sets().size(), 1u);
    EXPECT_EQ(findings_of(*dataset), "");
    const auto transaction = dataset->begin();
    const uint32_t id = transaction->add_vectors(embeddings("new"));
    EXPECT_EQ(transaction->view()->vector_block(id, 0), nullptr);
  }
  EXPECT_EQ(blocks_in_store(directory_), kBlocks);
}

TEST_P(VectorSets, AreSweptAfterADeath) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(in_child([&] {
                auto* dataset = new std::shared_ptr<Dataset>(open());
                if (round == 0) add_rows(**dataset);
                add_set(**dataset, "clip" + std::to_string(round), 100);
                auto* pending = new auto((*dataset)->begin());
                fill(**pending, (*pending)->add_vectors(embeddings("lost")), 1);
                fill(**pending, 1, 2);
                return 0;
              }),
              0);
    write_bytes(directory_.database() / "rows" / "added-table", "cut off");
    {
      const auto dataset = open();
      for (int i = 0; i <= round; ++i)
        expect_set(*dataset->snapshot(), "clip" + std::to_string(i), 100);
      EXPECT_EQ(dataset->snapshot()->catalog().vector_sets().size(), round + 1u);
      EXPECT_EQ(findings_of(*dataset), "");
      EXPECT_FALSE(fs::exists(directory_.database() / "rows" / "added-table"));
    }
    EXPECT_EQ(blocks_in_store(directory_), kBlocks * (round + 1u));
  }
}

}  // namespace
}  // namespace cupel::storage
