#include "tests/unit/exec/change_fixture.hpp"

namespace cupel::exec {
namespace {

using namespace testing;

class ChangeUpdate : public ChangeTest {
 protected:
  uint64_t update(TableId table, const std::string& where, const Value& equals,
                  const std::vector<Assignment>& assignments) {
    return commit([&](auto& t, auto& c) {
      return update_rows(t, rows_where(t.catalog(), table, where, equals), assignments, c);
    });
  }
  uint64_t remove(TableId table, const std::string& where, const Value& equals) {
    return commit([&](auto& t, auto& c) {
      return delete_rows(t, rows_where(t.catalog(), table, where, equals), c);
    });
  }
};

TEST_F(ChangeUpdate, SetsAndRemovesFields) {
  items({{"a", {}, 1, {}, {{"speed", 3}}}, {"b", {}, 1, {}, {{"speed", "fast"}}}, {"c", {}, 2}});
  EXPECT_EQ(update(kItems, "width", 1, {{"metadata.speed", {constant(2.5)}}}), 2u);
  EXPECT_EQ(rows(kItems)[0].at("metadata.speed"), Value(2.5)) << "one value, of the new type";
  EXPECT_EQ(rows(kItems)[1].at("metadata.speed"), Value(2.5));
  EXPECT_FALSE(rows(kItems)[2].contains("metadata.speed"));
  EXPECT_EQ(update(kItems, "width", 1,
                   {{"metadata.speed", {nullptr}}, {"metadata.when", {constant(Timestamp{5})}}}),
            2u);
  EXPECT_FALSE(rows(kItems)[0].contains("metadata.speed"));
  EXPECT_EQ(rows(kItems)[0].at("metadata.when"), Value(Timestamp{5}));
}

TEST_F(ChangeUpdate, ReadsTheRowsAsTheyWere) {
  items({{"a", {}, 1, 7}});
  const auto& catalog = dataset_->snapshot()->catalog();
  plan::Field field{"height", {catalog.find(kItems, "height", Type::kInt64)->id}};
  const auto height = plan::make_expression(field, Type::kInt64);
  update(kItems, "width", 1, {{"metadata.h", {height}}});
  EXPECT_EQ(rows(kItems)[0].at("metadata.h"), Value(7));
}

TEST_F(ChangeUpdate, APathHoldsAValueOrFurtherPaths) {
  items({{"a", {}, 1}});
  update(kItems, "width", 1, {{"metadata.x.y", {constant(1)}}});
  update(kItems, "width", 1, {{"metadata.x", {constant(2)}}});
  EXPECT_EQ(rows(kItems)[0].at("metadata.x"), Value(2));
  EXPECT_FALSE(rows(kItems)[0].contains("metadata.x.y"));
  update(kItems, "width", 1, {{"metadata.x.y", {constant(3)}}});
  EXPECT_FALSE(rows(kItems)[0].contains("metadata.x"));
}

TEST_F(ChangeUpdate, TakesListsOutOfTheRest) {
  const TemporaryFile file(
      "rest.jsonl", R"({"reference_id":"a","width":1,"metadata":{"tags":["x"],"other":[1]}})");
  commit([&](auto& t, auto& c) {
    ImportRequest request;
    request.read.file = file.path();
    request.read.format = "jsonl";
    return import_file(t, request, c);
  });
  update(kItems, "width", 1, {{"metadata.tags", {constant("y")}}});
  EXPECT_EQ(rows(kItems)[0].at("metadata.tags"), Value("y"));
  EXPECT_EQ(rows(kItems)[0].at("$rest"), Value(R"({"metadata":{"other":[1]}})"));
  update(kItems, "width", 1, {{"metadata.other", {nullptr}}});
  EXPECT_FALSE(rows(kItems)[0].contains("$rest"));
}

TEST_F(ChangeUpdate, ALabelMovesItsCounts) {
  items({{"a"}, {"b"}});
  objects({box("a", "car", "1"), box("a", "car", "2"), box("b", "car", "1"),
           category("a", "t", "car")});
  EXPECT_EQ(update(kAnnotations, "annotation_id", "1",
                   {{"label", {constant("bus")}}, {"metadata.was", {constant("car")}}}),
            2u);
  EXPECT_EQ(item_value("a", "$count:1:box:car"), Value(1));
  EXPECT_EQ(item_value("a", "$count:1:box:bus"), Value(1));
  EXPECT_EQ(item_value("b", "$count:1:box:car"), Value());
  EXPECT_EQ(item_value("b", "$count:1"), Value(1));
  EXPECT_EQ(rows(kAnnotations)[2].at("metadata.was"), Value("car"));
}

TEST_F(ChangeUpdate, RefusesWhatCannotBeSet) {
  items({{"a", {}, 1}});
  objects({box("a", "car", "1")});
  EXPECT_THROW(update(kItems, "width", 1, {{"label", {constant("x")}}}), Error);
  EXPECT_THROW(update(kItems, "width", 1, {{"reference_id", {constant("x")}}}), Error);
  EXPECT_THROW(update(kItems, "width", 1, {{"$count:1", {constant(1)}}}), Error);
  EXPECT_THROW(update(kItems, "width", 1, {{"metadata.a", {nullptr}}, {"metadata.a", {nullptr}}}),
               Error);
  EXPECT_THROW(update(kAnnotations, "label", "car", {{"label", {constant("")}}}), Error);
  EXPECT_THROW(update(kAnnotations, "label", "car", {{"label", {constant(1)}}}), Error);
  EXPECT_THROW(update(kAnnotations, "label", "car", {{"label", {nullptr}}}), Error);
  EXPECT_EQ(rows(kAnnotations)[0].at("label"), Value("car"));
}

TEST_F(ChangeUpdate, DeletedItemsTakeTheirObjectsAlong) {
  items({{"a", {}, 1}, {"b", {}, 2}});
  objects({box("a", "car", "1"), box("b", "car", "1")});
  const TableId run = commit([](auto& t, auto&) { return t.run("m"); });
  objects({box("a", "car", "1"), box("b", "car", "1")}, false, run);
  EXPECT_EQ(remove(kItems, "width", 1), 1u);
  EXPECT_EQ(rows(kItems).size(), 1u);
  EXPECT_EQ(rows(kAnnotations).size(), 1u);
  EXPECT_EQ(rows(run).size(), 1u);
  EXPECT_FALSE(dataset_->snapshot()->find_item("a"));
  EXPECT_EQ(item_value("b", "$count:1"), Value(1));

  expect_counts(items({{"a"}}), 1, 0, 0);
  expect_counts(objects({box("a", "bus", "1")}), 1, 0, 0);
  EXPECT_EQ(item_value("a", "$count:1"), Value(1)) << "nothing of the old item is left";
}

TEST_F(ChangeUpdate, DeletedItemsLeaveHiddenTablesAlone) {
  items({{"a", {}, 1}, {"b", {}, 2}});
  const TableId tasks = commit([](auto& t, auto&) {
    const TableId table = t.hidden_table("tasks");
    t.append_rows(table, 9);
    const auto item = t.column(table, "$item", Type::kInt64);
    for (uint64_t row = 0; row < 9; ++row) t.set(item, row, Value(static_cast<int64_t>(row % 2)));
    return table;
  });
  EXPECT_EQ(remove(kItems, "width", 1), 1u);
  EXPECT_EQ(dataset_->snapshot()->catalog().live_rows(tasks), 9u);
  EXPECT_TRUE(storage::check(*dataset_).empty());
}

TEST_F(ChangeUpdate, DeletedObjectsAreCountedDown) {
  items({{"a"}, {"b"}});
  objects({box("a", "car", "1"), box("a", "car", "2"), box("b", "bus", "1")});
  EXPECT_EQ(remove(kAnnotations, "annotation_id", "1"), 2u);
  EXPECT_EQ(item_value("a", "$count:1:box:car"), Value(1));
  EXPECT_EQ(item_value("b", "$count:1"), Value());
  expect_counts(objects({box("a", "car", "1"), box("a", "car", "2")}), 1, 0, 1);
}

}  // namespace
}  // namespace cupel::exec
