#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>

#include "database_directory.hpp"
#include "storage/core.hpp"
#include "storage/key.hpp"
#include "vector_sets.hpp"

// What transactions wrote ahead that came to no end: nobody sees it, and the next writer removes
// it.

namespace cupel::storage {
namespace {

using testing::block_of;
using testing::embeddings;

constexpr DatasetOptions kAhead{.chunk_rows = 7, .write_ahead_bytes = 0, .lookups_kept = 3};
constexpr uint64_t kItemCount = 10;
constexpr uint32_t kAdded = 600;

class Sweep : public ::testing::Test {
 protected:
  Sweep() : dataset_(directory_.open(kAhead)) {
    auto transaction = dataset_->begin();
    append(*transaction, "item", kItemCount);
    transaction->commit();
    transaction.reset();
    clean_ = stored();
  }

  static std::string name(std::string_view prefix, uint64_t number) {
    return std::string(prefix) + std::to_string(number);
  }

  static void append(Transaction& transaction, std::string_view prefix, uint64_t count) {
    Appender appender(transaction, kItems);
    const auto id = appender.slot("reference_id", Type::kText, false);
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t row = appender.next_row();
      appender.set_text(id, name(prefix, i));
      transaction.add_lookup(name(prefix, i), row);
    }
    appender.finish();
  }

  /// Rows, a column and a set of vectors that go ahead, and no commit.
  void give_up() {
    const auto transaction = dataset_->begin();
    append(*transaction, "undone", kAdded);
    Appender appender(*transaction, kItems);
    const auto slot = appender.slot("score", Type::kFloat64);
    for (uint32_t i = 0; i < kAdded; ++i) {
      appender.next_row();
      appender.set_number(slot, 0.5);
    }
    appender.finish();
    const uint32_t set = transaction->add_vectors(embeddings("clip"));
    transaction->write_block(set, 0, block_of(testing::kWidth, 4, 1));
  }

  /// How many keys each family holds, whoever may see them.
  std::map<Family, size_t> stored() {
    dataset_.reset();
    std::map<Family, size_t> keys;
    {
      const Core core(directory_.database(), {.read_only = true, .memory_bytes = 16u << 20});
      for (const Family family :
           {Family::kMeta, Family::kColumns, Family::kLookup, Family::kVectors}) {
        core.store().scan(family, {}, {}, nullptr, [&](std::string_view, std::string_view) {
          ++keys[family];
          return true;
        });
      }
    }
    dataset_ = directory_.open(kAhead);
    return keys;
  }

  void expect_only_items(const Snapshot& snapshot) {
    EXPECT_EQ(snapshot.catalog().row_count(kItems), kItemCount);
    EXPECT_EQ(snapshot.find_item("item3"), 3u);
    EXPECT_EQ(snapshot.find_item("undone3"), std::nullopt);
    EXPECT_EQ(findings_of(*dataset_), "");
    EXPECT_EQ(findings_of(*directory_.open({.read_only = true})), "");
  }

