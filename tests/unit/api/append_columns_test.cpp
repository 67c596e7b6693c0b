#include <cmath>
#include <limits>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

using Texts = std::vector<std::string_view>;

ColumnView text_column(std::string name, const Texts& values) {
  ColumnView column;
  column.name = std::move(name);
  column.texts = values;
  return column;
}

class AppendColumnsTest : public ::testing::Test {
 protected:
  Error refused(std::string_view source, const std::vector<ColumnView>& columns,
                std::string_view run_name = {}) {
    const Result<AppendCounts> result = session.append_columns(source, columns, run_name);
    if (!result) return result.error();
    ADD_FAILURE() << "the columns should not fit";
    return {ErrorCode::kInternal, "no error"};
  }

  Database database = open();
  Session session = database.session();
  const Texts ids = {"a", "b", "c"};
};

TEST_F(AppendColumnsTest, EveryArrayType) {
  const std::vector<int64_t> widths = {640, 0, 1280};
  const std::vector<double> speeds = {1.5, std::nan(""), 3};
  const std::vector<float> scores = {0.25F, std::numeric_limits<float>::quiet_NaN(), -0.5F};
  const std::vector<uint8_t> nights = {1, 0, 2};
  const std::vector<uint8_t> valid = {1, 0, 1};
  const Texts cities = {"Köln", "", "Bonn"};
  std::vector<ColumnView> columns(6);
  columns[0] = text_column("reference_id", ids);
  columns[1].name = "width";
  columns[1].integers = widths;
  columns[1].valid = valid;
  columns[2].name = "metadata.speed";
  columns[2].numbers = speeds;
  columns[3].name = "metadata.score";
  columns[3].floats = scores;
  columns[4].name = "metadata.night";
  columns[4].bools = nights;
  columns[5] = text_column("metadata.city", cities);
  const AppendCounts counts = session.append_columns("items", columns).value();
  EXPECT_EQ(counts.added, 3U);
  const Table table = run(session,
                          "SELECT width, metadata.speed, metadata.score, metadata.night, "
                          "metadata.city");
  const std::vector<std::vector<Value>> expected = {
      {640, 1.5, 0.25, true, "Köln"}, {{}, {}, {}, false, ""}, {1280, 3.0, -0.5, true, "Bonn"}};
  for (size_t row = 0; row < 3; ++row)
    for (size_t column = 0; column < 5; ++column)
      EXPECT_EQ(table.value(row, column), expected[row][column]) << row << " " << column;
}

TEST_F(AppendColumnsTest, KnownKeysAreIgnoredOrUpdated) {
  const std::vector<int64_t> widths = {1, 2, 3};
  std::vector<ColumnView> columns = {text_column("reference_id", ids), {}};
  columns[1].name = "width";
  columns[1].integers = widths;
  ASSERT_EQ(session.append_columns("items", columns).value().added, 3U);
  EXPECT_EQ(session.append_columns("items", columns).value().ignored, 3U);
  const std::vector<int64_t> wider = {10, 20, 30};
  columns[1].integers = wider;
  EXPECT_EQ(session.append_columns("items", columns, {}, true).value().updated, 3U);
  EXPECT_EQ(count(session, "WHERE width >= 10"), 3);
  const Texts twice = {"d", "d", "e"};
  columns[0].texts = twice;
  const AppendCounts counts = session.append_columns("items", columns).value();
  EXPECT_EQ(counts.added, 2U);
  EXPECT_EQ(counts.ignored, 1U);
}

