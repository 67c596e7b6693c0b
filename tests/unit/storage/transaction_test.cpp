#include "storage/transaction.hpp"

#include <gtest/gtest.h>

#include <future>
#include <map>
#include <thread>

#include "database_directory.hpp"

namespace cupel::storage {
namespace {

TEST(Transaction, WithoutChangesCommitsWithoutAWrite) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  dataset->begin()->commit();
  EXPECT_EQ(dataset->snapshot()->catalog().generation, 0u);
}

TEST(Transaction, LeavesNothingBehindWithoutCommit) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open({.chunk_rows = 7, .write_ahead_bytes = 0});
  {
    const auto transaction = dataset->begin();
    Appender appender(*transaction, kItems);
    const auto slot = appender.slot("name", Type::kText);
    for (int i = 0; i < 30; ++i) {
      appender.next_row();
      appender.set_text(slot, "a");
    }
    appender.finish();
    EXPECT_EQ(field(*transaction->view(), kItems, "name", Type::kText, 29), Value("a"));
  }
  EXPECT_EQ(dataset->snapshot()->catalog().row_count(kItems), 0u);
  EXPECT_EQ(findings_of(*dataset), "");
}

TEST(Transaction, SeesItsOwnChangesAndOthersDoNot) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  const auto transaction = dataset->begin();
  add_item(*transaction, "a");
  const SnapshotPtr view = transaction->view();
  EXPECT_EQ(view->find_item("a"), 0u);
  EXPECT_EQ(field(*view, kItems, "reference_id", Type::kText, 0), Value("a"));
  EXPECT_EQ(dataset->snapshot()->find_item("a"), std::nullopt);
  transaction->commit();
  EXPECT_EQ(dataset->snapshot()->find_item("a"), 0u);
  EXPECT_EQ(error_of([&] { transaction->append_rows(kItems, 1); })->code(), ErrorCode::kInternal);
}

TEST(Transaction, ChunksInMemoryFollowItsChanges) {
  const DatabaseDirectory directory;
  auto dataset = directory.open({.chunk_rows = 7});
  ColumnId column = 0;
  const auto change = [&](const std::map<uint64_t, Value>& values) {
    const auto transaction = dataset->begin();
    column = transaction->column(kItems, "n", Type::kInt64);
    if (transaction->catalog().row_count(kItems) == 0) transaction->append_rows(kItems, 10);
    for (const auto& [row, value] : values) transaction->set(column, row, value);
    transaction->commit();
  };
  const auto numbers = [&](const Snapshot& snapshot) {
    std::vector<Value> out;
    for (uint64_t row = 0; row < 10; ++row) out.push_back(snapshot.value(column, row));
    return out;
  };
  change({{0, 1}, {3, 1000}, {8, 5}});
  const SnapshotPtr before = dataset->snapshot();
  std::vector<Value> twin = numbers(*before);
  const std::vector<Value> first = twin;
  const std::map<uint64_t, Value> changes[] = {
      {{3, 2}}, {{0, Missing()}, {9, 70000}}, {{0, 1}, {8, Missing()}}, {{1, 7}, {9, Missing()}}};
  for (const auto& values : changes) {
    change(values);
    for (const auto& [row, value] : values) twin[row] = value;
    EXPECT_EQ(numbers(*dataset->snapshot()), twin);
    EXPECT_EQ(numbers(*before), first);
    EXPECT_EQ(findings_of(*dataset), "");
  }
}

