#include "storage/dataset.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "database_directory.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

void add_items(Dataset& dataset, int begin, int end) {
  const auto transaction = dataset.begin();
  for (int i = begin; i < end; ++i) add_item(*transaction, "item-" + std::to_string(i));
  transaction->commit();
}

TEST(Dataset, KeepsWhatWasCommittedOverReopening) {
  const DatabaseDirectory directory;
  {
    const auto dataset = directory.open({.chunk_rows = 7});
    EXPECT_EQ(dataset->snapshot()->catalog().generation, 0u);
    add_items(*dataset, 0, 20);
  }
  const auto dataset = directory.open({.chunk_rows = 100});
  const SnapshotPtr snapshot = dataset->snapshot();
  EXPECT_EQ(snapshot->catalog().chunk_rows, 7u) << "fixed at creation";
  EXPECT_EQ(snapshot->catalog().generation, 1u);
  EXPECT_EQ(snapshot->catalog().row_count(kItems), 20u);
  EXPECT_EQ(snapshot->find_item("item-13"), 13u);
  EXPECT_EQ(snapshot->find_item("item-20"), std::nullopt);
  EXPECT_EQ(field(*snapshot, kItems, "reference_id", Type::kText, 13), Value("item-13"));
  EXPECT_EQ(snapshot->rows_in_chunk(kItems, 2), 6u);
  EXPECT_EQ(snapshot->visible(kItems, 2).count(), 6u);
  EXPECT_EQ(findings_of(*dataset), "");
  EXPECT_GT(dataset->disk_bytes(), 1000u);
}

TEST(Dataset, IsReadAtAnyMomentAWriterDies) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  add_items(*dataset, 0, 10);
  // Rows of several families keep several logs alive, now more, now fewer.
  for (size_t commits = 1; commits <= 20; ++commits) {
    const auto transaction = dataset->begin();
    transaction->set_document("note", "n", std::string((size_t{2} << 20) + commits, 'a'));
    transaction->commit();
    const DatabaseDirectory left;
    std::error_code gone;  // a file went away while it was copied
    fs::copy(directory.database(), left.database(), fs::copy_options::recursive, gone);
    if (gone) continue;
    const auto reader = left.open({.read_only = true});
    const SnapshotPtr snapshot = reader->snapshot();
    EXPECT_EQ(snapshot->catalog().row_count(kItems), 10u);
    EXPECT_EQ(snapshot->catalog().document("note", "n")->size(), (size_t{2} << 20) + commits);
    EXPECT_EQ(findings_of(*reader), "");
  }
}

TEST(Dataset, AReaderSeesOneGenerationWhateverWritersDo) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  add_items(*dataset, 0, 3);
  const auto set_speed = [&](int64_t speed) {
    const auto transaction = dataset->begin();
    const ColumnId column = transaction->column(kItems, "metadata.speed", Type::kInt64);
    for (uint64_t row = 0; row < 3; ++row) transaction->set(column, row, speed);
    transaction->commit();
  };
  std::vector<SnapshotPtr> snapshots;
  for (int64_t speed = 0; speed < 5; ++speed) {
    set_speed(speed);
    snapshots.push_back(dataset->snapshot());
  }
  for (int round = 0; round < 2; ++round)
    for (int64_t speed = 0; speed < 5; ++speed)
      EXPECT_EQ(field(*snapshots[speed], kItems, "metadata.speed", Type::kInt64, 1), Value(speed));
}

TEST(Dataset, ASnapshotOutlivesItsDataset) {
  const DatabaseDirectory directory;
  SnapshotPtr snapshot;
  {
    const auto dataset = directory.open();
    add_items(*dataset, 0, 3);
    snapshot = dataset->snapshot();
  }
  EXPECT_EQ(error_of([&] { directory.open(); })->code(), ErrorCode::kConflict);
  EXPECT_EQ(snapshot->find_item("item-2"), 2u);
  snapshot.reset();
  EXPECT_EQ(directory.open()->snapshot()->find_item("item-2"), 2u);
}

