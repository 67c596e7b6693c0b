#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

class AppendTest : public ::testing::Test {
 protected:
  Database database = open();
  Session session = database.session();
};

void expect_counts(const Result<AppendCounts>& result, uint64_t added, uint64_t updated,
                   uint64_t ignored) {
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_EQ(result.value().added, added);
  EXPECT_EQ(result.value().updated, updated);
  EXPECT_EQ(result.value().ignored, ignored);
  EXPECT_EQ(result.value().failed, 0U);
}

TEST_F(AppendTest, ItemsWithEveryKindOfValue) {
  ItemRow item;
  item.reference_id = "größe 7/ü.png";
  item.image_location = "s3://bucket/ü.png";
  item.width = 1920;
  item.height = 1080;
  item.metadata = {{"speed", Value(1.5)},
                   {"frame", Value(7)},
                   {"night", Value(true)},
                   {"city", Value("Köln")},
                   {"taken", Value(Timestamp{1'622'505'600'000'000})},
                   {"nothing", Value()},
                   {"a.b", Value("dotted")}};
  expect_counts(session.append_items(std::vector{item}), 1, 0, 0);
  const Table table = run(session, R"(SELECT image_location, width, height, metadata.speed,
      metadata.frame, metadata.night, metadata.city, metadata.taken, metadata."a.b")");
  const std::vector<Value> expected = {"s3://bucket/ü.png",
                                       1920,
                                       1080,
                                       1.5,
                                       7,
                                       true,
                                       "Köln",
                                       Timestamp{1'622'505'600'000'000},
                                       "dotted"};
  ASSERT_EQ(table.columns.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(table.value(0, i), expected[i]) << i;
  EXPECT_EQ(items_where(session, "metadata.nothing IS MISSING").size(), 1U);
}

TEST_F(AppendTest, AKnownItemIsIgnoredOrReplacedWhole) {
  ItemRow item;
  item.reference_id = "a";
  item.width = 10;
  item.metadata = {{"x", Value(1)}};
  expect_counts(session.append_items(std::vector{item}), 1, 0, 0);
  item.width.reset();
  item.metadata = {{"y", Value(2)}};
  expect_counts(session.append_items(std::vector{item}), 0, 0, 1);
  EXPECT_EQ(count(session, "WHERE metadata.x = 1 AND width = 10"), 1);
  expect_counts(session.append_items(std::vector{item}, true), 0, 1, 0);
  EXPECT_EQ(count(session, "WHERE metadata.x IS MISSING AND width IS MISSING AND metadata.y = 2"),
            1);
}

TEST_F(AppendTest, AKeyTwiceInOneCallIsKnownTheSecondTime) {
  std::vector<ItemRow> items = numbered_items(2);
  items[1].reference_id = "i0";
  expect_counts(session.append_items(items), 1, 0, 1);
  EXPECT_EQ(count(session, "WHERE metadata.n = 0"), 1);
}

TEST_F(AppendTest, NothingIsNothing) {
  expect_counts(session.append_items({}), 0, 0, 0);
  expect_counts(session.append_annotations({}), 0, 0, 0);
}

TEST_F(AppendTest, AnItemWithoutIdNamesTheRow) {
  std::vector<ItemRow> items = numbered_items(3);
  items[2].reference_id.clear();
  const Result<AppendCounts> result = session.append_items(items);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kConstraint);
  EXPECT_NE(result.error().message().find("row 2"), std::string::npos) << result.error().message();
  EXPECT_EQ(count(session, "FROM items"), 0) << "the rows before it must not stay";
}

TEST_F(AppendTest, AnnotationsAndTheirCounts) {
  ASSERT_TRUE(session.append_items(numbered_items(2)).ok());
  std::vector<ObjectRow> rows = {box("i0", "car", "1"), box("i0", "car", "2"), box("i1", "bus")};
  rows[0].metadata = {{"color", Value("red")}};
  rows[1].area = 17;
  expect_counts(session.append_annotations(rows), 3, 0, 0);
  EXPECT_EQ(items_where(session, "annotations.car = 2"), std::vector<std::string>{"i0"});
  EXPECT_EQ(items_where(session, "annotations.car.color = red"), std::vector<std::string>{"i0"});
  EXPECT_EQ(count(session, "FROM annotations WHERE area = 17"), 1);
  EXPECT_EQ(count(session,
                  "FROM annotations WHERE position.x = 1 AND position.y = 2 AND "
                  "dimensions.x = 30 AND dimensions.y = 40 AND type = box"),
            3);
}

TEST_F(AppendTest, AnObjectWithoutIdIsKnownByItsContent) {
  ASSERT_TRUE(session.append_items(numbered_items(1)).ok());
  const std::vector<ObjectRow> rows = {box("i0", "car")};
  expect_counts(session.append_annotations(rows), 1, 0, 0);
  expect_counts(session.append_annotations(rows), 0, 0, 1);
  std::vector<ObjectRow> moved = rows;
  moved[0].x = 9;
  expect_counts(session.append_annotations(moved), 1, 0, 0);
}

TEST_F(AppendTest, AnUpdatedObjectMovesTheCounts) {
  ASSERT_TRUE(session.append_items(numbered_items(1)).ok());
  expect_counts(session.append_annotations(std::vector{box("i0", "car", "1")}), 1, 0, 0);
  expect_counts(session.append_annotations(std::vector{box("i0", "bus", "1")}, true), 0, 1, 0);
  EXPECT_EQ(count(session, "WHERE annotations.car = 0 AND annotations.bus = 1"), 1);
}

TEST_F(AppendTest, CategoriesAreKeyedByTaxonomyAndNotCounted) {
  ASSERT_TRUE(session.append_items(numbered_items(1)).ok());
  ObjectRow category;
  category.reference_id = "i0";
  category.label = "rain";
  category.type = "category";
  category.taxonomy = "weather";
  expect_counts(session.append_annotations(std::vector{category}), 1, 0, 0);
  category.label = "snow";
  expect_counts(session.append_annotations(std::vector{category}), 0, 0, 1);
  expect_counts(session.append_annotations(std::vector{category}, true), 0, 1, 0);
  EXPECT_EQ(count(session, "WHERE annotations.weather = snow AND annotations.count = 0"), 1);
}

TEST_F(AppendTest, AnUnknownItemNamesRowAndItemAndLeavesNothing) {
  ASSERT_TRUE(session.append_items(numbered_items(1)).ok());
  const std::vector<ObjectRow> rows = {box("i0", "car"), box("nobody", "car")};
  const Result<AppendCounts> result = session.append_annotations(rows);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kConstraint);
  EXPECT_NE(result.error().message().find("row 1"), std::string::npos);
  EXPECT_NE(result.error().message().find("nobody"), std::string::npos);
  EXPECT_EQ(count(session, "FROM annotations"), 0);
  EXPECT_EQ(count(session, "WHERE annotations.count > 0"), 0);
}

TEST_F(AppendTest, RulesOfObjects) {
  ASSERT_TRUE(session.append_items(numbered_items(1)).ok());
  const auto refused = [&](ObjectRow row) {
    const Result<AppendCounts> result = session.append_predictions("r", std::vector{row});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code(), ErrorCode::kConstraint);
    EXPECT_NE(result.error().message().find("row 0"), std::string::npos);
  };
  ObjectRow row = box("i0", "");
  refused(row);
  row = box("i0", "car");
  row.type = "circle";
  refused(row);
  row = box("", "car");
  refused(row);
  row = box("i0", "car");
  row.annotation_id.assign(2000, 'x');
  refused(row);
  EXPECT_EQ(run(session, "SHOW RUNS").rows(), 0U) << "the run must go with its rows";
}

TEST_F(AppendTest, PredictionsOfRunsStandApart) {
  ASSERT_TRUE(session.append_items(numbered_items(2)).ok());
  ObjectRow sure = box("i0", "car", "1");
  sure.confidence = 0.9;
  sure.class_pdf = {{"car", 0.9}, {"bus", 0.1}};
  expect_counts(session.append_predictions("large", std::vector{sure}), 1, 0, 0);
  expect_counts(session.append_predictions("small", std::vector{box("i1", "car", "1")}), 1, 0, 0);
  EXPECT_EQ(items_where(session, "predictions(\"large\").car = 1"), std::vector<std::string>{"i0"});
  EXPECT_EQ(items_where(session, "predictions(\"small\").car = 1"), std::vector<std::string>{"i1"});
  EXPECT_EQ(count(session, "FROM predictions(\"large\") WHERE confidence = 0.9"), 1);
  EXPECT_EQ(session.append_predictions("", std::vector{sure}).error().code(),
            ErrorCode::kConstraint);
}

TEST_F(AppendTest, AppendsInsideATransaction) {
  run(session, "BEGIN");
  ASSERT_TRUE(session.append_items(numbered_items(2)).ok());
  EXPECT_FALSE(session.append_annotations(std::vector{box("nobody", "car")}).ok());
  ASSERT_TRUE(session.append_annotations(std::vector{box("i1", "car")}).ok());
  Session other = database.session();
  EXPECT_EQ(count(other, "FROM items"), 0);
  EXPECT_EQ(count(session, "WHERE annotations.car = 1"), 1);
  run(session, "COMMIT");
  EXPECT_EQ(count(other, "WHERE annotations.car = 1"), 1);
  EXPECT_EQ(count(other, "FROM items"), 2);
}

}  // namespace
}  // namespace cupel::testing
