// Laws that hold for any data, checked on the engine alone.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "grammar/print.hpp"
#include "tests/property/twins.hpp"

namespace cupel::testing {
namespace {

class Laws : public ::testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override {
    random_.seed(GetParam());
    do data_ = random_data(random_);
    while (data_.annotations.empty());
    directory_ = std::filesystem::temp_directory_path() / fmt::format("cupel_laws_{}", ::getpid());
    std::filesystem::create_directories(directory_);
    load(data_, session_, directory_.string());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string condition(grammar::SourceKind kind = grammar::SourceKind::kItems) {
    return grammar::print(*RandomQuery(random_, data_.vocabulary).condition(kind));
  }
  Table ask(const std::string& text) { return ask(session_, text); }
  static Table ask(Session& session, const std::string& text) {
    auto result = session.execute(text);
    if (!result.ok()) ADD_FAILURE() << text << "\n" << result.error().what();
    return result.ok() ? std::move(result).value() : Table{};
  }
  int64_t count(const std::string& where) {
    const Table table = ask("SELECT count() WHERE " + where);
    return table.rows() == 1 ? table.value(0, 0).as_int() : -1;
  }
  static std::vector<Value> first_column(const Table& table) {
    std::vector<Value> values;
    for (size_t row = 0; row < table.rows(); ++row) values.push_back(table.value(row, 0));
    return values;
  }
  std::vector<Value> ids(const std::string& query) {
    return first_column(ask("SELECT reference_id " + query));
  }

  static constexpr int kRounds = 25;
  std::mt19937_64 random_;
  RandomData data_;
  std::filesystem::path directory_;
  Database database_ = Database::open(":memory:").value();
  Session session_ = database_.session();
};

TEST_P(Laws, AConditionAndItsNotSplitTheRows) {
  const auto all = static_cast<int64_t>(data_.items.size());
  for (int i = 0; i < kRounds; ++i) {
    const std::string p = condition();
    const std::string q = condition();
    EXPECT_EQ(count("(" + p + ")") + count("NOT (" + p + ")"), all) << p;
    EXPECT_EQ(count(fmt::format("NOT (({}) AND ({}))", p, q)),
              count(fmt::format("NOT ({}) OR NOT ({})", p, q)));
    EXPECT_LE(count(fmt::format("({}) AND ({})", p, q)), count("(" + p + ")"));
    EXPECT_EQ(static_cast<size_t>(count(p)), ids("WHERE " + p).size()) << p;
  }
}

TEST_P(Laws, ASliceIsItsQuery) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string p = condition();
    ask(fmt::format("CREATE SLICE s{} AS {}", i, p));
    ask(fmt::format("CREATE LIVE SLICE l{} AS {}", i, p));
    EXPECT_EQ(ids(fmt::format("WHERE slice = s{}", i)), ids("WHERE " + p)) << p;
    EXPECT_EQ(ids(fmt::format("WHERE slice = l{}", i)), ids("WHERE " + p)) << p;
  }
}

TEST_P(Laws, PagesMakeTheWhole) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string query = "WHERE " + condition() + " ORDER BY metadata.speed DESC";
    std::vector<Value> pages;
    for (size_t at = 0; at < data_.items.size(); at += 7) {
      const auto page = ids(fmt::format("{} LIMIT 7 OFFSET {}", query, at));
      pages.insert(pages.end(), page.begin(), page.end());
    }
    EXPECT_EQ(pages, ids(query)) << query;
  }
}

TEST_P(Laws, GroupsSumToAll) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string where =
        "FROM annotations WHERE " + condition(grammar::SourceKind::kAnnotations);
    int64_t sum = 0;
    for (const Value& n : first_column(ask("SELECT count() " + where + " GROUP BY label")))
      sum += n.as_int();
    EXPECT_EQ(sum, ask("SELECT count() " + where).value(0, 0).as_int()) << where;
  }
}

TEST_P(Laws, ASampleIsASubsetAndTheSameForTheSameSeed) {
  const std::string sample = "SAMPLE 5 SEED 3";
  const auto rows = ids(sample);
  EXPECT_EQ(rows.size(), std::min<size_t>(5, data_.items.size()));
  EXPECT_EQ(rows, ids(sample));
  const auto all = ids("FROM items");
  for (const Value& row : rows) EXPECT_NE(std::find(all.begin(), all.end(), row), all.end());
}

TEST_P(Laws, AnExportIsTheDataset) {
  const std::string file = (directory_ / "export.jsonl").string();
  ask("EXPORT FROM items TO '" + file + "'");
  const std::string objects = (directory_ / "objects.jsonl").string();
  ask("EXPORT FROM annotations TO '" + objects + "'");
  Session copy = Database::open(":memory:").value().session();
  ask(copy, "IMPORT ITEMS FROM '" + file + "' FORMAT jsonl");
  ask(copy, "IMPORT ANNOTATIONS FROM '" + objects + "' FORMAT jsonl");
  QueryKnobs knobs;
  knobs.predictions = false;
  knobs.similarity = false;  // vectors are not exported
  // A timestamp is written as text, and text is what it comes back as.
  std::erase_if(data_.vocabulary.item_keys, [](const MetadataKey& key) {
    return key.type == Type::kTimestamp || key.name == "day";
  });
  for (int i = 0; i < kRounds; ++i) {
    const std::string text = grammar::print(
        *RandomQuery(random_, data_.vocabulary, knobs).condition(grammar::SourceKind::kItems));
    const std::string query = "SELECT reference_id WHERE " + text;
    EXPECT_EQ(first_column(ask(copy, query)), first_column(ask(query))) << query;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Laws, ::testing::Range<uint64_t>(1, 7));

}  // namespace
}  // namespace cupel::testing
