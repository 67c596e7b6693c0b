#include "tests/unit/bind/bind_fixture.hpp"

/// What Nucleus documents (LANGUAGE.md part 4), as plans.
namespace cupel::tests {
namespace {

using Conformance = BindTest;

TEST_F(Conformance, Counts) {
  EXPECT_EQ(where("annotations.count > 0"), "annotations.count > 0");
  EXPECT_EQ(where("annotations.\"traffic light\" >= 4 AND annotations.truck = 1"),
            "annotations.\"traffic light\" >= 4 AND annotations.truck = 1");
  EXPECT_EQ(where("annotations.segmentation.count > 0"), "annotations.segmentation.count > 0");
  EXPECT_EQ(where("annotations.truck + annotations.bus >= 5"),
            "annotations.truck + annotations.bus >= 5");
  EXPECT_EQ(where("annotations.\"stop sign\" % 2 = 0"), "annotations.\"stop sign\" % 2 = 0");
  EXPECT_EQ(where("annotations.”traffic sign” > 0"), "annotations.\"traffic sign\" > 0");
  EXPECT_TRUE(warnings.empty());
}

TEST_F(Conformance, MetadataOfObjectsIsExistential) {
  EXPECT_EQ(where("annotations.\"traffic light\".color = \"yellow\""),
            "annotations[label = \"traffic light\" AND metadata.color = \"yellow\"]");
  EXPECT_EQ(where("annotations.metadata.color = \"yellow\""),
            "annotations[metadata.color = \"yellow\"]");
  EXPECT_EQ(where("annotations.dimensions.x < 6 AND annotations.dimensions.y < 4"),
            "annotations[dimensions.x < 6 AND dimensions.y < 4]");
  EXPECT_TRUE(warnings.empty());
}

TEST_F(Conformance, Taxonomies) {
  EXPECT_EQ(
      where("annotations.clothing_type = dress"),
      "annotations[type = \"category\" AND taxonomy = \"clothing_type\" AND label = \"dress\"]");
  EXPECT_EQ(where("annotations.clothing_type != trousers"),
            "NOT annotations[type = \"category\" AND taxonomy = \"clothing_type\" AND "
            "label = \"trousers\"]");
}

TEST_F(Conformance, ObjectQueries) {
  add_runs(2);
  const plan::Plan plan = bind("FROM objects WHERE annotations.truck > 0");
  ASSERT_EQ(plan.arms.size(), 3u);
  for (const plan::Arm& arm : plan.arms)
    EXPECT_EQ(plan::print(*arm.where, plan), "item.annotations.truck > 0");
  EXPECT_EQ(where("FROM annotations WHERE metadata.distance_to_device > 150"),
            "metadata.distance_to_device > 150");
}

TEST_F(Conformance, Predictions) {
  add_runs();
  EXPECT_EQ(where("predictions.count > 0"), "predictions(\"first\").count > 0");
  EXPECT_EQ(where("predictions.pedestrian >= 3"), "predictions(\"first\").pedestrian >= 3");
}

TEST_F(Conformance, Metadata) {
  EXPECT_EQ(where("metadata.camera = \"rear\" AND metadata.timeofday = \"night\" AND "
                  "metadata.speed_mph >= 50 AND metadata.speed_mph <= 75"),
            "metadata.camera = \"rear\" AND metadata.timeofday = \"night\" AND "
            "metadata.speed_mph >= 50 AND metadata.speed_mph <= 75");
  EXPECT_EQ(where("metadata.sequence_id = \"abcdef\" AND metadata.frame_number % 5 = 0"),
            "metadata.sequence_id = \"abcdef\" AND metadata.frame_number % 5 = 0");
  EXPECT_EQ(
      where("metadata.review_status != \"rejected\" AND metadata.review_status != \"accepted\""),
      "metadata.review_status != \"rejected\" AND metadata.review_status != \"accepted\"");
}

TEST_F(Conformance, Labeling) {
  EXPECT_EQ(where("scale_metadata.task_status = \"pending\""), "labeling.status = \"pending\"");
  EXPECT_EQ(where("scale_metadata.completed_at > 2021-01-01"),
            "labeling.completed_at > 2021-01-01T00:00:00Z");
  EXPECT_EQ(
      where("scale_metadata.audit_status = accepted AND scale_metadata.completed_at > 2021-06-01"),
      "labeling.audit_status = \"accepted\" AND labeling.completed_at > 2021-06-01T00:00:00Z");
  EXPECT_EQ(where("scale_metadata.task_audit_status = accepted"),
            "labeling.audit_status = \"accepted\"");
}

TEST_F(Conformance, Autotags) {
  EXPECT_EQ(where("autotag.image = rain"), "autotag.image.rain > 0");
  EXPECT_EQ(where("autotag.image.rain > 0"), "autotag.image.rain > 0");
  EXPECT_EQ(where("autotag.image.rain > -0.5"), "autotag.image.rain > -0.5");
  EXPECT_EQ(where("autotag.object = stop_sign"), "annotations[autotag.object.stop_sign > 0]");
  add_runs();
  EXPECT_EQ(where("autotag.object = stop_sign"),
            "annotations[autotag.object.stop_sign > 0] OR "
            "predictions(\"first\")[autotag.object.stop_sign > 0]");
}

TEST_F(Conformance, AnUnknownLabelIsZeroAndAWarning) {
  const std::string query = "autotag.image.police_cars > 0.3 AND annotations.police_car = 0";
  EXPECT_EQ(where(query), "autotag.image.police_cars > 0.3 AND annotations.police_car = 0");
  EXPECT_EQ(warned(query), "no annotation has label \"police_car\" | police_car | ");
}

TEST_F(Conformance, MislabelsWorstFirst) {
  EXPECT_EQ(explained("annotations.metadata.potential_mislabel = 1 ORDER BY "
                      "metadata.mislabel_score DESC"),
            "FROM items\n"
            "  WHERE annotations[metadata.potential_mislabel = 1]\n"
            "  SELECT reference_id, annotations[metadata.potential_mislabel = 1].count, "
            "metadata.mislabel_score\n"
            "  ORDER BY metadata.mislabel_score DESC\n");
}

}  // namespace
}  // namespace cupel::tests
