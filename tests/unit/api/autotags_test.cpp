#include <cmath>
#include <random>
#include <set>

#include "storage/dataset.hpp"
#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

constexpr uint32_t kWidth = 16;

/// Every tenth item lies near one direction.
std::vector<float> vector_of(size_t i) {
  std::mt19937 random(static_cast<uint32_t>(i));
  std::normal_distribution<float> normal;
  std::vector<float> vector(kWidth);
  for (float& x : vector) x = normal(random) + (i % 10 == 0 ? 2.0F : 0.0F);
  return vector;
}

void append(Session& session, const std::vector<std::string>& ids,
            const std::vector<std::vector<float>>& vectors, bool update = false) {
  std::vector<std::string_view> names(ids.begin(), ids.end());
  std::vector<float> numbers;
  for (const auto& vector : vectors) numbers.insert(numbers.end(), vector.begin(), vector.end());
  const auto done = session.append_embeddings("clip", names, kWidth, numbers, "items", {}, update);
  ASSERT_TRUE(done.ok()) << done.error().message();
}

/// So many items with vectors.
void fill(Session& session, size_t items) {
  ASSERT_TRUE(session.append_items(numbered_items(items), false).ok());
  std::vector<std::string> ids;
  std::vector<std::vector<float>> vectors;
  for (size_t i = 0; i < items; ++i) {
    ids.push_back("i" + std::to_string(i));
    vectors.push_back(vector_of(i));
  }
  append(session, ids, vectors);
}

/// By name of the column, as people read them; one row a tag.
std::string shown(const Table& table, size_t row, std::string_view column) {
  for (size_t c = 0; c < table.columns.size(); ++c)
    if (table.columns[c].name == column) return texts(table, c).at(row);
  ADD_FAILURE() << column;
  return {};
}

TEST(Autotags, AreShownWithWhatIsKnownOfThem) {
  Session session = open().session();
  fill(session, 300);
  run(session, "CREATE AUTOTAG rain FROM (i0, i10, i20, i30) NOT (i1)");
  run(session, "CREATE AUTOTAG \"a b\" FROM (i0)");
  const Table table = run(session, "SHOW AUTOTAGS");
  ASSERT_EQ(texts(table), (std::vector<std::string>{"a b", "rain"}));
  EXPECT_EQ(shown(table, 1, "of"), "items");
  EXPECT_EQ(shown(table, 1, "embedding"), "clip");
  EXPECT_EQ(shown(table, 1, "positives"), "4");
  EXPECT_EQ(shown(table, 1, "negatives"), "1");
  EXPECT_EQ(shown(table, 1, "above"),
            std::to_string(one(session, "SELECT count() WHERE autotag.image = rain").as_int()));
  EXPECT_EQ(shown(table, 1, "stale"), "");
  EXPECT_TRUE(shown(table, 1, "created").ends_with("Z"));
  EXPECT_EQ(shown(table, 0, "precision"), "");  // one example cannot be left out
  EXPECT_NE(shown(table, 1, "precision"), "");
}

TEST(Autotags, DescriptionsNameQueriesThatSelectWhatTheyCount) {
  Session session = open().session();
  fill(session, 300);
  ASSERT_TRUE(session.append_items({{ItemRow{.reference_id = "without"}}}, false).ok());
  run(session, "CREATE AUTOTAG \"a \"\"b\"\"\" FROM (i0, i10, i20, i30, i40) NOT (i1, i2)");
  const Table table = run(session, "DESCRIBE AUTOTAG 'a \"b\"'");
  size_t queries = 0, scores = 0;
  int64_t items = 0;
  for (size_t row = 0; row < table.rows(); ++row) {
    const std::string query = shown(table, row, "query");
    if (query.empty()) continue;
    ++queries;
    EXPECT_EQ(std::to_string(count(session, "WHERE " + query)), shown(table, row, "count"))
        << query;
    if (shown(table, row, "what") != "score") continue;
    ++scores;
    items += std::stoll(shown(table, row, "count"));
  }
  EXPECT_EQ(scores, 21U);
  EXPECT_EQ(items, 301);
  EXPECT_GT(queries, 24U);  // examples, above 0, at least one threshold
}

