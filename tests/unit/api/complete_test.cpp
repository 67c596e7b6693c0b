#include <gtest/gtest.h>

#include <algorithm>

#include "cupel/cupel.hpp"

namespace cupel {
namespace {

/// A database with two weathers, three labels, a run, a slice and names that need quotes.
class Complete : public ::testing::Test {
 protected:
  Complete() : database_(Database::open(":memory:").value()), session_(database_.session()) {
    session_
        .append_text("items", R"({"reference_id":"a","metadata":{"weather":"rainy","two words":1}}
{"reference_id":"b","metadata":{"weather":"rainy","camera":{"side":"left"}}}
{"reference_id":"c","metadata":{"weather":"dry season"}})")
        .value();
    const std::string box =
        R"("geometry":{"x":1,"y":2,"width":3,"height":4},"metadata":{"occluded":true}})";
    std::string rows;
    for (const char* label : {"car", "car", "traffic light", "carriage"})
      rows += std::string(R"({"reference_id":"a","annotation_id":")") +
              std::to_string(rows.size()) + R"(","label":")" + label + "\"," + box + "\n";
    session_.append_text("annotations", rows).value();
    session_
        .append_text("predictions", R"({"reference_id":"a","label":"bus","confidence":0.5,)" + box,
                     "jsonl", "large run")
        .value();
    session_.execute("CREATE SLICE night AS metadata.weather = rainy").value();
  }

  std::vector<std::string> of(std::string_view text) {
    const Completions found = session_.complete(text).value();
    begin_ = found.begin;
    std::vector<std::string> texts;
    for (const Completion& candidate : found.candidates) texts.push_back(candidate.text);
    return texts;
  }
  std::string first(std::string_view text) {
    const auto texts = of(text);
    return texts.empty() ? "" : texts.front();
  }
  bool has(std::string_view text, const std::string& wanted) {
    const auto texts = of(text);
    return std::find(texts.begin(), texts.end(), wanted) != texts.end();
  }

