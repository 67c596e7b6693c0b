#include "storage/catalog.hpp"

#include <gtest/gtest.h>

#include "database_directory.hpp"

namespace cupel::storage {
namespace {

Catalog sample() {
  Catalog catalog;
  catalog.generation = 41;
  catalog.chunk_rows = 7;
  catalog.add_column(kItems, "reference_id", Type::kText, false);
  catalog.add_column(kItems, "metadata.speed", Type::kInt64, false);
  catalog.add_column(kItems, "metadata.speed", Type::kFloat64, false);
  const TableId run = catalog.add_run("model \"a\"").table;
  catalog.add_column(run, "label", Type::kText, true);
  catalog.remove_column(1);
  catalog.rows = {10, 0, 20};
  catalog.deleted = {1, 0, 2};
  catalog.add_slice({0, "night", false, true, "metadata.t = night", -5, 40});
  catalog.add_slice({0, "live", true, false, "a = 1", 7, 0});
  return catalog;
}

TEST(Catalog, EncodesToWhatDecodesToTheSame) {
  const Catalog before = sample();
  const std::string bytes = before.encode();
  const Catalog after = Catalog::decode(bytes);
  EXPECT_EQ(after.encode(), bytes);
  EXPECT_EQ(after.generation, 41u);
  EXPECT_EQ(after.rows, before.rows);
  EXPECT_EQ(after.live_rows(2), 18u);
  EXPECT_EQ(after.chunk_count(kItems), 2u);
  EXPECT_EQ(after.next_column, 4u);
  EXPECT_EQ(after.run("model \"a\"")->table, 2u);
  EXPECT_EQ(after.run(TableId{3}), nullptr);
  EXPECT_EQ(after.find(kItems, "metadata.speed", Type::kInt64), nullptr);
  ASSERT_NE(after.find(kItems, "metadata.speed", Type::kFloat64), nullptr);
  EXPECT_TRUE(after.find(2, "label", Type::kText)->coded);
  ASSERT_NE(after.slice("night"), nullptr);
  EXPECT_EQ(after.slice("night")->id, 1u);
  EXPECT_EQ(after.slice("night")->created_micros, -5);
  EXPECT_TRUE(after.slice("night")->objects);
  EXPECT_TRUE(after.slice("live")->live);
}

TEST(Catalog, AnyDamagedByteIsNoticed) {
  const std::string bytes = sample().encode();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    const auto error = error_of([&] { Catalog::decode(damaged); });
    ASSERT_TRUE(error) << i;
    EXPECT_EQ(error->code(), ErrorCode::kCorruption);
    EXPECT_TRUE(error_of([&] { Catalog::decode(std::string_view(bytes).substr(0, i)); })) << i;
  }
}

TEST(Catalog, SlicesHaveUniqueNames) {
  Catalog catalog = sample();
  EXPECT_EQ(error_of([&] { catalog.add_slice({0, "night"}); })->code(), ErrorCode::kConflict);
  EXPECT_EQ(error_of([&] { catalog.rename_slice("night", "live"); })->code(), ErrorCode::kConflict);
  EXPECT_EQ(error_of([&] { catalog.rename_slice("gone", "x"); })->code(), ErrorCode::kName);
  EXPECT_EQ(error_of([&] { catalog.remove_slice("gone"); })->code(), ErrorCode::kName);
  catalog.rename_slice("night", "dusk");
  EXPECT_EQ(catalog.slice("night"), nullptr);
  EXPECT_EQ(catalog.slice("dusk")->name, "dusk");
  EXPECT_EQ(catalog.slice("dusk")->id, 1u);
  catalog.remove_slice("dusk");
  EXPECT_EQ(catalog.add_slice({0, "dusk"}).id, 3u) << "numbers are not used again";
}

TEST(Catalog, ColumnsAreFoundByNameAndType) {
  const Catalog catalog = sample();
  EXPECT_EQ(catalog.columns(kItems), (std::vector<ColumnId>{0, 2}));
  EXPECT_EQ(catalog.column_ids(), (std::vector<ColumnId>{0, 2, 3}));
  EXPECT_TRUE(catalog.columns(99).empty());
  EXPECT_EQ(catalog.find(kItems, "metadata.speed").size(), 1u);
  EXPECT_THROW(catalog.column(1), Error);
}

TEST(Path, SplitsAndJoins) {
  const std::vector<std::vector<std::string>> cases = {{"metadata", "speed"},
                                                       {"metadata", "a.b"},
                                                       {"metadata", ""},
                                                       {"a\"b", "c"},
                                                       {"\"", ".", "x"}};
  for (const auto& segments : cases) EXPECT_EQ(split_path(join_path(segments)), segments);
  EXPECT_EQ(join_path({"metadata", "a.b"}), "metadata.\"a.b\"");
  EXPECT_EQ(join_path({"metadata", "say \"x\""}), "metadata.\"say \"\"x\"\"\"");
  EXPECT_EQ(split_path("metadata.a.b"), (std::vector<std::string>{"metadata", "a", "b"}));
}

}  // namespace
}  // namespace cupel::storage
