#include <algorithm>
#include <random>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

/// Vectors around `centers` random directions.
std::vector<float> clustered(size_t rows, uint32_t width, size_t centers) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> means(centers * width);
  for (float& x : means) x = normal(random);
  std::vector<float> vectors;
  for (size_t row = 0; row < rows; ++row) {
    const size_t center = random() % centers;
    for (uint32_t i = 0; i < width; ++i)
      vectors.push_back(means[center * width + i] + 0.4F * normal(random));
  }
  return vectors;
}

std::vector<std::string> plan_lines(Session& session, const std::string& statement) {
  return texts(run(session, statement));
}

bool has_line(const std::vector<std::string>& lines, std::string_view begin) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.starts_with(begin); });
}

class SimilaritySearch : public ::testing::Test {
 protected:
  static constexpr size_t kRows = 50'000;

  static void SetUpTestSuite() {
    database_ = std::make_unique<Database>(open());
    Session session = database_->session();
    ASSERT_TRUE(session.append_items(numbered_items(kRows)).ok());
    ASSERT_TRUE(session.append_embeddings("clip", {}, 8, clustered(kRows, 8, 200)).ok());
  }
  static void TearDownTestSuite() { database_.reset(); }

  static std::unique_ptr<Database> database_;
  Session session_ = database_->session();
  const std::string nearest_ = "SELECT reference_id ORDER BY similarity(\"i77\") DESC LIMIT 50";
};
std::unique_ptr<Database> SimilaritySearch::database_;

TEST_F(SimilaritySearch, SaysThatItIsApproximate) {
  const Table table = run(session_, nearest_);
  EXPECT_EQ(table.rows(), 50U);
  EXPECT_EQ(table.value(0, 0).as_text(), "i77");
  EXPECT_TRUE(table.message.starts_with("approximate search, expected recall ")) << table.message;
  const auto explained = plan_lines(session_, "EXPLAIN " + nearest_);
  EXPECT_TRUE(has_line(explained, "  SEARCH approximate, expected recall 0.98 or more"));
  EXPECT_TRUE(has_line(plan_lines(session_, "EXPLAIN ANALYZE " + nearest_),
                       "  search: approximate, expected recall "));
  const Table slice =
      run(session_, "CREATE SLICE near AS ORDER BY similarity(\"i77\") DESC LIMIT 9");
  EXPECT_NE(slice.message.find("9 items; approximate search"), std::string::npos) << slice.message;
}

TEST_F(SimilaritySearch, IsExactWhereAsked) {
  const Table table = run(session_, nearest_ + " EXACT");
  EXPECT_EQ(table.message, "");
  const std::string sorted = "SELECT reference_id ORDER BY similarity(\"i77\") + 0 DESC LIMIT 50";
  EXPECT_EQ(texts(table), texts(run(session_, sorted)));
  EXPECT_TRUE(has_line(plan_lines(session_, "EXPLAIN " + nearest_ + " EXACT"), "  SEARCH exact"));
  const auto analyzed = plan_lines(session_, "EXPLAIN ANALYZE " + nearest_ + " EXACT");
  EXPECT_TRUE(has_line(analyzed, "  search: exact, 50,000 vectors compared"));
  // Few rows match, so that comparing them is the shortest way.
  const Table few = run(session_, "metadata.n < 9000 ORDER BY similarity(\"i77\") DESC LIMIT 50");
  EXPECT_EQ(few.message, "");
}

TEST_F(SimilaritySearch, FindsNewRowsAtOnce) {
  run(session_, nearest_);  // there are lists now
  const std::vector<float> vectors = clustered(78, 8, 200);
  const std::span<const float> same = std::span(vectors).subspan(size_t{77} * 8, 8);
  run(session_, "BEGIN");
  ItemRow item;
  item.reference_id = "new";
  ASSERT_TRUE(session_.append_items({&item, 1}).ok());
  const std::string_view id = "new";
  ASSERT_TRUE(session_.append_embeddings("clip", {&id, 1}, 8, same).ok());
  const auto found = texts(run(session_, nearest_));
  EXPECT_EQ(found[0], "i77");
  EXPECT_EQ(found[1], "new");
  run(session_, "ROLLBACK");
  EXPECT_NE(texts(run(session_, nearest_))[1], "new");
}

TEST(Similarity, BarsOfInsightsAreTheirQueries) {
  Database database = open();
  Session session = database.session();
  ASSERT_TRUE(session.append_items(numbered_items(40)).ok());
  std::vector<ObjectRow> boxes;
  for (int i = 0; i < 40; ++i)
    boxes.push_back(box("i" + std::to_string(i), i % 3 == 0 ? "car" : "bus", std::to_string(i)));
  ASSERT_TRUE(session.append_annotations(boxes).ok());
  ASSERT_TRUE(session.append_embeddings("clip", {}, 2, clustered(40, 2, 5)).ok());
  // Embeddings of objects, which a condition on items must not take for those of items.
  ASSERT_TRUE(session.append_embeddings("crops", {}, 3, clustered(40, 3, 7), "annotations").ok());
  const Table bars = run(session,
                         "SHOW INSIGHTS WHERE similarity(\"i3\") > 0.5 AND "
                         "annotations[similarity(\"3\") > -0.9].count > 0");
  ASSERT_GT(bars.rows(), 5U);
  int64_t of_objects = 0;
  for (size_t row = 0; row < bars.rows(); ++row) {
    const std::string query = bars.value(row, 3).as_text();
    EXPECT_EQ(run(session, query).rows(), static_cast<size_t>(bars.value(row, 2).as_int()))
        << query;
    of_objects += query.starts_with("FROM annotations") ? bars.value(row, 2).as_int() : 0;
  }
  EXPECT_GT(of_objects, 0);
  // They mean the same when there are further embeddings.
  ASSERT_TRUE(session.append_embeddings("other", {}, 2, clustered(40, 2, 3)).ok());
  const std::string first = bars.value(0, 3).as_text();
  EXPECT_EQ(run(session, first).rows(), static_cast<size_t>(bars.value(0, 2).as_int()));
}

TEST(Similarity, OfALiveSliceTellsWhoseMistakeItIs) {
  Database database = open();
  Session session = database.session();
  ASSERT_TRUE(session.append_items(numbered_items(3)).ok());
  ASSERT_TRUE(session.append_embeddings("clip", {}, 2, clustered(3, 2, 3)).ok());
  run(session, "CREATE LIVE SLICE near AS similarity(\"i1\") > 0.5");
  run(session, "DELETE FROM items WHERE reference_id = i1");
  const Error error = error_of(session, "slice = near");
  EXPECT_EQ(error.message(), "in live slice 'near': there is no item 'i1'");
  EXPECT_EQ(error.code(), ErrorCode::kName);
}

}  // namespace
}  // namespace cupel::testing