TEST(Dataset, ReadersNeverSeeHalfACommit) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open({.chunk_rows = 16});
  add_items(*dataset, 0, 64);
  {
    const auto transaction = dataset->begin();
    const ColumnId column = transaction->column(kItems, "balance", Type::kInt64);
    for (uint64_t row = 0; row < 64; ++row) transaction->set(column, row, int64_t{100});
    transaction->commit();
  }
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      uint64_t last = 0;
      while (!stop) {
        const SnapshotPtr snapshot = dataset->snapshot();
        int64_t sum = 0;
        for (uint64_t row = 0; row < 64; ++row)
          sum += field(*snapshot, kItems, "balance", Type::kInt64, row).as_int();
        if (sum != 6400 || snapshot->catalog().generation < last) ++wrong;
        last = snapshot->catalog().generation;
      }
    });
  for (int i = 0; i < 100; ++i) {
    const auto transaction = dataset->begin();
    const SnapshotPtr view = transaction->view();
    const ColumnId column = transaction->column(kItems, "balance", Type::kInt64);
    const uint64_t from = i * 5 % 64;
    const uint64_t to = (i * 11 + 7) % 64;
    if (from == to) continue;
    transaction->set(column, from, view->value(column, from).as_int() - 3);
    transaction->set(column, to, view->value(column, to).as_int() + 3);
    transaction->commit();
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Dataset, InMemoryItLeavesNoFile) {
  const auto before = fs::exists(":memory:");
  const auto dataset = Dataset::open(":memory:", {.memory_bytes = 16u << 20});
  add_items(*dataset, 0, 10);
  EXPECT_EQ(dataset->snapshot()->find_item("item-9"), 9u);
  EXPECT_EQ(findings_of(*dataset), "");
  EXPECT_FALSE(before);
  EXPECT_FALSE(fs::exists(":memory:"));
  const auto other = Dataset::open(":memory:", {.memory_bytes = 16u << 20});
  EXPECT_EQ(other->snapshot()->catalog().row_count(kItems), 0u) << "each its own";
}

TEST(Dataset, ASecondWriterIsRefusedAndAReaderIsNot) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  add_items(*dataset, 0, 5);
  const auto error = error_of([&] { directory.open(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kConflict);
  EXPECT_NE(error->message().find(std::to_string(::getpid())), std::string::npos);

  const auto reader = directory.open({.read_only = true});
  add_items(*dataset, 5, 10);
  const SnapshotPtr snapshot = reader->snapshot();
  EXPECT_EQ(snapshot->catalog().row_count(kItems), 5u) << "the state as of opening";
  EXPECT_EQ(snapshot->find_item("item-4"), 4u);
  EXPECT_EQ(snapshot->find_item("item-7"), std::nullopt);
  EXPECT_EQ(error_of([&] { reader->begin(); })->code(), ErrorCode::kUnsupported);
  EXPECT_EQ(directory.open({.read_only = true})->snapshot()->find_item("item-7"), 7u);
}

TEST(Dataset, AReaderSeesNothingOfAnUnfinishedAppend) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open({.chunk_rows = 7, .write_ahead_bytes = 0});
  add_items(*dataset, 0, 7);
  const auto transaction = dataset->begin();
  Appender appender(*transaction, kItems);
  const auto slot = appender.slot("reference_id", Type::kText, false);
  for (int i = 0; i < 21; ++i) {
    appender.next_row();
    appender.set_text(slot, "new");
  }
  appender.finish();
  const auto reader = directory.open({.read_only = true});
  EXPECT_EQ(reader->snapshot()->catalog().row_count(kItems), 7u);
  EXPECT_EQ(reader->snapshot()->chunk(0, 1), nullptr);
}