TEST(Autotags, NewAndChangedVectorsAreScoredWithTheirCommit) {
  Session session = open().session();
  fill(session, 300);
  run(session, "CREATE AUTOTAG rain FROM (i0, i10, i20, i30, i40) NOT (i1)");
  ASSERT_TRUE(session.append_items({{ItemRow{.reference_id = "x"}}}, false).ok());
  const std::string score = "SELECT autotag.image.rain WHERE reference_id = ";
  EXPECT_TRUE(one(session, score + "x").is_missing());
  append(session, {"x"}, {vector_of(50)});
  EXPECT_EQ(one(session, score + "x"), one(session, score + "i50"));
  append(session, {"x", "i7"}, {vector_of(8), vector_of(60)}, true);
  EXPECT_EQ(one(session, score + "x"), one(session, score + "i8"));
  EXPECT_EQ(one(session, score + "i7"), one(session, score + "i60"));
  EXPECT_TRUE(run(session, "autotag.image = rain").warnings.empty());

  run(session, "BEGIN");
  append(session, {"i10"}, {vector_of(3)}, true);
  EXPECT_EQ(one(session, score + "i10"), one(session, score + "i3"));
  EXPECT_EQ(run(session, "autotag.image = rain").warnings.size(), 1U);
  run(session, "ROLLBACK");
  EXPECT_TRUE(run(session, "autotag.image = rain").warnings.empty());
  EXPECT_NE(one(session, score + "i10"), one(session, score + "i3"));
}

TEST(Autotags, ADamagedTagWarnsAndCanBeDropped) {
  const Directory directory;
  {
    Session session = open(directory.path()).session();
    fill(session, 50);
    run(session, "CREATE AUTOTAG rain FROM (i0, i10)");
  }
  {
    const auto dataset = storage::Dataset::open(directory.path(), {});
    const auto transaction = dataset->begin();
    std::string text = *transaction->catalog().document("autotag", "rain");
    text[text.find("weights") + 12] = 'x';
    transaction->set_document("autotag", "rain", text);
    transaction->commit();
  }
  const auto findings = check(directory.path());
  ASSERT_TRUE(findings.ok());
  const std::string sentence =
      "autotag 'rain' is damaged: \"weights\" has something that is no digit; DROP AUTOTAG and "
      "create it again";
  EXPECT_EQ(findings.value(), std::vector<std::string>{sentence});
  Session session = open(directory.path()).session();
  const Table found = run(session, "autotag.image = rain");
  ASSERT_EQ(found.warnings.size(), 1U);
  EXPECT_EQ(found.warnings[0].message, sentence);
  EXPECT_EQ(shown(run(session, "SHOW AUTOTAGS"), 0, "stale"), sentence);
  for (const char* statement : {"DESCRIBE AUTOTAG rain", "SUGGEST FOR AUTOTAG rain",
                                "REFRESH AUTOTAG rain", "REFINE AUTOTAG rain ADD (i20)"})
    EXPECT_EQ(error_of(session, statement).code(), ErrorCode::kCorruption) << statement;
  run(session, "DROP AUTOTAG rain");
  run(session, "CREATE AUTOTAG rain FROM (i0, i10)");
  EXPECT_TRUE(run(session, "autotag.image = rain").warnings.empty());
}

/// A truth that answers: two rounds of suggestions.
TEST(Autotags, AreRefinedByAnswers) {
  Session session = open().session();
  fill(session, 1000);
  run(session, "CREATE AUTOTAG rain FROM (i0, i10, i20, i30, i40)");
  const auto average_precision = [&] {
    double right = 0, seen = 0, sum = 0;
    for (const std::string& id :
         texts(run(session, "SELECT reference_id ORDER BY autotag.image.rain DESC"))) {
      ++seen;
      if (std::stoul(id.substr(1)) % 10 != 0) continue;
      sum += ++right / seen;
    }
    return sum / right;
  };
  EXPECT_GE(average_precision(), 0.9);
  for (int round = 0; round < 2; ++round) {
    std::string yes, no;
    for (const std::string& id : texts(run(session, "SUGGEST FOR AUTOTAG rain"))) {
      std::string& to = std::stoul(id.substr(1)) % 10 == 0 ? yes : no;
      to += (to.empty() ? "" : ", ") + id;
    }
    run(session, "REFINE AUTOTAG rain" + (yes.empty() ? "" : " ADD (" + yes + ")") +
                     (no.empty() ? "" : " REJECT (" + no + ")"));
  }
  EXPECT_GE(average_precision(), 0.97);
}

}  // namespace
}  // namespace cupel::testing
