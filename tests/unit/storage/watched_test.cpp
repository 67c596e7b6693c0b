#include <gtest/gtest.h>

#include "database_directory.hpp"

namespace cupel::storage {
namespace {

uint64_t changes_of(const Catalog& catalog, std::string_view name) {
  const Column* column = catalog.find(kItems, name, Type::kInt64);
  const auto found = catalog.watched.find(column->id);
  return found == catalog.watched.end() ? ~uint64_t{0} : found->second;
}

TEST(Watched, ColumnsCountTheirChangesAndOthersDoNot) {
  const DatabaseDirectory directory;
  {
    const auto dataset = directory.open();
    auto transaction = dataset->begin();
    Appender rows(*transaction, kItems);
    const auto speed = rows.slot("speed", Type::kInt64);
    const auto other = rows.slot("other", Type::kInt64);
    for (int64_t i = 0; i < 4; ++i) {
      rows.next_row();
      rows.set_integer(speed, i);
      rows.set_integer(other, i);
    }
    rows.finish();
    transaction->commit();

    transaction = dataset->begin();
    const ColumnId column = transaction->column(kItems, "speed", Type::kInt64);
    transaction->watch(column);
    transaction->commit();
    EXPECT_EQ(changes_of(dataset->snapshot()->catalog(), "speed"), 0U);
    EXPECT_EQ(changes_of(dataset->snapshot()->catalog(), "other"), ~uint64_t{0});

    transaction = dataset->begin();
    transaction->watch(column);
    transaction->set(transaction->column(kItems, "other", Type::kInt64), 1, int64_t{9});
    transaction->commit();
    EXPECT_EQ(changes_of(dataset->snapshot()->catalog(), "speed"), 0U);

    transaction = dataset->begin();
    transaction->set(column, 1, int64_t{9});
    const uint64_t before = changes_of(transaction->view()->catalog(), "speed");
    EXPECT_GT(before, 0U) << "a view flushes what is pending";
    transaction->savepoint();
    transaction->set(column, 2, int64_t{9});
    EXPECT_GT(changes_of(transaction->view()->catalog(), "speed"), before);
    transaction->rollback_to_savepoint();
    EXPECT_EQ(changes_of(transaction->view()->catalog(), "speed"), before);
    transaction->replace_chunk(column, 0, Chunk{.type = Type::kInt64});
    EXPECT_GT(changes_of(transaction->view()->catalog(), "speed"), before);
    transaction.reset();
    EXPECT_EQ(changes_of(dataset->snapshot()->catalog(), "speed"), 0U) << "never committed";

    transaction = dataset->begin();
    transaction->set(column, 3, int64_t{9});
    transaction->commit();
  }
  const auto dataset = directory.open();
  EXPECT_EQ(changes_of(dataset->snapshot()->catalog(), "speed"), 1U);
  EXPECT_EQ(changes_of(dataset->snapshot()->catalog(), "other"), ~uint64_t{0});
  EXPECT_EQ(findings_of(*dataset), "");
}

}  // namespace
}  // namespace cupel::storage
