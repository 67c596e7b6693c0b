#include "storage/catalog.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "database_directory.hpp"
#include "storage/table_number.hpp"

namespace cupel::storage {
namespace {

VectorSet sample_set(std::string name, uint32_t width) {
  VectorSet set;
  set.name = std::move(name);
  set.width = width;
  set.vectors = 7;
  set.source = "a file";
  set.created_micros = -3;
  set.generation = 40;
  return set;
}

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
  catalog.add_hidden_table("tasks");
  catalog.add_vectors(sample_set("clip", 512));
  VectorSet classes = sample_set("model", 3);
  classes.use = VectorUse::kProbabilities;
  classes.table = run;
  classes.element = Element::kFloat64;
  classes.classes = {"car", "bus", ""};
  catalog.add_vectors(classes);
  catalog.add_vectors(sample_set("gone", 1));
  catalog.remove_vectors(VectorUse::kEmbedding, "gone");
  catalog.set_document("project", "p", "{}");
  catalog.set_document("project", "", "nameless");
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

TEST(Catalog, EncodesVectorSetsDocumentsAndHiddenTables) {
  const Catalog after = Catalog::decode(sample().encode());
  EXPECT_EQ(after.hidden_table("tasks"), TableId{3});
  EXPECT_EQ(after.next_table, 4u);
  EXPECT_EQ(after.runs().size(), 1u);
  EXPECT_EQ(after.vector_sets().size(), 2u);
  const VectorSet* clip = after.vectors(VectorUse::kEmbedding, "clip");
  ASSERT_NE(clip, nullptr);
  EXPECT_EQ(clip, after.vectors(1));
  EXPECT_EQ(clip->block_rows, 256u);
  EXPECT_EQ(clip->vectors, 7u);
  EXPECT_EQ(clip->source, "a file");
  EXPECT_EQ(clip->created_micros, -3);
  EXPECT_EQ(clip->generation, 40u);
  const VectorSet* model = after.vectors(VectorUse::kProbabilities, "model");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->id, 2u);
  EXPECT_EQ(model->table, 2u);
  EXPECT_EQ(model->element, Element::kFloat64);
  EXPECT_EQ(model->classes, (std::vector<std::string>{"car", "bus", ""}));
  EXPECT_EQ(after.next_vectors, 4u) << "numbers are not used again";
  EXPECT_EQ(after.vectors(VectorUse::kEmbedding, "model"), nullptr);
  EXPECT_EQ(after.documents("project"), (std::vector<std::string>{"", "p"}));
  EXPECT_EQ(*after.document("project", "p"), "{}");
}

TEST(Catalog, VectorSetsHaveUniqueNamesAmongTheirUse) {
  Catalog catalog = sample();
  const auto code_of = [](const std::function<void()>& f) { return error_of(f)->code(); };
  EXPECT_EQ(code_of([&] { catalog.add_vectors(sample_set("clip", 2)); }), ErrorCode::kConflict);
  EXPECT_EQ(catalog.add_vectors(sample_set("model", 2)).id, 4u);
  EXPECT_EQ(code_of([&] { catalog.add_vectors(sample_set("new", 0)); }), ErrorCode::kLimit);
  EXPECT_EQ(code_of([&] { catalog.add_vectors(sample_set("new", 65537)); }), ErrorCode::kLimit);
  VectorSet set = sample_set("new", 2);
  set.table = 99;
  EXPECT_EQ(code_of([&] { catalog.add_vectors(set); }), ErrorCode::kInternal);
  set.table = kItems;
  set.use = VectorUse::kProbabilities;
  set.classes = {"one"};
  EXPECT_EQ(code_of([&] { catalog.add_vectors(set); }), ErrorCode::kInternal);
  EXPECT_EQ(code_of([&] { catalog.remove_vectors(VectorUse::kProbabilities, "clip"); }),
            ErrorCode::kName);
  EXPECT_EQ(code_of([&] { catalog.mutable_vectors(77); }), ErrorCode::kInternal);
  EXPECT_EQ(code_of([&] { catalog.add_hidden_table("tasks"); }), ErrorCode::kInternal);
  EXPECT_EQ(
      code_of([&] { catalog.set_document("k", "n", std::string(kMaxDocumentBytes + 1, 'x')); }),
      ErrorCode::kLimit);
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

TEST(Catalog, NumbersOfTablesEnd) {
  Catalog catalog = sample();
  catalog.next_table = kMaxTables - 1;
  EXPECT_EQ(catalog.add_run("last").table, kMaxTables - 1);
  EXPECT_EQ(error_of([&] { catalog.add_run("more"); })->code(), ErrorCode::kLimit);
  EXPECT_EQ(error_of([&] { catalog.add_hidden_table("more"); })->code(), ErrorCode::kLimit);
  EXPECT_EQ(Catalog::decode(catalog.encode()).run("last")->table, kMaxTables - 1);
  ++catalog.next_table;
  EXPECT_EQ(error_of([&] { Catalog::decode(catalog.encode()); })->code(), ErrorCode::kCorruption);
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
