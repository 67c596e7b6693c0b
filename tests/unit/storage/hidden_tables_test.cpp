#include <gtest/gtest.h>

#include "database_directory.hpp"

namespace cupel::storage {
namespace {

/// Appends rows of `speed` = first, first + 1, … to a hidden table.
void append(Transaction& transaction, std::string_view table, int rows, int64_t first) {
  Appender appender(transaction, transaction.hidden_table(table));
  const auto name = appender.slot("task", Type::kText);
  const auto speed = appender.slot("speed", Type::kInt64);
  for (int i = 0; i < rows; ++i) {
    appender.next_row();
    appender.set_text(name, "t" + std::to_string(first + i));
    appender.set_integer(speed, first + i);
  }
  appender.finish();
}

TEST(HiddenTables, AreTablesThatAreNoRuns) {
  const DatabaseDirectory directory;
  const DatasetOptions options{.chunk_rows = 7, .write_ahead_bytes = 0};
  {
    const auto dataset = directory.open(options);
    const auto transaction = dataset->begin();
    const TableId run = transaction->run("model");
    append(*transaction, "tasks", 30, 100);
    EXPECT_EQ(transaction->hidden_table("tasks"), run + 1);
    EXPECT_EQ(transaction->run("tasks"), run + 2) << "a run of the same name is another table";
    transaction->set(transaction->column(run + 1, "speed", Type::kInt64), 3, int64_t{-1});
    transaction->erase(run + 1, 4);
    transaction->commit();
  }
  for (const bool read_only : {true, false}) {
    const auto dataset = directory.open({.read_only = read_only});
    const SnapshotPtr snapshot = dataset->snapshot();
    const Catalog& catalog = snapshot->catalog();
    ASSERT_EQ(catalog.hidden_tables().size(), 1u);
    const TableId tasks = *catalog.hidden_table("tasks");
    EXPECT_TRUE(catalog.is_hidden(tasks));
    EXPECT_FALSE(catalog.is_hidden(kItems));
    EXPECT_EQ(catalog.hidden_table("answers"), std::nullopt);
    EXPECT_EQ(catalog.runs().size(), 2u);
    EXPECT_EQ(catalog.run(tasks), nullptr);
    EXPECT_EQ(catalog.live_rows(tasks), 29u);
    EXPECT_EQ(field(*snapshot, tasks, "speed", Type::kInt64, 29), Value(int64_t{129}));
    EXPECT_EQ(field(*snapshot, tasks, "speed", Type::kInt64, 3), Value(int64_t{-1}));
    EXPECT_EQ(field(*snapshot, tasks, "task", Type::kText, 8), Value("t108"));
    EXPECT_FALSE(snapshot->visible(tasks, 0).test(4));
    EXPECT_EQ(findings_of(*dataset), "");
  }
}

TEST(HiddenTables, LeaveNothingBehindWithoutCommit) {
  const DatabaseDirectory directory;
  const DatasetOptions options{.chunk_rows = 7, .write_ahead_bytes = 0};
  ASSERT_EQ(in_child([&] {
              auto* dataset = new std::shared_ptr<Dataset>(directory.open(options));
              {
                const auto transaction = (*dataset)->begin();
                append(*transaction, "tasks", 10, 0);
                transaction->commit();
              }
              auto* pending = new auto((*dataset)->begin());
              append(**pending, "tasks", 40, 10);
              append(**pending, "answers", 40, 0);
              return 0;
            }),
            0);
  const auto dataset = directory.open(options);
  EXPECT_EQ(findings_of(*dataset), "");
  const Catalog& catalog = dataset->snapshot()->catalog();
  EXPECT_EQ(catalog.hidden_table("answers"), std::nullopt);
  EXPECT_EQ(catalog.row_count(*catalog.hidden_table("tasks")), 10u);
  const auto transaction = dataset->begin();
  append(*transaction, "tasks", 3, 10);
  transaction->savepoint();
  append(*transaction, "answers", 3, 10);
  transaction->rollback_to_savepoint();
  EXPECT_EQ(transaction->catalog().hidden_table("answers"), std::nullopt);
  transaction->commit();
  const SnapshotPtr snapshot = dataset->snapshot();
  const TableId tasks = *snapshot->catalog().hidden_table("tasks");
  EXPECT_EQ(field(*snapshot, tasks, "speed", Type::kInt64, 12), Value(int64_t{12}));
  EXPECT_EQ(findings_of(*dataset), "");
}

}  // namespace
}  // namespace cupel::storage
