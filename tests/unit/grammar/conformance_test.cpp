#include <gtest/gtest.h>

#include <string>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"

namespace cupel::grammar {
namespace {

/// Every query of the language's conformance table, in the order of the table. Those that are not
/// in their printed form already carry it.
struct Row {
  const char* text;
  const char* printed = nullptr;
};

const Row kRows[] = {
    {"annotations.count > 0"},
    {"annotations.count = 0"},
    {"annotations.\"traffic light\" >= 4 AND annotations.truck = 1"},
    {"annotations.\"traffic light\".color = \"yellow\""},
    {"annotations.metadata.color = \"yellow\""},
    {"annotations.segmentation.count > 0"},
    {"annotations.truck + annotations.bus >= 5"},
    {"annotations.\"stop sign\" % 2 = 0"},
    {"annotations.clothing_type = dress"},
    {"annotations.clothing_type != trousers"},
    {"annotations.dimensions.x < 6 AND annotations.dimensions.y < 4"},
    {"annotations.”traffic sign” > 0", "annotations.\"traffic sign\" > 0"},
    {"FROM objects WHERE annotations.truck > 0"},
    {"FROM annotations WHERE metadata.distance_to_device > 150"},
    {"predictions.count > 0"},
    {"predictions.pedestrian >= 3"},
    {"metadata.camera = \"rear\" AND metadata.timeofday = \"night\" AND metadata.speed_mph >= 50 "
     "AND "
     "metadata.speed_mph <= 75"},
    {"metadata.sequence_id = \"abcdef\" AND metadata.frame_number % 5 = 0"},
    {"metadata.review_status != \"rejected\" AND metadata.review_status != \"accepted\""},
    {"scale_metadata.task_status = \"pending\""},
    {"scale_metadata.completed_at > 2021-01-01"},
    {"scale_metadata.audit_status = accepted AND scale_metadata.completed_at > 2021-06-01"},
    {"autotag.image = rain"},
    {"autotag.image.rain > 0"},
    {"autotag.image.rain > -0.5"},
    {"autotag.object = stop_sign"},
    {"autotag.image.police_cars > 0.3 AND annotations.police_car = 0"},
    {"annotations.metadata.potential_mislabel = 1 ORDER BY metadata.mislabel_score DESC"},
};

TEST(Conformance, EveryDocumentedQueryIsRead) {
  for (const Row& row : kRows) {
    EXPECT_EQ(print(parse(row.text)), row.printed != nullptr ? row.printed : row.text);
  }
}

TEST(Conformance, TheBadOneIsRefusedAtItsBadWord) {
  const std::string text = "annotations.count bad syntax";
  try {
    parse(text);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.span(), (Span{18, 21}));
  }
}

}  // namespace
}  // namespace cupel::grammar
