#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

class SessionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(session.append_items(numbered_items(5)).ok());
    const std::vector<ObjectRow> rows = {box("i0", "car", "a"), box("i0", "bus", "b"),
                                         box("i1", "car", "c")};
    ASSERT_TRUE(session.append_annotations(rows).ok());
    ASSERT_TRUE(session.append_predictions("large", rows).ok());
  }

  Database database = open();
  Session session = database.session();
};

TEST_F(SessionTest, ColumnsRowsAndNoun) {
  const Table table = run(session, "annotations.car = 1 AND metadata.n < 9");
  ASSERT_EQ(table.columns.size(), 3U);
  EXPECT_EQ(table.columns[0].name, "reference_id");
  EXPECT_EQ(table.columns[0].type, Type::kText);
  EXPECT_EQ(table.columns[1].name, "annotations.car");
  EXPECT_EQ(table.columns[1].type, Type::kInt64);
  EXPECT_EQ(texts(table), (std::vector<std::string>{"i0", "i1"}));
  EXPECT_EQ(table.value(1, 2), Value(1));
  EXPECT_TRUE(table.value(2, 0).is_missing());
  EXPECT_EQ(table.noun, "items");
  EXPECT_EQ(table.message, "");
  EXPECT_TRUE(table.warnings.empty());
}

TEST_F(SessionTest, NounsOfTheSources) {
  EXPECT_EQ(run(session, "FROM annotations").noun, "annotations");
  EXPECT_EQ(run(session, "FROM predictions").noun, "predictions");
  EXPECT_EQ(run(session, "FROM objects").noun, "objects");
  EXPECT_EQ(run(session, "SELECT label, count() FROM annotations GROUP BY label").noun, "groups");
}

TEST_F(SessionTest, StatementsThatAreNoQueriesSayASentence) {
  const Table made = run(session, "CREATE SLICE cars AS annotations.car > 0");
  EXPECT_EQ(made.message, "static slice 'cars' created: 2 items");
  EXPECT_EQ(made.value(0, 1), Value(2));
  EXPECT_EQ(run(session, "UPDATE items SET metadata.n = 0 WHERE metadata.n = 4").message,
            "1 item updated");
  EXPECT_EQ(run(session, "DELETE FROM annotations WHERE label = bus").message,
            "1 annotation deleted");
  EXPECT_EQ(run(session, "DROP SLICE cars").message, "slice 'cars' dropped");
}

TEST_F(SessionTest, StatisticsCountWhatWasRead) {
  const Table table = run(session, "metadata.n > 2");
  EXPECT_GE(table.statistics.seconds, 0);
  EXPECT_GT(table.statistics.chunks_read, 0U);
  EXPECT_GE(table.statistics.chunks_total, table.statistics.chunks_read);
}

TEST_F(SessionTest, AWarningNamesThePlaceAndANearName) {
  const std::string_view query = "annotations.cra > 0";
  const Table table = run(session, query);
  EXPECT_EQ(table.rows(), 0U);
  ASSERT_EQ(table.warnings.size(), 1U);
  EXPECT_EQ(table.warnings[0].suggestion, "car");
  ASSERT_TRUE(table.warnings[0].span.has_value());
  EXPECT_EQ(query.substr(table.warnings[0].span->begin, 3).size(), 3U);
}

TEST_F(SessionTest, StrictMakesWarningsErrors) {
  Options options;
  options.strict = true;
  Session strict = open(":memory:", options).session();
  ASSERT_TRUE(strict.append_items(numbered_items(1)).ok());
  const Error error = error_of(strict, "annotations.car > 0");
  EXPECT_EQ(error.code(), ErrorCode::kName);
  EXPECT_TRUE(error.span().has_value());
  EXPECT_EQ(error_of(strict, "CREATE SLICE s AS annotations.car > 0").code(), ErrorCode::kName);
  EXPECT_EQ(run(strict, "SHOW SLICES").rows(), 0U);
  EXPECT_EQ(error_of(strict, "UPDATE items SET metadata.n = 9 WHERE annotations.car > 0").code(),
            ErrorCode::kName);
  EXPECT_EQ(count(strict, "WHERE metadata.n = 9"), 0);
}

