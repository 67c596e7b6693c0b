#include "tests/unit/bind/bind_fixture.hpp"

namespace cupel::tests {
namespace {

using Objects = BindTest;

TEST_F(Objects, OnlyPositiveComparisonsOfOneChainJoin) {
  EXPECT_EQ(where("annotations.area > 5 AND width > 3 AND annotations.label = car"),
            "annotations[area > 5 AND label = \"car\"] AND width > 3");
  EXPECT_EQ(where("annotations.area > 5 AND (annotations.label = car)"),
            "annotations[area > 5] AND annotations[label = \"car\"]");
  EXPECT_EQ(where("annotations.area > 5 AND annotations.label != car"),
            "annotations[area > 5] AND NOT annotations[label = \"car\"]");
  EXPECT_EQ(where("annotations.area > 5 AND NOT annotations.label = car"),
            "annotations[area > 5] AND NOT annotations[label = \"car\"]");
  EXPECT_EQ(where("annotations.area > 5 OR annotations.label = car"),
            "annotations[area > 5] OR annotations[label = \"car\"]");
  EXPECT_EQ(where("annotations.area > 5 AND annotations.car > 1"),
            "annotations[area > 5] AND annotations.car > 1");
  EXPECT_EQ(where("annotations.car.color = red AND annotations.car.area > 5"),
            "annotations[label = \"car\" AND metadata.color = \"red\" AND area > 5]");
  EXPECT_EQ(where("annotations.car.color = red AND annotations.area > 5"),
            "annotations[label = \"car\" AND metadata.color = \"red\"] AND annotations[area > 5]");
  EXPECT_EQ(where("annotations.area BETWEEN 1 AND 2 AND annotations.label IN (car, bus) AND "
                  "annotations.metadata.color LIKE 'y%' AND annotations.type IS NOT MISSING"),
            "annotations[area >= 1 AND area <= 2 AND label IN (\"car\", \"bus\") AND "
            "metadata.color LIKE \"y%\" AND type IS NOT MISSING]");
}

TEST_F(Objects, MissingIsTheComplementOfSomeObjectHasIt) {
  EXPECT_EQ(where("annotations.metadata.color IS NOT MISSING"),
            "annotations[metadata.color IS NOT MISSING]");
  EXPECT_EQ(where("annotations.metadata.color IS MISSING"),
            "NOT annotations[metadata.color IS NOT MISSING]");
  EXPECT_EQ(where("annotations.clothing_type IS MISSING"),
            "NOT annotations[type = \"category\" AND taxonomy = \"clothing_type\" AND "
            "label IS NOT MISSING]");
}

TEST_F(Objects, ComparisonsBetweenPaths) {
  add_runs();
  EXPECT_EQ(where("annotations.dimensions.x > annotations.dimensions.y"),
            "annotations[dimensions.x > dimensions.y]");
  EXPECT_EQ(where("annotations.label != metadata.predicted_label"),
            "NOT annotations[label = item.metadata.predicted_label]");
  EXPECT_EQ(where("annotations.car > predictions.pedestrian"),
            "annotations.car > predictions(\"first\").pedestrian");
  EXPECT_EQ(
      failure("annotations.area > predictions.area"),
      "unsupported | 'annotations.area' and 'predictions.area' speak of different objects, and "
      "objects are not compared with each other; compare numbers over them, such as "
      ".max(…) | annotations.area > predictions.area | ");
  EXPECT_EQ(where("annotations.clothing_type = predictions.clothing_type"),
            "annotations.clothing_type = predictions(\"first\").clothing_type");
}

TEST_F(Objects, FiltersAndNumbersOverThem) {
  EXPECT_EQ(where("annotations[area > 5]"), "annotations[area > 5]");
  EXPECT_EQ(where("annotations[area > 5].count > 2"), "annotations[area > 5].count > 2");
  EXPECT_EQ(where("annotations.max(area) > 5"), "annotations.max(area) > 5");
  EXPECT_EQ(where("annotations[label = car].avg(area) > 5"),
            "annotations[label = \"car\"].avg(area) > 5");
  EXPECT_EQ(where("annotations[area > 5].metadata.color = red"),
            "annotations[area > 5 AND metadata.color = \"red\"]");
  EXPECT_EQ(where("annotations[area > 5].car = 1"),
            "annotations[label = \"car\" AND type != \"category\" AND area > 5].count = 1");
  EXPECT_EQ(where("annotations.car[area > 5] = 1"),
            "annotations[label = \"car\" AND type != \"category\" AND area > 5].count = 1");
  EXPECT_EQ(where("annotations[item.width > 5 AND annotations.car > 1]"),
            "annotations[item.width > 5 AND item.annotations.car > 1]");
  EXPECT_EQ(
      failure("annotations[area > 5] > 3"),
      "type | 'annotations[area > 5]' is a condition; write annotations[area > 5].count for a "
      "number | annotations[area > 5] | annotations[area > 5].count");
  EXPECT_EQ(failure("annotations > 3"),
            "type | 'annotations' stands for objects; write annotations.count for their number | "
            "annotations | annotations.count");
}

TEST_F(Objects, QuotesAlwaysMeanALabel) {
  EXPECT_EQ(where("annotations.\"count\" > 0"), "annotations.\"count\" > 0");
  EXPECT_EQ(where("annotations.box.car > 0"), "annotations.box.car > 0");
  EXPECT_EQ(where("annotations.car.count > 0"), "annotations.car > 0");
  EXPECT_EQ(where("annotations.category.dress > 0"), "annotations.category.dress > 0");
}

TEST_F(Objects, OneValuePerObjectIsNoNumber) {
  EXPECT_EQ(where("annotations.area * 2 > 5"), "annotations[area * 2 > 5]");
  EXPECT_EQ(
      failure("SELECT annotations.area * 2"),
      "type | 'annotations.area * 2' has one value per object; use annotations.max(area * 2) or "
      "FROM annotations | annotations.area * 2 | annotations.max(area * 2)");
  EXPECT_TRUE(failure("ORDER BY annotations.area")
                  .starts_with("type | 'annotations.area' has one value per objec"));
  EXPECT_TRUE(failure("SELECT sum(annotations.area)")
                  .starts_with("type | 'annotations.area' has one value per o"));
}

TEST_F(Objects, InObjectQueriesItemPathsAreTheItems) {
  EXPECT_EQ(where("FROM annotations WHERE width > 3 AND item.metadata.weather = rainy"),
            "item.width > 3 AND item.metadata.weather = \"rainy\"");
  EXPECT_EQ(where("FROM annotations WHERE autotag.image = rain"), "item.autotag.image.rain > 0");
  EXPECT_EQ(where("FROM annotations WHERE autotag.object = stop_sign"),
            "autotag.object.stop_sign > 0");
  EXPECT_EQ(where("FROM annotations WHERE annotations.area > 5"), "item.annotations[area > 5]");
  EXPECT_EQ(where("FROM annotations WHERE label != item.metadata.predicted_label"),
            "label != item.metadata.predicted_label");
  EXPECT_EQ(where("FROM annotations WHERE dimensions.x > object.dimensions.y"),
            "dimensions.x > dimensions.y");
  EXPECT_TRUE(failure("FROM annotations WHERE annotations.area > object.area")
                  .starts_with("unsupported | a field of one object cannot be compared with "));
}

TEST_F(Objects, Slices) {
  EXPECT_EQ(where("slice = night"), "slice = \"night\"");
  EXPECT_EQ(where("slice != night"), "slice != \"night\"");
  EXPECT_EQ(where("slice NOT IN (night)"), "slice != \"night\"");
  EXPECT_EQ(where("FROM annotations WHERE slice = boxes"), "slice = \"boxes\"");
  EXPECT_EQ(where("FROM annotations WHERE slice = night"), "item.slice = \"night\"");
  EXPECT_EQ(failure("slice = boxes"),
            "type | slice 'boxes' is a slice of objects; query FROM objects WHERE slice = boxes | "
            "boxes | ");
  EXPECT_EQ(failure("slice = nigth"),
            "name | there is no slice 'nigth'; there are 'boxes', 'night' | nigth | night");
  EXPECT_EQ(failure("slice > night"),
            "type | 'slice' is compared with = and !=, or IN | slice > night | ");
}

TEST_F(Objects, LiveSlicesAreSpelledOut) {
  live("fast", "metadata.speed_mph > 50");
  live("fast_night", "slice = fast AND slice = night");
  EXPECT_EQ(where("slice = fast_night"), "metadata.speed_mph > 50 AND slice = \"night\"");
  live("big", "FROM annotations WHERE area > 100", true);
  EXPECT_EQ(where("FROM annotations WHERE slice = big AND slice = fast"),
            "area > 100 AND item.metadata.speed_mph > 50");
  live("a", "slice = b");
  live("b", "slice = a");
  EXPECT_EQ(failure("slice = a"),
            "constraint | live slices go round in a circle: 'a' → 'b' → 'a' | a | ");
  live("odd", "metadata.wether = rain");
  EXPECT_EQ(warned("slice = odd"),
            "in live slice 'odd': no item has metadata field \"wether\" | - | ");
}

TEST_F(Objects, Limits) {
  std::string chain = "width = 1";
  for (int i = 0; i < 10'000; ++i) chain += " OR width = 1";
  EXPECT_TRUE(failure(chain).starts_with("limit | a condition has at most 10,000 comparisons; "));
}

}  // namespace
}  // namespace cupel::tests