TEST(Dataset, AnotherFormatIsRefusedByNumber) {
  const DatabaseDirectory directory;
  directory.open();
  const std::string identity = file_bytes(directory.database() / "CUPEL");
  const std::map<std::string, std::string> cases = {
      {"7", "was written in format 7, this program reads formats 2 to 3; use a newer cupel"},
      {"1", "was written in format 1, this program reads formats 2 to 3; export its data"}};
  for (const auto& [format, message] : cases) {
    std::string other = identity;
    other.replace(other.find("\n3\n"), 3, "\n" + format + "\n");
    write_bytes(directory.database() / "CUPEL", other);
    for (const bool read_only : {false, true}) {
      const auto error = error_of([&] { directory.open({.read_only = read_only}); });
      ASSERT_TRUE(error);
      EXPECT_EQ(error->code(), ErrorCode::kUnsupported);
      EXPECT_NE(error->message().find(message), std::string::npos) << error->message();
    }
  }
}

TEST(Dataset, AnOlderFormatIsReadAndBecomesThisOneWhenWritten) {
  const DatabaseDirectory directory;
  add_items(*directory.open(), 0, 7);
  const std::string identity = file_bytes(directory.database() / "CUPEL");
  std::string older = identity;
  older.replace(older.find("\n3\n"), 3, "\n2\n");
  write_bytes(directory.database() / "CUPEL", older);
  EXPECT_EQ(directory.open({.read_only = true})->snapshot()->catalog().row_count(kItems), 7u);
  EXPECT_EQ(file_bytes(directory.database() / "CUPEL"), older);
  EXPECT_EQ(directory.open()->snapshot()->catalog().row_count(kItems), 7u);
  EXPECT_EQ(file_bytes(directory.database() / "CUPEL"), identity);
}

TEST(Dataset, AnotherDirectoryIsRefusedAndLeftAlone) {
  const DatabaseDirectory directory;
  fs::create_directory(directory.database());
  write_bytes(directory.database() / "photo.jpg", "x");
  for (const bool read_only : {false, true})
    EXPECT_EQ(error_of([&] { directory.open({.read_only = read_only}); })->code(),
              ErrorCode::kUnsupported);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.database()), fs::directory_iterator()),
            1);
  fs::remove_all(directory.database());
  write_bytes(directory.database(), "a file");
  EXPECT_EQ(error_of([&] { directory.open(); })->code(), ErrorCode::kUnsupported);
}

TEST(Dataset, WhatIsNotThereIsAnErrorUnlessItMayBeMade) {
  const DatabaseDirectory directory;
  EXPECT_EQ(error_of([&] { directory.open({.create = false}); })->code(), ErrorCode::kIo);
  EXPECT_EQ(error_of([&] { directory.open({.read_only = true}); })->code(), ErrorCode::kIo);
  EXPECT_FALSE(fs::exists(directory.database()));
  fs::create_directory(directory.database());
  EXPECT_EQ(directory.open()->snapshot()->catalog().row_count(kItems), 0u)
      << "an empty directory will do";
}

TEST(Dataset, OneWhoseMakerDiedAtOnceIsNotThereYet) {
  const DatabaseDirectory directory;
  fs::create_directory(directory.database());
  EXPECT_EQ(error_of([&] { directory.open({.read_only = true}); })->code(),
            ErrorCode::kUnsupported);
  write_bytes(directory.database() / "LOCK", "1\n");
  const auto error = error_of([&] { directory.open({.read_only = true}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kIo);
  EXPECT_TRUE(error->message().ends_with("making it has not come to its end")) << error->message();
  EXPECT_FALSE(error_of([&] { directory.open(); }));
}

TEST(Dataset, CommitsSurviveADeath) {
  const DatabaseDirectory directory;
  for (int round = 0; round < 4; ++round) {
    ASSERT_EQ(in_child([&] {
                auto* dataset = new std::shared_ptr<Dataset>(directory.open({.chunk_rows = 7}));
                add_items(**dataset, round * 10, round * 10 + 10);
                auto* pending = new auto((*dataset)->begin());
                add_item(**pending, "lost");
                return 0;
              }),
              0);
    const auto dataset = directory.open();
    EXPECT_EQ(dataset->snapshot()->catalog().row_count(kItems), round * 10u + 10u);
    EXPECT_EQ(dataset->snapshot()->find_item("lost"), std::nullopt);
    EXPECT_EQ(findings_of(*dataset), "");
  }
}

}  // namespace
}  // namespace cupel::storage