  const DatabaseDirectory directory_;
  std::shared_ptr<Dataset> dataset_;
  std::map<Family, size_t> clean_;
};

TEST_F(Sweep, IsDoneByTheNextWriter) {
  give_up();
  expect_only_items(*dataset_->snapshot());
  auto left = stored();
  EXPECT_GE(left[Family::kLookup], kItemCount + kAdded - kAhead.lookups_kept - 1);
  EXPECT_GT(left[Family::kColumns], clean_[Family::kColumns] + kAdded / 7);
  EXPECT_EQ(left[Family::kMeta], clean_[Family::kMeta] + 1) << "the journal";
  expect_only_items(*dataset_->snapshot());
  dataset_->begin();
  EXPECT_EQ(stored(), clean_);
}

TEST_F(Sweep, GivesTheRoomOfTablesBackAtOnce) {
  constexpr size_t kBytes = 16 * 128 * 1024 * sizeof(float);
  const uint64_t before = dataset_->disk_bytes();
  auto transaction = dataset_->begin();
  VectorSet set = embeddings("large");
  set.width = 1024;
  transaction->append_rows(kItems, 2048);
  const uint32_t id = transaction->add_vectors(set);
  for (uint32_t block = 0; block < 16; ++block)
    transaction->write_block(id, block, block_of(1024, 128, 1));
  EXPECT_GT(dataset_->disk_bytes(), before + kBytes);
  transaction.reset();
  EXPECT_LT(dataset_->disk_bytes(), before + kBytes / 8);
}

TEST_F(Sweep, CanBeStoppedAndGoesOn) {
  give_up();
  int polls = 0;
  const auto stop = [&] {
    if (++polls == 2) throw std::runtime_error("stop");
  };
  EXPECT_THROW(dataset_->begin(stop), std::runtime_error);
  expect_only_items(*dataset_->snapshot());
  const auto transaction = dataset_->begin();
  append(*transaction, "undone", kAdded);
  transaction->commit();
  const SnapshotPtr snapshot = dataset_->snapshot();
  for (uint64_t i = 0; i < kAdded; ++i)
    EXPECT_EQ(snapshot->find_item(name("undone", i)), kItemCount + i);
  EXPECT_EQ(findings_of(*dataset_), "");
}

/// Which takes a pass over all look-ups.
TEST_F(Sweep, LooksForLookupsUnlessTheJournalTellsOfChunksOnly) {
  dataset_.reset();
  for (const std::string_view journal : {kChunksAhead, kLookupsAhead, std::string_view("CKS1")}) {
    {
      Core core(directory_.database(), {.memory_bytes = 16u << 20});
      core.set_generation(1);
      WriteSet changes = core.store().changes();
      changes.put(Family::kMeta, kJournalKey, journal);
      changes.put(Family::kLookup, "stray", encode_ordinal(kItemCount));
      core.store().write(changes, true);
    }
    directory_.open(kAhead)->begin();
    auto left = stored();
    dataset_.reset();
    EXPECT_EQ(left[Family::kLookup], kItemCount + (journal == kChunksAhead)) << journal;
    EXPECT_EQ(left[Family::kMeta], clean_[Family::kMeta]) << journal;
  }
}

TEST_F(Sweep, IsToldWhatWentAhead) {
  const auto journal = [&] {
    dataset_.reset();
    std::string value;
    const Core core(directory_.database(), {.read_only = true, .memory_bytes = 16u << 20});
    core.store().read(Family::kMeta, kJournalKey, nullptr,
                      [&](std::string_view bytes) { value = bytes; });
    return value;
  };
  {
    const auto transaction = dataset_->begin();
    Appender appender(*transaction, kItems);
    const auto id = appender.slot("reference_id", Type::kText, false);
    for (uint32_t i = 0; i < kAdded; ++i) {
      appender.next_row();
      appender.set_text(id, "a");
    }
    appender.finish();
  }
  EXPECT_EQ(journal(), kChunksAhead);
  dataset_ = directory_.open(kAhead);
  give_up();
  EXPECT_EQ(journal(), kLookupsAhead);
}

/// A statement within a transaction that added items and was taken back.
class UndoneItems : public Sweep {
 protected:
  UndoneItems() : transaction_(dataset_->begin()) {
    transaction_->savepoint();
    append(*transaction_, "undone", kAdded);
    transaction_->rollback_to_savepoint();
    EXPECT_EQ(transaction_->view()->find_item("undone3"), std::nullopt);
  }
  void commit() {
    transaction_->commit();
    transaction_.reset();
  }

  std::unique_ptr<Transaction> transaction_;
};

TEST_F(UndoneItems, AreNotFoundByRowsThatComeAfter) {
  append(*transaction_, "later", kAdded);
  EXPECT_EQ(transaction_->view()->find_item("undone3"), std::nullopt);
  EXPECT_EQ(transaction_->view()->find_item("later3"), kItemCount + 3);
  commit();
  EXPECT_EQ(dataset_->snapshot()->find_item("undone3"), std::nullopt);
  EXPECT_EQ(dataset_->snapshot()->find_item("later3"), kItemCount + 3);
  EXPECT_EQ(findings_of(*dataset_), "");
}

TEST_F(UndoneItems, AreLeftToTheNextWriterByACommitWithoutRows) {
  transaction_->set_document("note", "n", "text");
  commit();
  expect_only_items(*dataset_->snapshot());
  EXPECT_GT(stored()[Family::kLookup], kItemCount);
  expect_only_items(*dataset_->snapshot());
  dataset_->begin();
  EXPECT_EQ(stored(), clean_);
}

TEST_F(UndoneItems, AreRemovedByTheNextStatementWhichCanBeStopped) {
  EXPECT_THROW(transaction_->savepoint([] { throw std::runtime_error("stop"); }),
               std::runtime_error);
  EXPECT_EQ(transaction_->view()->find_item("undone3"), std::nullopt);
  transaction_->savepoint();
  append(*transaction_, "undone", 5);
  commit();
  EXPECT_EQ(dataset_->snapshot()->find_item("undone3"), kItemCount + 3);
  EXPECT_EQ(dataset_->snapshot()->find_item("undone5"), std::nullopt);
  EXPECT_EQ(stored()[Family::kLookup], kItemCount + 5);
}

}  // namespace
}  // namespace cupel::storage