TEST(Transaction, TheNextOneWaits) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  auto first = dataset->begin();
  add_item(*first, "a");
  auto second = std::async(std::launch::async, [&] {
    const auto transaction = dataset->begin();
    const bool saw = transaction->view()->find_item("a").has_value();
    return saw;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  first->commit();
  first.reset();
  EXPECT_TRUE(second.get());
}

TEST(Transaction, SetsAndRemovesFieldsOfEveryType) {
  const DatabaseDirectory directory;
  const std::vector<Value> values = {true, int64_t{1} << 40, 0.1, "text", Timestamp{-7}};
  for (const bool reopen : {false, true}) {
    auto dataset = directory.open({.chunk_rows = 7});
    if (!reopen) {
      const auto transaction = dataset->begin();
      transaction->append_rows(kItems, 10);
      for (const Value& value : values) {
        const ColumnId column = transaction->column(kItems, "f", value.type());
        for (uint64_t row = 0; row < 10; row += 3) transaction->set(column, row, value);
        transaction->set(column, 3, Missing());
      }
      transaction->commit();
    }
    const SnapshotPtr snapshot = dataset->snapshot();
    for (const Value& value : values)
      for (uint64_t row = 0; row < 10; ++row)
        EXPECT_EQ(field(*snapshot, kItems, "f", value.type(), row),
                  row % 3 == 0 && row != 3 ? value : Value());
    EXPECT_EQ(findings_of(*dataset), "");
  }
}

TEST(Transaction, DeletesOnce) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  auto transaction = dataset->begin();
  for (const char* id : {"a", "b", "c"}) add_item(*transaction, id);
  transaction->commit();
  transaction = nullptr;
  const SnapshotPtr before = dataset->snapshot();
  transaction = dataset->begin();
  transaction->erase(kItems, 1);
  EXPECT_EQ(error_of([&] { transaction->erase(kItems, 1); })->code(), ErrorCode::kInternal);
  EXPECT_EQ(transaction->view()->find_item("b"), std::nullopt);
  const uint64_t again = add_item(*transaction, "b");
  transaction->commit();
  const SnapshotPtr after = dataset->snapshot();
  EXPECT_EQ(before->find_item("b"), 1u);
  EXPECT_EQ(after->find_item("b"), again);
  EXPECT_EQ(after->catalog().live_rows(kItems), 3u);
  EXPECT_FALSE(after->visible(kItems, 0).test(1));
  EXPECT_EQ(findings_of(*dataset), "");
  transaction = dataset->begin();
  EXPECT_EQ(error_of([&] { transaction->erase(kItems, 1); })->code(), ErrorCode::kInternal);
}

TEST(Transaction, ReturnsToItsSavepoint) {
  for (const size_t write_ahead_bytes : {size_t{0}, size_t{4} << 20}) {
    const DatabaseDirectory directory;
    const auto dataset = directory.open({.chunk_rows = 7, .write_ahead_bytes = write_ahead_bytes});
    const auto transaction = dataset->begin();
    const auto append = [&](int rows, const char* label, bool with_score) {
      Appender appender(*transaction, kItems);
      const auto name = appender.slot("label", Type::kText);
      const auto score = with_score ? appender.slot("score", Type::kFloat64) : name;
      for (int i = 0; i < rows; ++i) {
        appender.next_row();
        appender.set_text(name, label);
        if (with_score) appender.set_number(score, 0.5);
      }
      appender.finish();
    };
    append(10, "kept", false);
    transaction->savepoint();
    append(20, "undone", true);
    add_item(*transaction, "undone");
    transaction->add_slice({0, "undone"});
    transaction->set(transaction->column(kItems, "label", Type::kText), 3, "undone");
    transaction->erase(kItems, 2);
    transaction->rollback_to_savepoint();
    EXPECT_EQ(transaction->catalog().row_count(kItems), 10u);
    EXPECT_EQ(transaction->catalog().slice("undone"), nullptr);
    append(15, "later", false);
    const ColumnId score = transaction->column(kItems, "score", Type::kFloat64);
    SnapshotPtr view = transaction->view();
    for (uint64_t row = 0; row < 25; ++row)
      EXPECT_TRUE(view->value(score, row).is_missing()) << "rows inherit nothing: " << row;
    view.reset();
    transaction->commit();
    const SnapshotPtr snapshot = dataset->snapshot();
    for (uint64_t row = 0; row < 25; ++row)
      EXPECT_EQ(field(*snapshot, kItems, "label", Type::kText, row),
                Value(row < 10 ? "kept" : "later"))
          << row;
    EXPECT_EQ(snapshot->find_item("undone"), std::nullopt);
    EXPECT_EQ(snapshot->catalog().live_rows(kItems), 25u);
    EXPECT_EQ(findings_of(*dataset), "");
  }
}

TEST(Transaction, SlicesTakeTheirColumnsWithThem) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open({.chunk_rows = 7});
  auto transaction = dataset->begin();
  transaction->append_rows(kItems, 20);
  const uint32_t id = transaction->add_slice({0, "night"}).id;
  const ColumnId column =
      transaction->column(kItems, "$slice:" + std::to_string(id), Type::kBool, false);
  for (uint64_t row = 0; row < 20; row += 2) transaction->set(column, row, true);
  transaction->commit();
  const SnapshotPtr before = dataset->snapshot();
  transaction = nullptr;
  transaction = dataset->begin();
  transaction->remove_slice("night");
  transaction->commit();
  EXPECT_EQ(before->value(column, 18), Value(true));
  EXPECT_TRUE(dataset->snapshot()->catalog().columns(kItems).empty());
  uint64_t chunks = 0;
  dataset->for_each_chunk([&](ColumnId, uint32_t, uint64_t) { ++chunks; });
  EXPECT_EQ(chunks, 0u);
  EXPECT_EQ(findings_of(*dataset), "");
}

