// Laws that hold for any data, checked on the engine alone.

#include <algorithm>

#include "tests/property/law_fixture.hpp"

namespace cupel::testing {
namespace {

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

TEST_P(Laws, ASliceOfObjectsIsItsQuery) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string p = condition(grammar::SourceKind::kAnnotations);
    ask(fmt::format("CREATE SLICE s{} AS FROM annotations WHERE {}", i, p));
    ask(fmt::format("CREATE LIVE SLICE l{} AS FROM annotations WHERE {}", i, p));
    EXPECT_EQ(annotations(fmt::format("slice = s{}", i)), annotations(p)) << p;
    EXPECT_EQ(annotations(fmt::format("slice = l{}", i)), annotations(p)) << p;
    EXPECT_EQ(annotations(fmt::format("NOT slice = s{}", i)), annotations("NOT (" + p + ")")) << p;
  }
}

TEST_P(Laws, SlicesGrowAndShrinkByWhatQueriesFind) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string p = condition();
    const std::string q = condition();
    const std::string r = condition();
    ask(fmt::format("CREATE SLICE s{} AS {}", i, p));
    ask(fmt::format("INSERT INTO SLICE s{} {}", i, q));
    EXPECT_EQ(ids(fmt::format("WHERE slice = s{}", i)),
              ids(fmt::format("WHERE ({}) OR ({})", p, q)))
        << p << "\n"
        << q;
    ask(fmt::format("DELETE FROM SLICE s{} {}", i, r));
    EXPECT_EQ(ids(fmt::format("WHERE slice = s{}", i)),
              ids(fmt::format("WHERE (({}) OR ({})) AND NOT ({})", p, q, r)))
        << p << "\n"
        << q << "\n"
        << r;
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

TEST_P(Laws, APartitionSumsToAll) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string p = condition();
    const auto figures = [&](const std::string& where) {
      const Table table = ask("SELECT count(), sum(width), min(width), max(width) WHERE " + where);
      std::vector<Value> row;
      for (size_t column = 0; column < 4; ++column) row.push_back(table.value(0, column));
      return row;
    };
    const auto all = figures("width IS MISSING OR width IS NOT MISSING");
    const auto yes = figures("(" + p + ")");
    const auto no = figures("NOT (" + p + ")");
    const auto number = [](const Value& value) { return value.is_missing() ? 0 : value.as_int(); };
    for (size_t sum : {0, 1}) EXPECT_EQ(number(yes[sum]) + number(no[sum]), number(all[sum])) << p;
    EXPECT_EQ(sort_compare(yes[2], no[2]) < 0 ? yes[2] : no[2], all[2]) << p;
    const bool greater =
        !yes[3].is_missing() && (no[3].is_missing() || yes[3].as_int() > no[3].as_int());
    EXPECT_EQ(greater ? yes[3] : no[3], all[3]) << p;
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

TEST_P(Laws, WhatIsDeletedAndImportedAgainIsThere) {
  QueryKnobs knobs;
  knobs.predictions = knobs.similarity = knobs.slices = false;
  std::erase_if(data_.vocabulary.item_keys, [](const MetadataKey& key) {
    return key.type == Type::kTimestamp || key.name == "day";
  });
  for (int i = 0; i < kRounds / 5; ++i) {
    const std::string p = condition(grammar::SourceKind::kItems, knobs);
    const std::string q = condition(grammar::SourceKind::kItems, knobs);
    const auto found = [&] {
      std::vector<Value> rows = ids("WHERE " + q);
      std::sort(rows.begin(), rows.end(),
                [](const Value& a, const Value& b) { return a.as_text() < b.as_text(); });
      return rows;
    };
    const std::vector<Value> before = found();
    const std::string file = (directory_ / fmt::format("deleted{}.jsonl", i)).string();
    ask(fmt::format("EXPORT {} TO '{}'", "WHERE " + p, file));
    ask("DELETE FROM items WHERE " + p);
    EXPECT_EQ(ids("WHERE " + p), std::vector<Value>{}) << p;
    ask(fmt::format("IMPORT ITEMS FROM '{}' FORMAT jsonl", file));
    EXPECT_EQ(found(), before) << p << "\n" << q;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Laws, ::testing::Range<uint64_t>(1, 7));

}  // namespace
}  // namespace cupel::testing