TEST_F(SessionTest, ErrorsByWhatTheUserCanDo) {
  EXPECT_EQ(error_of(session, "annotations.count bad syntax").code(), ErrorCode::kSyntax);
  EXPECT_EQ(error_of(session, "slice = nowhere").code(), ErrorCode::kName);
  EXPECT_EQ(error_of(session, "metadata.n + metadata.n").code(), ErrorCode::kType);
  EXPECT_EQ(error_of(session, "COMMIT").code(), ErrorCode::kConflict);
  EXPECT_EQ(error_of(session, "IMPORT ITEMS FROM '/no/such/file.jsonl'").code(), ErrorCode::kIo);
  EXPECT_EQ(error_of(session, "").code(), ErrorCode::kSyntax);
  EXPECT_EQ(count(session, "FROM items"), 5);
}

TEST_F(SessionTest, WholeRowsAsJson) {
  const Table table = session.execute("metadata.n = 3", {}, RowForm::kJson).value();
  ASSERT_EQ(table.columns.size(), 1U);
  EXPECT_EQ(table.columns[0].name, "row");
  EXPECT_EQ(table.value(0, 0), Value(R"({"reference_id":"i3","metadata":{"n":3}})"));
  Result<Cursor> whole = session.run("metadata.n = 3", {}, RowForm::kJson);
  EXPECT_TRUE(whole->json_rows());
  Result<Cursor> selected = session.run("SELECT metadata.n", {}, RowForm::kJson);
  EXPECT_FALSE(selected->json_rows());
  EXPECT_EQ(selected->columns()[0].name, "metadata.n");
  Result<Cursor> shown = session.run("SHOW STATS", {}, RowForm::kJson);
  EXPECT_FALSE(shown->json_rows());
}

TEST_F(SessionTest, UseRunIsOfOneSession) {
  ASSERT_TRUE(session.append_predictions("small", std::vector{box("i2", "bike")}).ok());
  Session other = database.session();
  EXPECT_EQ(error_of(session, "predictions.count > 0").code(), ErrorCode::kName);
  run(session, "USE RUN \"small\"");
  EXPECT_EQ(items_where(session, "predictions.count > 0"), std::vector<std::string>{"i2"});
  EXPECT_EQ(error_of(other, "predictions.count > 0").code(), ErrorCode::kName);
  const Error error = error_of(session, "USE RUN smal");
  EXPECT_EQ(error.code(), ErrorCode::kName);
  EXPECT_EQ(error.suggestion(), "small");
}

TEST_F(SessionTest, SessionsMove) {
  Session moved = std::move(session);
  EXPECT_EQ(count(moved, "FROM items"), 5);
  session = database.session();
  EXPECT_EQ(count(session, "FROM items"), 5);
}

Parameters parameters() {
  Parameters given;
  given.named["least"] = Value(3);
  given.named["name"] = Value("i1' OR 1 = 1 --");
  given.positional = {Value(1), Value(2)};
  return given;
}

TEST_F(SessionTest, NamedParametersAreValuesNotText) {
  EXPECT_EQ(run(session, "metadata.n >= $least", parameters()).rows(), 2U);
  EXPECT_EQ(run(session, "reference_id = $name", parameters()).rows(), 0U);
}

TEST_F(SessionTest, PositionalParametersInOrder) {
  const Table table = run(session, "metadata.n BETWEEN ? AND ?", parameters());
  EXPECT_EQ(texts(table), (std::vector<std::string>{"i1", "i2"}));
}

TEST_F(SessionTest, AParameterThatIsNotGivenIsAnError) {
  const Error named = error_of(session, "metadata.n = $nobody", parameters());
  EXPECT_EQ(named.code(), ErrorCode::kName);
  EXPECT_NE(named.message().find("nobody"), std::string::npos);
  EXPECT_EQ(named.span(), (Span{13, 20}));
  EXPECT_FALSE(session.execute("metadata.n IN (?, ?, ?)", parameters()).ok());
  EXPECT_FALSE(session.execute("metadata.n = ?").ok());
}

TEST_F(SessionTest, AMissingParameterIsTheMissingValue) {
  Parameters given;
  given.named["v"] = Value();
  EXPECT_EQ(run(session, "metadata.n = $v", given).rows(), 0U);
  EXPECT_EQ(run(session, "metadata.n != $v", given).rows(), 5U);
}

TEST_F(SessionTest, ParametersInChanges) {
  Parameters given;
  given.named["new"] = Value("night");
  given.named["n"] = Value(2.0);
  EXPECT_EQ(
      run(session, "UPDATE items SET metadata.time = $new WHERE metadata.n = $n", given).message,
      "1 item updated");
  EXPECT_EQ(items_where(session, "metadata.time = night"), std::vector<std::string>{"i2"});
}

}  // namespace
}  // namespace cupel::testing