  Database database_;
  Session session_;
  size_t begin_ = 0;
};

TEST_F(Complete, KeywordsThatFit) {
  EXPECT_EQ(of("SEL"), (std::vector<std::string>{"SELECT"}));
  EXPECT_EQ(begin_, 0u);
  EXPECT_EQ(of("show au"), (std::vector<std::string>{"AUTOTAGS"}));
  EXPECT_TRUE(has("SELECT label FROM annotations ", "WHERE"));
  EXPECT_TRUE(has("SELECT label FROM annotations WHERE label = car ", "ORDER"));
  EXPECT_FALSE(has("SELECT label FROM annotations ", "IMPORT"));
  EXPECT_TRUE(has("EXPORT annotations.count = 0 ", "TO"));
  EXPECT_EQ(of("annotations.count = 0; SEL"), (std::vector<std::string>{"SELECT"}));
  EXPECT_EQ(begin_, 23u);
}

TEST_F(Complete, SourcesAndFields) {
  EXPECT_EQ(of("SELECT x FROM "),
            (std::vector<std::string>{"items", "annotations", "predictions", "objects"}));
  EXPECT_EQ(first("SELECT ref"), "reference_id");
  EXPECT_TRUE(has("", "annotations"));
  EXPECT_TRUE(has("FROM annotations WHERE ", "label"));
  EXPECT_FALSE(has("FROM annotations WHERE ", "image_location"));
  EXPECT_EQ(first("metadata.wea"), "weather");
  EXPECT_TRUE(has("metadata.", "\"two words\""));
  EXPECT_EQ(of("metadata.camera."), (std::vector<std::string>{"side"}));
  EXPECT_TRUE(has("FROM annotations WHERE item.metadata.", "weather"));
  EXPECT_EQ(of("FROM annotations WHERE metadata."), (std::vector<std::string>{"occluded"}));
}

TEST_F(Complete, LabelsByFrequency) {
  EXPECT_EQ(of("annotations.car"), (std::vector<std::string>{"car", "carriage"}));
  const Completions found = session_.complete("annotations.").value();
  EXPECT_EQ(found.candidates.front().text, "car");
  EXPECT_EQ(found.candidates.front().detail, "2 annotations");
  EXPECT_EQ(first("annotations.light"), "\"traffic light\"");  // inside of it
  EXPECT_TRUE(has("FROM annotations WHERE label = ", "\"traffic light\""));
  EXPECT_EQ(first("FROM annotations WHERE label IN (car, \"tra"), "\"traffic light\"");
  EXPECT_EQ(begin_, 38u);
  EXPECT_EQ(first("predictions(\"large run\").b"), "bus");
  EXPECT_EQ(first("FROM predictions(\"large run\") WHERE label = "), "bus");
}

TEST_F(Complete, ValuesOfMetadata) {
  const Completions found = session_.complete("metadata.weather = ").value();
  ASSERT_EQ(found.candidates.size(), 2u);
  EXPECT_EQ(found.candidates[0].text, "rainy");
  EXPECT_EQ(found.candidates[0].detail, "2 items");
  EXPECT_EQ(found.candidates[1].text, "\"dry season\"");
  EXPECT_EQ(first("metadata.weather = 'dr"), "\"dry season\"");
  EXPECT_EQ(first("annotations.count = 0 AND metadata.weather != r"), "rainy");
}

TEST_F(Complete, TextsThatTypographicOrDoubledQuotesOpen) {
  EXPECT_EQ(first("metadata.weather = “dr"), "\"dry season\"");
  EXPECT_EQ(begin_, std::string_view("metadata.weather = ").size());
  EXPECT_EQ(session_.complete("no word”> 1").value().begin, std::string_view("no word").size());
  EXPECT_EQ(session_.complete("label = 'it''s").value().begin, std::string_view("label = ").size());
}

TEST_F(Complete, NamesByTheirKind) {
  EXPECT_EQ(of("DROP SLICE "), (std::vector<std::string>{"night"}));
  EXPECT_EQ(of("slice = "), (std::vector<std::string>{"night"}));
  EXPECT_EQ(of("USE RUN "), (std::vector<std::string>{"\"large run\""}));
  EXPECT_EQ(of("FROM predictions("), (std::vector<std::string>{"\"large run\""}));
  EXPECT_FALSE(has("CREATE SLICE ", "night"));
}

TEST_F(Complete, FilesAreForTheCallerToFind) {
  for (const char* text :
       {"IMPORT ITEMS FROM ", "IMPORT ITEMS FROM 'da", "EXPORT FROM items TO 'x",
        "REPORT FROM items TO 'a.html' IMAGES ", "SEND SLICE night TO LABELING \"",
        "IMPORT EMBEDDINGS FROM 'x' AS e IDS FROM ", "IMPORT LABELING RESULTS FROM '"}) {
    const Completions found = session_.complete(text).value();
    EXPECT_TRUE(found.file) << text;
    EXPECT_TRUE(found.candidates.empty()) << text;
  }
  EXPECT_EQ(session_.complete("IMPORT ITEMS FROM 'da").value().begin, 18u);
  for (const char* text : {"metadata.weather = '", "FROM ", "RENAME SLICE night TO ",
                           "SEND SLICE night TO LABELING 'x' DESCRIPTION '", "USE RUN '", "'"})
    EXPECT_FALSE(session_.complete(text).value().file) << text;
}

TEST_F(Complete, Formats) {
  EXPECT_TRUE(has("IMPORT ITEMS FROM 'x' FORMAT ", "coco"));
  EXPECT_EQ(of("EXPORT FROM items TO 'x' FORMAT i").front(), "ids");
  EXPECT_EQ(of("EXPORT FROM items TO 'x' FORMAT coco (what = r"),
            (std::vector<std::string>{"results"}));
  EXPECT_TRUE(has("SEND SLICE night TO LABELING 'x' PROJECT p FORMAT ", "label_studio"));
  EXPECT_TRUE(has("IMPORT LABELING RESULTS FROM 'x' FORMAT ", "votes"));
  EXPECT_TRUE(has("IMPORT ITEMS FROM 'x' FORMAT yolo (", "classes"));
  EXPECT_TRUE(has("IMPORT ITEMS FROM 'x' FORMAT yolo (classes = 'c', ", "data"));
  EXPECT_TRUE(session_.complete("IMPORT ITEMS FROM 'x' FORMAT yolo (classes = 'c").value().file);
  EXPECT_TRUE(has("IMPORT ITEMS FROM 'x' FORMAT yolo (reference = ", "stem"));
  EXPECT_TRUE(has("EXPORT FROM items TO 'x' FORMAT csv (guard = ", "false"));
  EXPECT_TRUE(of("IMPORT ITEMS FROM 'x' FORMAT nonsense (a = ").empty());
}

TEST_F(Complete, NothingAfterWhatIsBroken) {
  EXPECT_TRUE(of("SELECT FROM WHERE ").empty());
  EXPECT_TRUE(of("annotations.count bad syntax ").empty());
  EXPECT_TRUE(of("/* a remark ").empty());
}

TEST_F(Complete, AnyTextIsTaken) {
  const std::string_view alphabet = "a .=('\"\\,_0*-/;\xC3\x80\n\xE2\x9D";
  uint32_t state = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      state = state * 1664525 + 1013904223;
      text += alphabet[(state >> 16) % alphabet.size()];
    }
    const Result<Completions> found = session_.complete(text);
    ASSERT_TRUE(found.ok()) << text;
    EXPECT_LE(found.value().begin, text.size());
  }
}

}  // namespace
}  // namespace cupel
