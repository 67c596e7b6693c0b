#include "tests/unit/bind/bind_fixture.hpp"

namespace cupel::tests {
namespace {

using Names = BindTest;

TEST_F(Names, UnknownMetadataIsAWarningWithASuggestion) {
  EXPECT_EQ(warned("metadata.wether = rain"),
            "no item has metadata field \"wether\" | wether | weather");
  EXPECT_EQ(warned("annotations.metadata.colour = red"),
            "no annotation has metadata field \"colour\" | colour | color");
  EXPECT_EQ(warned("metadata.wether = a OR metadata.wether = b"),
            "no item has metadata field \"wether\" | wether | weather");
}

TEST_F(Names, UnknownLabelIsAWarningWithASuggestion) {
  EXPECT_EQ(warned("annotations.truk > 0"), "no annotation has label \"truk\" | truk | truck");
  EXPECT_EQ(warned("annotations.clothing = dress"),
            "no annotation has taxonomy or label \"clothing\" | clothing | ");
  EXPECT_EQ(where("annotations.clothing != dress"), "NOT false");
}

TEST_F(Names, ANumberNeverEqualsText) {
  EXPECT_EQ(warned("metadata.weather > 3"),
            "metadata.weather holds text; a comparison with the number 3 is never true | "
            "metadata.weather > 3 | ");
  EXPECT_EQ(where("metadata.weather > 3"), "false");
  EXPECT_EQ(warned("metadata.speed_mph = fast"),
            "metadata.speed_mph holds numbers; a comparison with the text \"fast\" is never true | "
            "metadata.speed_mph = fast | ");
  EXPECT_EQ(warned("annotations.car = red"),
            "annotations.car is a count; a comparison with the text \"red\" is never true | "
            "annotations.car = red | ");
  EXPECT_EQ(warned("metadata.speed_mph > 2021-01-01"),
            "metadata.speed_mph holds numbers; a comparison with the date 2021-01-01T00:00:00Z is "
            "never true | metadata.speed_mph > 2021-01-01 | ");
  EXPECT_EQ(warned("metadata.weather < item.width"),
            "metadata.weather holds text and width holds numbers; the comparison is never true | "
            "metadata.weather < item.width | ");
}

TEST_F(Names, WhatDoesMeetGivesNoWarning) {
  for (const char* query :
       {"metadata.weather > 2021-01-01", "metadata.taken > \"2021-01-01\"", "metadata.night = 1",
        "metadata.night = true", "metadata.night", "metadata.weather IN (a, 3)",
        "metadata.speed_mph > 3.5", "reference_id LIKE 'a%'"})
    EXPECT_EQ(warned(query), "") << query;
  EXPECT_EQ(where("metadata.weather IN (a, 3)"), "metadata.weather IN (\"a\")");
}

TEST_F(Names, UnknownFields) {
  EXPECT_EQ(failure("weather = rain"),
            "name | there is no field 'weather'; metadata is written with metadata. before it | "
            "weather | metadata.weather");
  EXPECT_EQ(failure("area > 5"),
            "name | 'area' is a field of objects; write annotations.area, or query FROM "
            "annotations | area | annotations.area");
  EXPECT_EQ(
      failure("confidence > 0.5"),
      "name | 'confidence' is a field of objects; write predictions.confidence, or query FROM "
      "predictions | confidence | predictions.confidence");
  EXPECT_EQ(
      failure("widht > 5"),
      "name | there is no field 'widht'; there are 'reference_id', 'image_location', 'width', "
      "'height', 'metadata' and 9 more | widht | width");
}

TEST_F(Names, RunsMustBeChosen) {
  EXPECT_EQ(failure("predictions.count > 0"),
            "name | there are no predictions yet; IMPORT PREDICTIONS FROM 'file' AS RUN \"name\" "
            "adds some | predictions | ");
  add_runs(2);
  EXPECT_EQ(failure("predictions.count > 0"),
            "name | there are several runs: 'first', 'second'; choose one with USE RUN, or name it "
            "| predictions | predictions(\"first\")");
  EXPECT_EQ(failure("predictions(\"secnd\").count > 0"),
            "name | there is no run 'secnd'; there are 'first', 'second' | predictions | second");
  EXPECT_EQ(where("predictions(\"second\").count > 0"), "predictions(\"second\").count > 0");
  run = "second";
  EXPECT_EQ(where("predictions.count > 0"), "predictions(\"second\").count > 0");
}

TEST_F(Names, AutotagsAndLabelingMustExist) {
  EXPECT_EQ(failure("autotag.image.rian > 0"),
            "name | there is no autotag 'rian'; there are 'police_cars', 'rain' | rian | rain");
  EXPECT_EQ(failure("autotag.object = yield"),
            "name | there is no autotag 'yield'; there is 'stop_sign' | yield | ");
  EXPECT_EQ(failure("labeling.statsu = done"),
            "name | there is no field of labeling 'statsu'; there are 'project', 'batch', "
            "'task_id', 'status', 'audit_status' and 5 more | statsu | status");
  EXPECT_EQ(failure("similarity(\"a\") > 0.5"),
            "name | there are no embeddings yet; IMPORT EMBEDDINGS FROM 'file' AS name adds some | "
            "similarity(\"a\") | ");
  EXPECT_EQ(
      failure("SELECT cuont()"),
      "name | there is no function 'cuont'; there are 'count', 'sum', 'avg', 'min', 'max' and "
      "6 more | cuont | count");
}

TEST_F(Names, TrainingExamples) {
  EXPECT_EQ(where("autotag_training.image = rain"), "autotag_training.image.rain IS NOT MISSING");
  EXPECT_EQ(where("autotag_training.image.positive = rain"), "autotag_training.image.rain = 1");
  EXPECT_EQ(where("autotag_training.image.negative = rain"), "autotag_training.image.rain = -1");
}

TEST_F(Names, EvaluationsMustExist) {
  add_runs(2);
  EXPECT_EQ(where("FROM predictions(first) WHERE outcome = tp"), "outcome = \"tp\"");
  EXPECT_EQ(
      failure("FROM predictions(second) WHERE outcome = tp"),
      "name | run 'second' has not been evaluated, so that outcome does not exist | outcome | ");
  EXPECT_EQ(where("FROM annotations WHERE outcome(\"first\") = tp"), "outcome(\"first\") = \"tp\"");
  EXPECT_EQ(failure("FROM annotations WHERE outcome(\"second\") = tp"),
            "name | run 'second' has not been evaluated, so that outcome does not exist | "
            "outcome(\"second\") | ");
  run = "first";
  EXPECT_EQ(where("FROM annotations WHERE outcome = tp"), "outcome(\"first\") = \"tp\"");
}

TEST_F(Names, Parameters) {
  parameters.named["weather"] = "rain";
  parameters.positional.emplace_back(3);
  EXPECT_EQ(where("metadata.weather = $weather AND metadata.speed_mph > ?"),
            "metadata.weather = \"rain\" AND metadata.speed_mph > 3");
  EXPECT_EQ(failure("metadata.weather = $other"),
            "name | the parameter $other is not given | $other | ");
  EXPECT_EQ(failure("metadata.speed_mph > ? AND metadata.speed_mph < ?"),
            "name | parameter 2 ('?') is not given | ? | ");
}

TEST_F(Names, SeveralTablesWarnOnlyWhereNoneHasTheName) {
  add_runs();
  data.set(first, 0, "metadata.only_predicted", 1);
  EXPECT_EQ(warned("FROM objects WHERE metadata.only_predicted = 1"), "");
  EXPECT_EQ(warned("FROM objects WHERE metadata.nowhere = 1"),
            "no object has metadata field \"nowhere\" | nowhere | ");
  EXPECT_EQ(warned("FROM annotations WHERE metadata.only_predicted = 1"),
            "no annotation has metadata field \"only_predicted\" | only_predicted | ");
}

TEST_F(Names, BareWordsInArithmetic) {
  EXPECT_EQ(failure("width > height * 2"),
            "type | 'height' is text here, and arithmetic needs numbers; write item.height for the "
            "field | height | item.height");
  EXPECT_EQ(failure("FROM annotations WHERE area > area * 2"),
            "type | 'area' is text here, and arithmetic needs numbers; write object.area for the "
            "field | area | object.area");
}

TEST_F(Names, Patterns) {
  EXPECT_EQ(
      failure("metadata.weather ~ '(a'"),
      "syntax | the regular expression cannot be used: its parentheses do not match | '(a' | ");
  EXPECT_EQ(failure("metadata.weather LIKE 'a\\'"),
            "syntax | the pattern ends with '\\', which escapes nothing; write '\\\\' for a "
            "backslash | 'a\\' | ");
  EXPECT_TRUE(failure("metadata.weather ~ '" + std::string(1001, 'a') + "'")
                  .starts_with("limit | a pattern is at most 1,000 bytes long | '"));
  EXPECT_EQ(where("metadata.weather NOT LIKE 'a%'"), "metadata.weather NOT LIKE \"a%\"");
  EXPECT_EQ(where("metadata.speed_mph ~ 'a'"), "false");
}

}  // namespace
}  // namespace cupel::tests
