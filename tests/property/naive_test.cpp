// The naive evaluator by itself, on answers found by hand.

#include "tests/property/naive.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "grammar/parse.hpp"
#include "tests/property/conformance_model.hpp"
#include "tests/property/naive_change.hpp"
#include "tests/property/naive_values.hpp"

namespace cupel::testing {
namespace {

/// The rows of a query as text: cells by `|`, rows by blanks. Of whole objects the ids.
std::string ask(const Model& model, const std::string& text) {
  const grammar::Query query = grammar::parse_query(text);
  Naive naive(model);
  std::string result;
  const bool whole = query.select.empty();
  for (const auto& row : naive.answer(query)) {
    if (!result.empty()) result += ' ';
    for (size_t i = 0; i < row.size(); ++i) {
      std::string cell = row[i].is_missing() ? "-" : to_text(row[i]);
      if (whole && cell.ends_with(".png")) cell = cell.substr(0, cell.size() - 4);
      result += (i == 0 ? "" : "|") + cell;
    }
  }
  return result;
}

struct Case {
  const char* query;
  const char* rows;
};

class Conformance : public ::testing::Test {
 protected:
  void expect(std::initializer_list<Case> cases) const {
    for (const Case& one : cases) EXPECT_EQ(ask(model_, one.query), one.rows) << one.query;
  }
  Model model_ = conformance_model();
};

TEST_F(Conformance, WhatNucleusDocuments) {
  expect({
      {"annotations.count > 0", "a b c d e"},
      {"annotations.count = 0", "f größe 7/ü"},
      {"annotations.\"traffic light\" >= 4 AND annotations.truck = 1", "a"},
      {"annotations.\"traffic light\".color = \"yellow\"", "a"},
      {"annotations.metadata.color = \"yellow\"", "a b"},
      {"annotations.segmentation.count > 0", "c"},
      {"annotations.truck + annotations.bus >= 5", "b"},
      {"annotations.\"stop sign\" % 2 = 0", "a b c e f größe 7/ü"},
      {"annotations.clothing_type = dress", "a"},
      {"annotations.clothing_type != trousers", "a c d e f größe 7/ü"},
      {"annotations.dimensions.x < 6 AND annotations.dimensions.y < 4", "a"},
      {"(annotations.dimensions.x < 6) AND annotations.dimensions.y < 4", "a c"},
      {"annotations.”traffic sign” > 0", "c"},
      {"SELECT annotation_id FROM objects WHERE annotations.truck > 0",
       "a1 a2 a3 a4 a5 - b1 b2 b3 b4 b5 - e1 p1 p2 p3 p4 p5"},
      {"SELECT annotation_id FROM annotations WHERE metadata.distance_to_device > 150", "a5 e1"},
      {"predictions.count > 0", "a b f"},
      {"predictions.pedestrian >= 3", "a"},
      {"metadata.camera = \"rear\" AND metadata.timeofday = \"night\" AND metadata.speed_mph >= 50 "
       "AND metadata.speed_mph <= 75",
       "a b e"},
      {"metadata.sequence_id = \"abcdef\" AND metadata.frame_number % 5 = 0", "a b e größe 7/ü"},
      {"metadata.review_status != \"rejected\" AND metadata.review_status != \"accepted\"",
       "c d e f größe 7/ü"},
      {"scale_metadata.task_status = \"pending\"", "a"},
      {"scale_metadata.completed_at > 2021-01-01", "b"},
      {"scale_metadata.audit_status = accepted AND scale_metadata.completed_at > 2021-06-01", "b"},
      {"autotag.image = rain", "a"},
      {"autotag.image.rain > 0", "a"},
      {"autotag.image.rain > -0.5", "a b c"},
      {"autotag.image.police_cars > 0.3 AND annotations.police_car = 0", "b c"},
      {"annotations.metadata.potential_mislabel = 1 ORDER BY metadata.mislabel_score DESC", "e d"},
  });
}

TEST_F(Conformance, SomeObjectAndTheSameOne) {
  expect({
      {"annotations.metadata.color != yellow", "c d e f größe 7/ü"},
      {"annotations.metadata.color IS MISSING", "c d e f größe 7/ü"},
      {"annotations.metadata.color IS NOT MISSING AND annotations.label = truck", "b"},
      {"annotations.\"traffic light\".color = red AND annotations.\"traffic light\".color = green",
       ""},
      {"annotations[dimensions.x < 6 AND dimensions.y < 4].count = 1", "a"},
      {"annotations[label = bus].dimensions.x = 100", "b"},
      {"annotations.metadata.predicted_label = annotations.label", "e"},
      {"annotations.truck > predictions.truck", "b e"},
      {"annotations.box.truck = 2", "b"},
      {"annotations.category.dress > 0", "a"},
      {"annotations.dress > 0", ""},
      {"annotations.clothing_type IS MISSING", "c d e f größe 7/ü"},
      {"SELECT reference_id, annotations.max(area) WHERE annotations.count > 0",
       "a.png|24000 b.png|5000 c.png|900 d.png|400 e.png|400"},
      {"SELECT annotations[label = bus].sum(position.x) WHERE annotations.truck > 0", "- 6 -"},
  });
}

TEST_F(Conformance, TwoTruthValues) {
  expect({
      {"metadata.speed_mph > 50", "a c d e"},
      {"NOT metadata.speed_mph > 50", "b f größe 7/ü"},
      {"metadata.weather NOT IN (rainy, snowy)", "b e f"},
      {"metadata.weather NOT LIKE 'r%'", "b d e f"},
      {"metadata.weather ILIKE 'RAI_Y' AND metadata.taken = 2021-06-01T10:00:00+02:00", "a"},
      {"metadata.speed_mph NOT BETWEEN 50 AND 60", "c d f größe 7/ü"},
      {"metadata.frame_number % 0 IS MISSING AND width > 1000", "c d"},
      {"metadata.nested.deep.er = 1", "f"},
  });
}

TEST_F(Conformance, GroupsAndOrder) {
  expect({
      {"SELECT metadata.weather, count() GROUP BY metadata.weather", "rainy|3 clear|1 snowy|1 -|2"},
      {"SELECT reference_id ORDER BY metadata.speed_mph DESC",
       "f.png c.png d.png a.png e.png b.png größe 7/ü.png"},
      {"SELECT count(), sum(width), min(metadata.speed_mph) WHERE width > 5000", "0|-|-"},
      {"SELECT bucket(area, 1000) AS b, count() FROM annotations GROUP BY bucket(area, 1000) "
       "HAVING count() > 1 ORDER BY b DESC",
       "5000|5 0|10 -|4"},
      {"SELECT label, count() AS n FROM objects GROUP BY label ORDER BY n DESC, label LIMIT 2 "
       "OFFSET 1",
       "pedestrian|4 traffic light|4"},
      {"SELECT sum(width), avg(height) WHERE width = 640", "1920|480"},
  });
}

TEST(NaiveValues, Compare) {
  const int64_t big = (int64_t{1} << 53) + 1;
  EXPECT_EQ(naive::order(big, std::ldexp(1.0, 53)), 1);
  EXPECT_EQ(naive::order(0.0, -0.0), 0);
  EXPECT_EQ(naive::order(true, 1), 0);
  EXPECT_EQ(naive::order(true, 2), std::nullopt);
  EXPECT_EQ(naive::order(5, "5"), std::nullopt);
  EXPECT_EQ(naive::order(*parse_timestamp("2021-06-01"), "2021-06-01T02:00+02:00"), 0);
  EXPECT_EQ(naive::arithmetic(grammar::ArithmeticOp::kDivide, 4, 2), Value(2.0));
  EXPECT_EQ(naive::arithmetic(grammar::ArithmeticOp::kModulo, -7, 5), Value(-2));
  EXPECT_EQ(naive::arithmetic(grammar::ArithmeticOp::kAdd, true, 5), Value());
  EXPECT_EQ(naive::bucket(-1, 10), Value(-10));
  EXPECT_TRUE(naive::matches(grammar::MatchKind::kLike, "größe", "gr__e"));
  EXPECT_FALSE(naive::matches(grammar::MatchKind::kLike, "axb", "a\\%b"));
}

TEST(NaiveChange, StatementsInARow) {
  Model model = conformance_model();
  const auto run = [&](const char* text) { apply(model, grammar::parse(text)); };
  run("CREATE SLICE wide AS width > 1000");
  run("CREATE LIVE SLICE trucks AS annotations.truck > 0");
  run("UPDATE annotations SET label = lorry, metadata.old = object.label WHERE label = truck AND "
      "area > 4000");
  EXPECT_EQ(ask(model, "slice = trucks"), "e");
  EXPECT_EQ(ask(model, "annotations.metadata.old = truck"), "a b");
  run("INSERT INTO SLICE wide annotations.lorry > 0");
  run("DELETE FROM items WHERE reference_id = \"c.png\"");
  EXPECT_EQ(ask(model, "slice = wide"), "a b d");
  EXPECT_EQ(ask(model, "SELECT count() FROM annotations"), "16");
  run("DELETE FROM SLICE wide metadata.weather = clear");
  EXPECT_EQ(ask(model, "slice IN (wide, trucks)"), "a d e");
}

}  // namespace
}  // namespace cupel::testing
