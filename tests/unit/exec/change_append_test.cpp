#include <cmath>
#include <functional>

#include "tests/unit/exec/change_fixture.hpp"

namespace cupel::exec {
namespace {

using namespace testing;

using ChangeAppend = ChangeTest;

std::string message_of(const std::function<void()>& f, ErrorCode code) {
  try {
    f();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.message();
    return error.message();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

TEST_F(ChangeAppend, ItemsKeepTheirFields) {
  expect_counts(items({{"a.jpg", "img/a.jpg", 640, 480, {{"speed", 4.5}, {"a.b", "dotted"}}},
                       {"b.jpg", {}, {}, {}, {{"speed", "fast"}, {"gone", Value()}}}}),
                2, 0, 0);
  const std::vector<PlainRow> expected{{{"reference_id", "a.jpg"},
                                        {"image_location", "img/a.jpg"},
                                        {"width", 640},
                                        {"height", 480},
                                        {"metadata.speed", 4.5},
                                        {"metadata.\"a.b\"", "dotted"}},
                                       {{"reference_id", "b.jpg"}, {"metadata.speed", "fast"}}};
  EXPECT_EQ(rows(kItems), expected);
  EXPECT_EQ(dataset_->snapshot()->find_item("b.jpg"), 1u);
}

TEST_F(ChangeAppend, AKnownItemIsIgnoredOrReplacedWhole) {
  items({{"a.jpg", "here", 640, 480, {{"speed", 4.5}, {"city", "x"}}}});
  expect_counts(items({{"a.jpg", {}, {}, {}, {{"speed", 5}}}, {"b.jpg"}}), 1, 0, 1);
  EXPECT_EQ(rows(kItems)[0].at("metadata.speed"), Value(4.5));
  expect_counts(items({{"a.jpg", {}, {}, {}, {{"speed", 5}}}}, true), 0, 1, 0);
  const PlainRow expected{{"reference_id", "a.jpg"}, {"metadata.speed", 5}};
  EXPECT_EQ(rows(kItems)[0], expected) << "fields that the new row lacks are gone";
  EXPECT_EQ(dataset_->snapshot()->catalog().row_count(kItems), 2u) << "in place";
}

TEST_F(ChangeAppend, AKeyThatComesTwiceIsKnownTheSecondTime) {
  expect_counts(items({{"a", {}, 1}, {"a", {}, 2}, {"a", {}, 3}}), 1, 0, 2);
  EXPECT_EQ(rows(kItems)[0].at("width"), Value(1));
  expect_counts(items({{"a", {}, 4}, {"b", {}, 1}, {"b", {}, 2}, {"a", {}, 4}, {"a", {}, 1}}, true),
                1, 4, 0);
  EXPECT_EQ(rows(kItems)[0].at("width"), Value(1)) << "the last one wins";
  EXPECT_EQ(rows(kItems)[1].at("width"), Value(2));
}

TEST_F(ChangeAppend, ObjectsKeepTheirFields) {
  items({{"a"}, {"b"}});
  ObjectRow cuboid = box("b", "car", "c1");
  cuboid.type = "cuboid";
  cuboid.z = 5;
  cuboid.depth = 6;
  cuboid.confidence = 1.5;
  cuboid.metadata = {{"occluded", true}};
  cuboid.class_pdf = {{"traffic.light", 0.25}};
  expect_counts(objects({box("b", "car", "k1"), cuboid}), 2, 0, 0);
  const std::vector<PlainRow> expected{{{"$item", "b"},
                                        {"label", "car"},
                                        {"type", "box"},
                                        {"annotation_id", "k1"},
                                        {"position.x", 1.0},
                                        {"position.y", 2.0},
                                        {"dimensions.x", 3.0},
                                        {"dimensions.y", 4.0},
                                        {"area", 12.0}},
                                       {{"$item", "b"},
                                        {"label", "car"},
                                        {"type", "cuboid"},
                                        {"annotation_id", "c1"},
                                        {"position.x", 1.0},
                                        {"position.y", 2.0},
                                        {"position.z", 5.0},
                                        {"dimensions.x", 3.0},
                                        {"dimensions.y", 4.0},
                                        {"dimensions.z", 6.0},
                                        {"confidence", 1.5},
                                        {"metadata.occluded", true},
                                        {"class_pdf.\"traffic.light\"", 0.25}}};
  EXPECT_EQ(rows(kAnnotations), expected);
  EXPECT_EQ(item_value("b", "$count:1"), Value(2));
  EXPECT_EQ(item_value("b", "$count:1:box:car"), Value(1));
  EXPECT_EQ(item_value("a", "$count:1"), Value());
}

TEST_F(ChangeAppend, ObjectsAreKnownByIdTaxonomyOrContent) {
  items({{"a"}, {"b"}});
  const std::vector<ObjectRow> all{box("a", "car", "1"),      box("a", "car", ""),
                                   box("a", "car", "", 2),    box("b", "car", "1"),
                                   category("a", "sky", "x"), category("b", "sky", "x"),
                                   category("a", "", "x"),    category("a", "", "y")};
  expect_counts(objects(all), 8, 0, 0);
  expect_counts(objects(all), 0, 0, 8);
  expect_counts(objects({category("a", "sky", "other")}), 0, 0, 1);
  expect_counts(objects({category("a", "sky", "other"), box("a", "bus", "1"), box("a", "bus", ""),
                         box("b", "car", "2")},
                        true),
                2, 2, 0);
  EXPECT_EQ(rows(kAnnotations)[0].at("label"), Value("bus"));
  EXPECT_EQ(rows(kAnnotations)[4].at("label"), Value("other"));
  EXPECT_EQ(item_value("a", "$count:1:box:bus"), Value(2));
  EXPECT_EQ(item_value("a", "$count:1:box:car"), Value(2));
  EXPECT_EQ(item_value("a", "$count:1:category:other"), Value(1));
}

TEST_F(ChangeAppend, AnObjectThatComesTwiceIsKnownTheSecondTime) {
  items({{"a"}});
  expect_counts(objects({box("a", "car", "1"), box("a", "bus", "1"), box("a", "car", "", -0.0),
                         box("a", "car", "", 0.0)}),
                2, 0, 2);
  expect_counts(objects({box("a", "van", "2"), box("a", "bus", "2"), box("a", "bus", "1"),
                         box("a", "car", "3"), box("a", "cab", "2")},
                        true),
                2, 3, 0);
  const std::vector<PlainRow> now = rows(kAnnotations);
  ASSERT_EQ(now.size(), 4u);
  EXPECT_EQ(now[0].at("label"), Value("bus"));
  EXPECT_EQ(now[2].at("label"), Value("cab"));
  EXPECT_EQ(now[3].at("annotation_id"), Value("3"));
}

TEST_F(ChangeAppend, RunsAreTablesOfTheirOwn) {
  items({{"a"}});
  const auto run = [&](const std::string& name) {
    return commit([&](auto& t, auto& c) {
      const TableId table = t.run(name);
      append_objects(t, table, std::vector<ObjectRow>{box("a", "car", "1")}, false, c);
      return table;
    });
  };
  const TableId first = run("one");
  const TableId second = run("two");
  EXPECT_NE(first, second);
  EXPECT_EQ(rows(first).size(), 1u);
  EXPECT_EQ(rows(second).size(), 1u);
  EXPECT_EQ(item_value("a", storage::count_column(second, "box", "car")), Value(1));
}

TEST_F(ChangeAppend, AFailureNamesTheRowAndChangesNothing) {
  items({{"a"}});
  objects({box("a", "car", "1")});
  const auto before_items = rows(kItems);
  const auto before_objects = rows(kAnnotations);
  EXPECT_EQ(message_of(
                [&] {
                  items({{"b"}, {""}});
                },
                ErrorCode::kConstraint),
            "row 1 (reference_id ''): the item has no reference_id; give it one that is not empty");
  EXPECT_EQ(
      message_of([&] { items({{std::string(1025, 'x')}}); }, ErrorCode::kConstraint).substr(1046),
      "'): the reference_id is longer than 1,024 bytes; shorten it");
  EXPECT_EQ(message_of(
                [&] {
                  objects({box("a", "bus", "2"), box("c", "bus", "2")});
                },
                ErrorCode::kConstraint),
            "row 1 (reference_id 'c'): there is no item 'c'; import the items first");
  EXPECT_EQ(message_of([&] { objects({box("a", "", "2")}); }, ErrorCode::kConstraint),
            "row 0 (reference_id 'a'): the object has no label; give it one that is not empty");
  ObjectRow blob = box("a", "car", "3");
  blob.type = "blob";
  EXPECT_EQ(message_of([&] { objects({blob}); }, ErrorCode::kConstraint),
            "row 0 (reference_id 'a'): there is no object type 'blob'; the types are box, "
            "polygon, line, keypoints, cuboid, segmentation, category");
  EXPECT_EQ(rows(kItems), before_items);
  EXPECT_EQ(rows(kAnnotations), before_objects);
  expect_sound();
}

TEST_F(ChangeAppend, ColumnsFillItemsAndObjects) {
  const std::vector<std::string_view> references{"a", "b", "c"};
  const std::vector<double> scores{0.5, std::nan(""), -1};
  const std::vector<int64_t> widths{1, 2, 3};
  const std::vector<uint8_t> valid{1, 0, 1};
  const std::vector<ColumnView> columns{{.name = "reference_id", .texts = references},
                                        {.name = "autotag.image.rain", .numbers = scores},
                                        {.name = "width", .integers = widths, .valid = valid},
                                        {.name = "metadata.night", .bools = valid}};
  const auto append = [&](TableId table, const std::vector<ColumnView>& from) {
    return commit([&](auto& t, auto& c) { return append_columns(t, table, from, false, c); });
  };
  expect_counts(append(kItems, columns), 3, 0, 0);
  const std::vector<PlainRow> expected{
      {{"reference_id", "a"}, {"autotag.image.rain", 0.5}, {"width", 1}, {"metadata.night", true}},
      {{"reference_id", "b"}, {"metadata.night", false}},
      {{"reference_id", "c"},
       {"autotag.image.rain", -1.0},
       {"width", 3},
       {"metadata.night", true}}};
  EXPECT_EQ(rows(kItems), expected);
  const std::vector<float> xs{1, 2, 3};
  expect_counts(append(kAnnotations, {{.name = "reference_id", .texts = references},
                                      {.name = "label", .texts = references},
                                      {.name = "position.x", .floats = xs},
                                      {.name = "dimensions.x", .integers = widths},
                                      {.name = "iou", .integers = widths},
                                      {.name = "outcome", .texts = references}}),
                3, 0, 0);
  const PlainRow object{{"$item", "c"},        {"label", "c"}, {"type", "box"}, {"position.x", 3.0},
                        {"dimensions.x", 3.0}, {"iou", 3.0},   {"outcome", "c"}};
  EXPECT_EQ(rows(kAnnotations)[2], object);
}

TEST_F(ChangeAppend, ColumnsThatDoNotFitAreRefused) {
  const std::vector<std::string_view> two{"a", "b"};
  const std::vector<int64_t> three{1, 2, 3};
  const std::vector<int64_t> numbers{1, 2};
  const auto refused = [&](const std::vector<ColumnView>& from, ErrorCode code) {
    return message_of(
        [&] {
          commit([&](auto& t, auto& c) { return append_columns(t, kItems, from, false, c); });
        },
        code);
  };
  const ColumnView reference{.name = "reference_id", .texts = two};
  EXPECT_EQ(refused({{.name = "width", .integers = numbers}}, ErrorCode::kConstraint),
            "there is no column 'reference_id'; it says which item a row is or belongs to");
  EXPECT_EQ(refused({reference, {.name = "width", .integers = three}}, ErrorCode::kConstraint),
            "column 'width' has 3 rows, 'reference_id' has 2; give all the same number");
  EXPECT_EQ(refused({reference, reference}, ErrorCode::kConstraint),
            "the column 'reference_id' occurs twice");
  EXPECT_EQ(refused({reference, {.name = "width", .texts = two}}, ErrorCode::kType),
            "column 'width' must hold integers");
  for (const char* name : {"$item", "$count:1", "speed", "metadata.", "label", "metadata.a..b"})
    EXPECT_TRUE(refused({reference, {.name = name, .integers = numbers}}, ErrorCode::kName)
                    .starts_with("there is no field '" + std::string(name) + "'"))
        << name;
  EXPECT_TRUE(rows(kItems).empty());
}

}  // namespace
}  // namespace cupel::exec