TEST(Transaction, RemovesAColumnWithItsChunks) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  auto transaction = dataset->begin();
  transaction->append_rows(kItems, 200);
  const ColumnId kept = transaction->column(kItems, "kept", Type::kFloat64);
  const ColumnId score = transaction->column(kItems, "score", Type::kFloat64);
  const ColumnId note = transaction->column(kItems, "note", Type::kText);
  for (uint64_t row = 0; row < 200; ++row) {
    transaction->set(kept, row, 1.5);
    transaction->set(score, row, 0.5);
  }
  transaction->commit();
  const SnapshotPtr before = dataset->snapshot();
  transaction = nullptr;
  transaction = dataset->begin();
  transaction->set(score, 7, 0.75);
  transaction->remove_column(note);
  transaction->savepoint();
  transaction->remove_column(score);
  transaction->rollback_to_savepoint();
  EXPECT_EQ(transaction->view()->value(score, 7), Value(0.75));
  transaction->set(score, 8, 0.25);
  transaction->remove_column(score);
  // A new column of that name inherits nothing.
  const ColumnId again = transaction->column(kItems, "score", Type::kFloat64);
  transaction->set(again, 9, 0.125);
  transaction->commit();
  EXPECT_EQ(before->value(score, 7), Value(0.5));
  const SnapshotPtr after = dataset->snapshot();
  EXPECT_EQ(after->catalog().find(kItems, "score", Type::kFloat64)->id, again);
  EXPECT_EQ(after->value(again, 8), Value());
  EXPECT_EQ(after->value(again, 9), Value(0.125));
  EXPECT_EQ(after->value(kept, 8), Value(1.5));
  dataset->for_each_chunk([&](ColumnId id, uint32_t, uint64_t) { EXPECT_NE(id, score); });
  EXPECT_EQ(findings_of(*dataset), "");
}

TEST(Transaction, ATextTooLongForTheDictionaryMakesItsChunkPlain) {
  const DatabaseDirectory directory;
  const std::string length(5000, 'x');
  const auto dataset = directory.open();
  auto transaction = dataset->begin();
  transaction->append_rows(kItems, 100);
  const ColumnId column = transaction->column(kItems, "note", Type::kText);
  for (uint64_t row = 0; row < 100; ++row)
    transaction->set(column, row, "n" + std::to_string(row % 5));
  transaction->commit();
  EXPECT_TRUE(dataset->snapshot()->chunk(column, 0)->is_coded());
  transaction = nullptr;
  transaction = dataset->begin();
  transaction->set(column, 50, length);
  transaction->set(column, 51, "new");
  transaction->commit();
  const SnapshotPtr snapshot = dataset->snapshot();
  EXPECT_FALSE(snapshot->chunk(column, 0)->is_coded());
  EXPECT_EQ(snapshot->value(column, 50), Value(length));
  EXPECT_EQ(snapshot->value(column, 51), Value("new"));
  EXPECT_EQ(snapshot->value(column, 99), Value("n4"));
  EXPECT_EQ(findings_of(*dataset), "");
}

TEST(Transaction, AFullDictionaryIsNoLimitForTexts) {
  const DatabaseDirectory directory;
  constexpr uint64_t kRows = kMaxDictionaryTexts + 1000;
  {
    const auto dataset = directory.open();
    const auto transaction = dataset->begin();
    transaction->append_rows(kItems, kRows);
    const ColumnId column = transaction->column(kItems, "note", Type::kText);
    for (uint64_t row = 0; row < kRows; ++row)
      transaction->set(column, row, "note " + std::to_string(row));
    transaction->commit();
  }
  const auto dataset = directory.open();
  const SnapshotPtr snapshot = dataset->snapshot();
  EXPECT_EQ(snapshot->dictionary(0)->size(), kMaxDictionaryTexts);
  for (uint64_t row = 0; row < kRows; row += 333)
    EXPECT_EQ(snapshot->value(0, row), Value("note " + std::to_string(row)));
  EXPECT_EQ(findings_of(*dataset), "");
}

}  // namespace
}  // namespace cupel::storage
