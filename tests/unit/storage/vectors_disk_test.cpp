#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "vector_sets.hpp"

namespace cupel::storage {
namespace {

using namespace testing;

// Sets come, are replaced and go; whatever moment the writer dies at, all of them are whole.
TEST(VectorSetsKilled, AreWholeOrNotThere) {
  const DatabaseDirectory directory;
  add_rows(*directory.open());
  for (int cycle = 0; cycle < 20; ++cycle) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto dataset = directory.open({.write_ahead_bytes = 0});
      for (int i = 0;; ++i) {
        const std::string name = "set" + std::to_string(i % 5);
        const auto transaction = dataset->begin();
        if (transaction->catalog().vectors(VectorUse::kEmbedding, name) != nullptr)
          transaction->remove_vectors(VectorUse::kEmbedding, name);
        if (i % 3 != 0) fill(*transaction, transaction->add_vectors(embeddings(name)), 10);
        if (i % 7 != 0) transaction->commit();
      }
    }
    ::usleep(20'000 + cycle * 7'919 % 130'000);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it ended by itself";
    // What it wrote ahead is no damage, before it is swept and after.
    ASSERT_EQ(findings_of(*directory.open({.read_only = true})), "");
    const auto dataset = directory.open();
    ASSERT_EQ(findings_of(*dataset), "");
    const SnapshotPtr snapshot = dataset->snapshot();
    for (const auto& [key, set] : snapshot->catalog().vector_sets())
      expect_set(*snapshot, set.name, 10);
  }
}

TEST(VectorSetsAhead, ManyGoToTheDiskBeforeTheCommit) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  constexpr uint32_t kManyRows = 160 * 128;  // of 4 KB each: 80 MB
  {
    const auto transaction = dataset->begin();
    transaction->append_rows(kItems, kManyRows);
    transaction->commit();
  }
  const auto transaction = dataset->begin();
  VectorSet set = embeddings("large");
  set.width = 1024;
  const uint32_t id = transaction->add_vectors(set);
  for (uint32_t block = 0; block < kManyRows / 128; ++block)
    transaction->write_block(id, block, block_of(1024, 128, block * 128.0f));
  EXPECT_GT(dataset->disk_bytes(), 64u << 20);
  EXPECT_EQ(stored_blocks(*dataset), 0u);
  const SnapshotPtr view = transaction->view();
  for (uint32_t row = 0; row < kManyRows; row += 57)
    ASSERT_EQ(first_of(*view->vector_block(id, row / 128), row % 128), static_cast<float>(row));
  transaction->commit();
  const SnapshotPtr snapshot = dataset->snapshot();
  EXPECT_EQ(snapshot->catalog().vectors(id)->vectors, kManyRows);
  for (uint32_t row = 0; row < kManyRows; row += 57)
    ASSERT_EQ(first_of(*snapshot->vector_block(id, row / 128), row % 128), static_cast<float>(row));
  EXPECT_LT(dataset->disk_bytes(), 86u << 20) << "written once";
  uintmax_t log_bytes = 0;
  for (const auto& log : row_files(directory.database(), ".log"))
    log_bytes += std::filesystem::file_size(log);
  EXPECT_LT(log_bytes, 1u << 20) << "the last of them go past the log too";
  EXPECT_EQ(findings_of(*dataset), "");
}

TEST(VectorSetsRefused, WhatDoesNotFit) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  add_rows(*dataset);
  add_set(*dataset, "clip", 1);
  const auto transaction = dataset->begin();
  const auto code_of = [](const std::function<void()>& f) { return error_of(f)->code(); };
  EXPECT_EQ(code_of([&] { transaction->add_vectors(embeddings("clip")); }), ErrorCode::kConflict);
  EXPECT_EQ(code_of([&] { transaction->write_block(1, 0, block_of(8, 4, 1)); }),
            ErrorCode::kInternal);
  EXPECT_EQ(code_of([&] { transaction->write_block(1, 0, block_of(kWidth, 5, 1)); }),
            ErrorCode::kInternal);
  EXPECT_EQ(code_of([&] { transaction->write_block(1, 5, block_of(kWidth, 3, 1)); }),
            ErrorCode::kInternal);
  EXPECT_EQ(code_of([&] { transaction->write_block(9, 0, block_of(kWidth, 4, 1)); }),
            ErrorCode::kInternal);
  expect_set(*transaction->view(), "clip", 1);
}

TEST(VectorSetsDamaged, AreNamedWithDatabaseSetAndBlock) {
  const DatabaseDirectory directory;
  {
    const auto dataset = directory.open();
    add_rows(*dataset);
    add_set(*dataset, "clip", 1);
  }
  {
    Core core(directory.database(), {.memory_bytes = 16u << 20});
    core.set_generation(2);
    WriteSet changes = core.store().changes();
    changes.put(Family::kVectors, encode_key({1, 3}), "no block");
    changes.put(Family::kVectors, encode_key({1, 4}), encode_block(block_of(9, 4, 1)));
    changes.put(Family::kVectors, encode_key({1, kBlocks}), encode_block(block_of(kWidth, 4, 1)));
    core.store().write(changes, true);
  }
  const auto dataset = directory.open({.read_only = true});
  for (const uint32_t block : {3, 4}) {
    const auto error = error_of([&] { dataset->snapshot()->vector_block(1, block); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::kCorruption);
    for (const std::string& part :
         {"block " + std::to_string(block), std::string("embeddings 'clip'"),
          directory.database().string()})
      EXPECT_NE(error->message().find(part), std::string::npos) << error->message();
  }
  EXPECT_EQ(first_of(*dataset->snapshot()->vector_block(1, 0), 0), 1);
  EXPECT_EQ(dataset->snapshot()->vector_block(1, kBlocks), nullptr) << "past the rows is nothing";
}

}  // namespace
}  // namespace cupel::storage
