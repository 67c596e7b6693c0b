#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

constexpr size_t kRows = 150'000;

Database large() {
  Database database = open();
  Session session = database.session();
  EXPECT_EQ(session.append_items(numbered_items(kRows)).value().added, kRows);
  return database;
}

TEST(Cursor, StreamsBatchesOfAtMostAChunk) {
  const Database database = large();
  Session session = database.session();
  Result<Cursor> cursor = session.run("SELECT metadata.n WHERE metadata.n >= 10");
  ASSERT_TRUE(cursor.ok());
  size_t batches = 0;
  int64_t expected = 10;
  for (;;) {
    const std::optional<Batch> batch = cursor->next().value();
    if (!batch) break;
    ++batches;
    ASSERT_GE(batch->rows, 1U);
    ASSERT_LE(batch->rows, 65'536U);
    ASSERT_EQ(batch->columns[0].size(), batch->rows);
    for (const int64_t value : batch->columns[0].integers) ASSERT_EQ(value, expected++);
  }
  EXPECT_EQ(expected, static_cast<int64_t>(kRows));
  EXPECT_GE(batches, 3U);
  EXPECT_FALSE(cursor->next().value().has_value()) << "the end stays the end";
  EXPECT_GE(cursor->statistics().chunks_read, 3U);
}

TEST(Cursor, SkippedChunksAreCountedNotRead) {
  const Database database = large();
  Session session = database.session();
  const Table table = run(session, "SELECT reference_id WHERE metadata.n > 140000");
  EXPECT_EQ(table.rows(), kRows - 140'001);
  EXPECT_LT(table.statistics.chunks_read, table.statistics.chunks_total);
}

TEST(Cursor, KeepsItsSnapshotWhileRowsGoAway) {
  const Database database = large();
  Session session = database.session();
  Session writer = database.session();
  Result<Cursor> cursor = session.run("SELECT metadata.n");
  size_t rows = cursor->next().value()->rows;
  run(writer, "DELETE FROM items WHERE metadata.n > 5");
  EXPECT_EQ(count(writer, "FROM items"), 6);
  while (const std::optional<Batch> batch = cursor->next().value()) rows += batch->rows;
  EXPECT_EQ(rows, kRows);
}

TEST(Cursor, CanBeLeftHalfReadAndMoved) {
  const Database database = large();
  Session session = database.session();
  {
    Result<Cursor> cursor = session.run("SELECT metadata.n");
    ASSERT_TRUE(cursor->next().value().has_value());
    Cursor moved = std::move(cursor).value();
    ASSERT_TRUE(moved.next().value().has_value());
  }
  EXPECT_EQ(count(session, "FROM items"), static_cast<int64_t>(kRows));
}

TEST(Cursor, EmptyAnswersHaveColumnsAndNoBatch) {
  Session session = open().session();
  Result<Cursor> cursor = session.run("SELECT reference_id, width WHERE width > 3");
  ASSERT_EQ(cursor->columns().size(), 2U);
  EXPECT_FALSE(cursor->next().value().has_value());
}

TEST(Cursor, MissingValuesAreMarked) {
  Session session = open().session();
  std::vector<ItemRow> items = numbered_items(3);
  items[1].width = 640;
  ASSERT_TRUE(session.append_items(items).ok());
  Result<Cursor> cursor = session.run("SELECT width");
  const Batch batch = cursor->next().value().value();
  EXPECT_TRUE(batch.columns[0].is_missing(0));
  EXPECT_FALSE(batch.columns[0].is_missing(1));
  EXPECT_EQ(batch.columns[0].integers, (std::vector<int64_t>{0, 640, 0}));
}

TEST(Cursor, ValuesOfSeveralTypesAreOfAnyType) {
  Session session = open().session();
  std::vector<ItemRow> items = numbered_items(3);
  items[0].metadata.emplace_back("v", Value(1));
  items[1].metadata.emplace_back("v", Value("one"));
  ASSERT_TRUE(session.append_items(items).ok());
  const Table table = run(session, "SELECT metadata.v");
  EXPECT_EQ(table.columns[0].type, Type::kAny);
  EXPECT_EQ(table.value(0, 0), Value(1));
  EXPECT_EQ(table.value(1, 0), Value("one"));
  EXPECT_TRUE(table.value(2, 0).is_missing());
}

}  // namespace
}  // namespace cupel::testing
