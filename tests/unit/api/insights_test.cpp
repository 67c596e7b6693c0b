#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

/// The bars of one insight: text and count.
std::vector<std::pair<std::string, int64_t>> bars_of(const Table& table,
                                                     const std::string& insight) {
  std::vector<std::pair<std::string, int64_t>> bars;
  for (size_t row = 0; row < table.rows(); ++row)
    if (table.value(row, 0).as_text() == insight)
      bars.emplace_back(table.value(row, 1).as_text(), table.value(row, 2).as_int());
  return bars;
}

TEST(Insights, WideDatasetsStayReadableAndSayWhatIsNotShown) {
  Database database = open();
  Session session = database.session();
  std::vector<ItemRow> items(50);
  std::vector<ObjectRow> boxes;
  for (size_t i = 0; i < items.size(); ++i) {
    items[i].reference_id = "i" + std::to_string(i);
    items[i].width = items[i].height = 100;
    for (size_t key = 0; key < 500; ++key)
      if (i <= key / 10) items[i].metadata.emplace_back("key" + std::to_string(key), true);
    items[i].metadata.emplace_back("name", "name of " + std::to_string(i));
    boxes.push_back(box("i" + std::to_string(i), "label " + std::to_string(i)));
  }
  ASSERT_TRUE(session.append_items(items).ok());
  ASSERT_TRUE(session.append_annotations(boxes).ok());
  const Table table = run(session, "SHOW INSIGHTS");
  EXPECT_EQ(
      table.message,
      "50 items, 50 annotations; not shown: 471 of 501 metadata fields (those that fewer items "
      "have), metadata.name (every text is another one)");
  std::set<std::string> metadata;
  for (size_t row = 0; row < table.rows(); ++row)
    if (table.value(row, 0).as_text().starts_with("metadata."))
      metadata.insert(table.value(row, 0).as_text());
  EXPECT_EQ(metadata.size(), 29U);
  EXPECT_TRUE(metadata.contains("metadata.key499"));
  const auto labels = bars_of(table, "labels");
  ASSERT_EQ(labels.size(), 41U);
  EXPECT_EQ(labels.back(), std::pair(std::string("(other)"), int64_t{10}));
  EXPECT_LT(table.rows(), 200U);
}

/// Items are appended with room, and insights asked for without it.
TEST(Insights, TextsThatDoNotFitTheMemoryAreLeftOut) {
  const Directory directory;
  {
    Database database = open(directory.path("d"));
    std::vector<ItemRow> items = numbered_items(300'000);
    for (ItemRow& item : items) item.metadata.emplace_back("file", "file of " + item.reference_id);
    ASSERT_TRUE(database.session().append_items(items).ok());
  }
  Options options;
  options.memory_bytes = size_t{32} << 20;
  Database database = open(directory.path("d"), options);
  Session session = database.session();
  EXPECT_EQ(error_of(session, "SELECT metadata.file, count() GROUP BY metadata.file").code(),
            ErrorCode::kLimit);
  EXPECT_EQ(run(session, "SHOW INSIGHTS").message,
            "300,000 items, 0 annotations; not shown: metadata.file (too many different texts)");
}

/// The pairs that are counted are chosen by a bound; all pairs counted here are the twin.
TEST(Insights, TheMostFrequentPairsAreFound) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 12; ++round) {
    Database database = open();
    Session session = database.session();
    const size_t kinds = 2 + random() % 60;
    std::vector<ObjectRow> boxes;
    std::map<std::pair<size_t, size_t>, int64_t> pairs;
    ASSERT_TRUE(session.append_items(numbered_items(80)).ok());
    for (size_t i = 0; i < 80; ++i) {
      std::set<size_t> seen;
      for (size_t n = random() % 8; n > 0; --n) {
        // Some labels are in many images, most in few.
        const size_t label = std::min(random() % kinds, random() % kinds);
        seen.insert(label);
        boxes.push_back(box("i" + std::to_string(i), "l" + std::to_string(label),
                            std::to_string(boxes.size())));
      }
      for (const size_t a : seen)
        for (const size_t b : seen)
          if (a < b) ++pairs[{a, b}];
    }
    ASSERT_TRUE(session.append_annotations(boxes).ok());
    std::vector<int64_t> expected;
    for (const auto& [pair, images] : pairs) expected.push_back(images);
    std::sort(expected.rbegin(), expected.rend());
    if (expected.size() > 20) expected.resize(20);
    std::vector<int64_t> shown;
    for (const auto& [text, images] : bars_of(run(session, "SHOW INSIGHTS"), "labels together"))
      shown.push_back(images);
    EXPECT_EQ(shown, expected) << kinds;
  }
}

TEST(Insights, PositionsReachAsFarAsObjectsWhereImagesHaveNoSize) {
  Database database = open();
  Session session = database.session();
  ASSERT_TRUE(session.append_items(numbered_items(2)).ok());
  std::vector<ObjectRow> boxes = {box("i0", "a"), box("i1", "a")};
  boxes[1].x = 369;  // reaches to 399
  boxes[1].y = 160;  // to 200
  ASSERT_TRUE(session.append_annotations(boxes).ok());
  const Table table = run(session, "SHOW INSIGHTS");
  EXPECT_NE(table.message.find("whose sizes are not known"), std::string::npos);
  std::vector<std::string> filled;
  for (const auto& [text, count] : bars_of(table, "box position"))
    if (count > 0) filled.push_back(text);
  EXPECT_EQ(filled, (std::vector<std::string>{"row 1 column 1", "row 4 column 4"}));
}

TEST(Insights, ManyObjectsAnImageAreBuckets) {
  Database database = open();
  Session session = database.session();
  ASSERT_TRUE(session.append_items(numbered_items(3)).ok());
  std::vector<ObjectRow> boxes;
  for (int i = 0; i < 47; ++i) boxes.push_back(box("i1", "a", std::to_string(i)));
  boxes.push_back(box("i2", "a"));
  ASSERT_TRUE(session.append_annotations(boxes).ok());
  const auto bars = bars_of(run(session, "SHOW INSIGHTS"), "annotations per image");
  ASSERT_EQ(bars.size(), 11U);
  EXPECT_EQ(bars[0], std::pair(std::string("0"), int64_t{1}));
  EXPECT_EQ(bars[1], std::pair(std::string("1 to 4"), int64_t{1}));
  EXPECT_EQ(bars[2], std::pair(std::string("5 to 9"), int64_t{0}));
  EXPECT_EQ(bars[10], std::pair(std::string("45 to 49"), int64_t{1}));
}

TEST(Insights, AMissingParameterCannotBeWrittenIntoAQuery) {
  Database database = open();
  Session session = database.session();
  ASSERT_TRUE(session.append_items(numbered_items(3)).ok());
  const Error error = error_of(session, "SHOW INSIGHTS WHERE metadata.n = $n",
                               Parameters{.named = {{"n", Value()}}, .positional = {}});
  EXPECT_EQ(error.code(), ErrorCode::kType);
}

}  // namespace
}  // namespace cupel::testing
