#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

class TransactionTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(session.append_items(numbered_items(4)).ok()); }

  Database database = open();
  Session session = database.session();
  Session other = database.session();
};

TEST_F(TransactionTest, IsSeenByOthersOnlyWhenCommitted) {
  EXPECT_FALSE(session.in_transaction());
  run(session, "BEGIN");
  EXPECT_TRUE(session.in_transaction());
  run(session, "UPDATE items SET metadata.n = 100 WHERE metadata.n = 0");
  run(session, "CREATE SLICE big AS metadata.n = 100");
  EXPECT_EQ(count(session, "WHERE slice = big"), 1);
  EXPECT_EQ(count(other, "WHERE metadata.n = 100"), 0);
  EXPECT_EQ(error_of(other, "slice = big").code(), ErrorCode::kName);
  run(session, "COMMIT");
  EXPECT_FALSE(session.in_transaction());
  EXPECT_EQ(count(other, "WHERE metadata.n = 100"), 1);
  EXPECT_EQ(count(other, "WHERE slice = big"), 1);
}

TEST_F(TransactionTest, RollsBack) {
  run(session, "BEGIN");
  run(session, "DELETE FROM items WHERE metadata.n > 0");
  EXPECT_EQ(count(session, "FROM items"), 1);
  run(session, "ROLLBACK");
  EXPECT_FALSE(session.in_transaction());
  EXPECT_EQ(count(session, "FROM items"), 4);
}

TEST_F(TransactionTest, AFailedStatementIsUndoneAndTheTransactionLives) {
  run(session, "BEGIN");
  run(session, "UPDATE items SET metadata.n = 50 WHERE metadata.n = 1");
  std::vector<ItemRow> rows = numbered_items(8);
  rows[7].reference_id.clear();
  EXPECT_EQ(session.append_items(rows).error().code(), ErrorCode::kConstraint);
  EXPECT_EQ(error_of(session, "slice = nowhere").code(), ErrorCode::kName);
  EXPECT_EQ(error_of(session, "no such statement").code(), ErrorCode::kSyntax);
  EXPECT_TRUE(session.in_transaction());
  EXPECT_EQ(count(session, "FROM items"), 4);
  EXPECT_EQ(count(session, "WHERE metadata.n = 50"), 1);
  run(session, "CREATE SLICE fifty AS metadata.n = 50");
  run(session, "COMMIT");
  EXPECT_EQ(items_where(other, "slice = fifty"), std::vector<std::string>{"i1"});
}

TEST_F(TransactionTest, BeginTwiceAndEndWithoutBegin) {
  EXPECT_EQ(error_of(session, "COMMIT").code(), ErrorCode::kConflict);
  EXPECT_EQ(error_of(session, "ROLLBACK").code(), ErrorCode::kConflict);
  run(session, "BEGIN");
  EXPECT_EQ(error_of(session, "BEGIN").code(), ErrorCode::kConflict);
  EXPECT_TRUE(session.in_transaction());
  run(session, "ROLLBACK");
}

TEST_F(TransactionTest, ASessionThatGoesRollsBack) {
  {
    Session short_lived = database.session();
    run(short_lived, "BEGIN");
    run(short_lived, "DELETE FROM items WHERE metadata.n >= 0");
  }
  EXPECT_EQ(count(session, "FROM items"), 4);
  run(session, "UPDATE items SET metadata.n = 7 WHERE metadata.n = 0");
  EXPECT_EQ(count(other, "WHERE metadata.n = 7"), 1);
}

TEST_F(TransactionTest, AssigningASessionRollsTheOldOneBack) {
  run(session, "BEGIN");
  run(session, "DELETE FROM items WHERE metadata.n >= 0");
  session = database.session();
  EXPECT_FALSE(session.in_transaction());
  EXPECT_EQ(count(session, "FROM items"), 4);
}

TEST_F(TransactionTest, RolledBackRowsDoNotReturnAfterReopening) {
  const Directory directory;
  {
    Session writer = open(directory.path()).session();
    ASSERT_TRUE(writer.append_items(numbered_items(3)).ok());
    run(writer, "BEGIN");
    ASSERT_TRUE(writer.append_items(numbered_items(70'000)).ok());
    run(writer, "ROLLBACK");
    run(writer, "BEGIN");
    run(writer, "DELETE FROM items WHERE metadata.n = 1");
  }
  Session session = open(directory.path()).session();
  EXPECT_EQ(count(session, "FROM items"), 3);
  session = open(":memory:").session();
  EXPECT_TRUE(check(directory.path()).value().empty());
}

TEST_F(TransactionTest, ImportsOfARunCanBeTakenBack) {
  run(session, "BEGIN");
  ASSERT_TRUE(session.append_predictions("m", std::vector{box("i0", "car")}).ok());
  EXPECT_EQ(count(session, "WHERE predictions.car = 1"), 1);
  run(session, "ROLLBACK");
  EXPECT_EQ(run(session, "SHOW RUNS").rows(), 0U);
  EXPECT_EQ(count(session, "FROM objects"), 0);
}

}  // namespace
}  // namespace cupel::testing