TEST_F(AppendColumnsTest, AnnotationsAndPredictions) {
  ASSERT_TRUE(session.append_columns("items", std::vector{text_column("reference_id", ids)}).ok());
  const Texts labels = {"car", "car", "bus"};
  const std::vector<double> numbers = {1, 2, 3};
  const std::vector<float> confidence = {0.5F, 0.75F, 1.0F};
  std::vector<ColumnView> columns = {text_column("reference_id", ids),
                                     text_column("label", labels)};
  for (const char* name : {"position.x", "position.y", "dimensions.x", "dimensions.y"}) {
    columns.emplace_back().name = name;
    columns.back().numbers = numbers;
  }
  EXPECT_EQ(session.append_columns("annotations", columns).value().added, 3U);
  EXPECT_EQ(items_where(session, "annotations.car = 1"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(count(session, "FROM annotations WHERE area = 4"), 1);
  EXPECT_EQ(refused("predictions", columns).code(), ErrorCode::kConstraint);
  columns.emplace_back().name = "confidence";
  columns.back().floats = confidence;
  EXPECT_EQ(session.append_columns("predictions", columns, "large").value().added, 3U);
  EXPECT_EQ(count(session, "FROM predictions WHERE confidence = 0.75"), 1);
}

TEST_F(AppendColumnsTest, AutotagScoresCanBeAsked) {
  const std::vector<float> scores = {0.5F, 0.0F, -0.25F};
  std::vector<ColumnView> columns = {text_column("reference_id", ids), {}};
  columns[1].name = "autotag.image.rain";
  columns[1].floats = scores;
  ASSERT_TRUE(session.append_columns("items", columns).ok());
  EXPECT_EQ(items_where(session, "autotag.image = rain"), std::vector<std::string>{"a"});
  EXPECT_EQ(items_where(session, "autotag.image.rain > -0.1"),
            (std::vector<std::string>{"a", "b"}));
}

TEST_F(AppendColumnsTest, AnUnknownItemNamesTheRowAndLeavesNothing) {
  ASSERT_TRUE(
      session.append_columns("items", std::vector{text_column("reference_id", {ids})}).ok());
  const Texts owners = {"a", "zz", "b"};
  const Texts labels = {"car", "car", "car"};
  const Error error =
      refused("annotations", {text_column("reference_id", owners), text_column("label", labels)});
  EXPECT_EQ(error.code(), ErrorCode::kConstraint);
  EXPECT_NE(error.message().find("row 1"), std::string::npos);
  EXPECT_NE(error.message().find("zz"), std::string::npos);
  EXPECT_EQ(count(session, "FROM annotations"), 0);
}

TEST_F(AppendColumnsTest, ColumnsThatDoNotFit) {
  const std::vector<int64_t> two = {1, 2};
  const std::vector<int64_t> three = {1, 2, 3};
  const std::vector<uint8_t> valid = {1, 0};
  const ColumnView reference = text_column("reference_id", ids);
  ColumnView other;
  other.name = "speed";
  other.integers = three;
  EXPECT_EQ(refused("items", {reference, other}).code(), ErrorCode::kName) << "unknown field";
  other.name = "width";
  other.integers = two;
  const Error ragged = refused("items", {reference, other});
  EXPECT_EQ(ragged.code(), ErrorCode::kConstraint);
  EXPECT_NE(ragged.message().find("'width' has 2 rows"), std::string::npos) << ragged.message();
  other.integers = three;
  EXPECT_EQ(refused("items", {other}).code(), ErrorCode::kConstraint) << "no reference_id";
  EXPECT_EQ(refused("items", {reference, other, other}).code(), ErrorCode::kConstraint) << "twice";
  other.valid = valid;
  EXPECT_EQ(refused("items", {reference, other}).code(), ErrorCode::kConstraint)
      << "short validity";
  other.valid = {};
  other.texts = ids;
  EXPECT_EQ(refused("items", {reference, other}).code(), ErrorCode::kConstraint) << "two arrays";
  EXPECT_EQ(refused("items", {reference, text_column("width", ids)}).code(), ErrorCode::kType);
  EXPECT_EQ(refused("images", {reference}).code(), ErrorCode::kName) << "unknown source";
  EXPECT_EQ(count(session, "FROM items"), 0);
}

TEST_F(AppendColumnsTest, AMissingReferenceIdNamesTheRow) {
  const std::vector<uint8_t> valid = {1, 1, 0};
  ColumnView reference = text_column("reference_id", ids);
  reference.valid = valid;
  const Error error = refused("items", {reference});
  EXPECT_EQ(error.code(), ErrorCode::kConstraint);
  EXPECT_NE(error.message().find("row 2"), std::string::npos);
  EXPECT_EQ(count(session, "FROM items"), 0);
}

TEST_F(AppendColumnsTest, MoreRowsThanAChunk) {
  std::vector<std::string> names;
  std::vector<double> numbers;
  for (int i = 0; i < 70'000; ++i) {
    names.push_back("item-" + std::to_string(i));
    numbers.push_back(i);
  }
  const Texts views(names.begin(), names.end());
  std::vector<ColumnView> columns = {text_column("reference_id", views), {}};
  columns[1].name = "metadata.n";
  columns[1].numbers = numbers;
  ASSERT_EQ(session.append_columns("items", columns).value().added, 70'000U);
  EXPECT_EQ(one(session, "SELECT sum(metadata.n)").as_double(), 69'999.0 * 70'000 / 2);
  EXPECT_EQ(items_where(session, "metadata.n = 69999"), std::vector<std::string>{"item-69999"});
}

}  // namespace
}  // namespace cupel::testing
