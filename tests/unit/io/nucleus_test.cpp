#include "recording.hpp"

namespace cupel::io {
namespace {

Outcome nucleus(std::string_view text, Want want) {
  return read_text(text, want, {.format = "nucleus", .run = "m"});
}

TEST(Nucleus, ItemsOfUploadsAndDownloads) {
  const auto out = nucleus(
      R"([{"reference_id":"a","image_url":"s3://b/a.jpg","metadata":{"rainy":true,"deep":{"n":1,"l":[1]}},"width":4,"height":3},)"
      R"({"ref_id":"b","original_image_url":"o","image_url":"i","processed_url":"p","phash":"01","dataset_item_id":"di_1"},)"
      R"({"reference_id":"c","type":"image","url":"u","camera_params":{"fx":1},"metadata":null}])",
      Want::kItems);
  EXPECT_EQ(out.failures, Lines{});
  EXPECT_EQ(
      out.lines,
      (Lines{
          R"(item a at=s3://b/a.jpg width=4 height=3 metadata.rainy=true metadata.deep.n=1 rest={"metadata":{"deep":{"l":[1]}}})",
          R"(item b at=p rest={"original_image_url":"o","image_url":"i","phash":"01","dataset_item_id":"di_1"})",
          R"(item c at=u rest={"type":"image","camera_params":{"fx":1}})"}));
  EXPECT_EQ(out.lost, Losses{});
}

constexpr const char* kAnnotations = R"([
{"label":"car","type":"box","geometry":{"x":0,"y":0.5,"width":10,"height":10},"reference_id":"a","annotation_id":"car-0-0.5-10-10-a",
 "metadata":{"k":1},"track_reference_id":"t","task_id":"task_1"},
{"label":"lane","type":"line","geometry":{"vertices":[{"x":0,"y":1},{"x":2.5,"y":3}]},"reference_id":"a","annotation_id":null},
{"label":"road","type":"polygon","geometry":{"vertices":[{"x":0,"y":0},{"x":9,"y":0},{"x":9,"y":9}]},"reference_id":"a"},
{"label":"person","type":"keypoints","geometry":{"keypoints":[{"x":1,"y":2,"visible":true}],"names":["nose"],"skeleton":[[0,0]]},"reference_id":"a"},
{"label":"van","type":"cuboid","geometry":{"position":{"x":1,"y":2,"z":3},"dimensions":{"x":4,"y":5,"z":6},"yaw":0.25},"reference_id":"a"},
{"label":"night","type":"category","geometry":{},"taxonomy_name":"time","reference_id":"a"}])";

TEST(Nucleus, AnnotationsOfEveryType) {
  const auto out = nucleus(kAnnotations, Want::kAnnotations);
  EXPECT_EQ(out.failures, Lines{});
  EXPECT_EQ(
      out.lines,
      (Lines{
          R"(annotation a car box id=car-0-0.5-10-10-a x=0 y=0.5 w=10 h=10 metadata.k=1 rest={"track_reference_id":"t","task_id":"task_1"})",
          R"(annotation a lane line geometry={"vertices":[{"x":0,"y":1},{"x":2.5,"y":3}]})",
          R"(annotation a road polygon geometry={"vertices":[{"x":0,"y":0},{"x":9,"y":0},{"x":9,"y":9}]})",
          R"(annotation a person keypoints geometry={"keypoints":[{"x":1,"y":2,"visible":true}],"names":["nose"],"skeleton":[[0,0]]})",
          R"(annotation a van cuboid x=1 y=2 z=3 w=4 h=5 d=6 geometry={"yaw":0.25})",
          R"(annotation a night category taxonomy=time geometry={})"}));
}

TEST(Nucleus, ASegmentOfAMaskIsAnObject) {
  const std::string text =
      R"({"type":"mask","mask_url":"s3://m.png","annotations":[{"label":"car","index":1},)"
      R"({"label":"road","index":2,"metadata":{"wet":true},"track_reference_id":"own"}],"reference_id":"a","track_reference_id":"t"})";
  EXPECT_EQ(
      nucleus(text, Want::kAnnotations).lines,
      (Lines{
          R"(annotation a car segmentation id=a-mask/0 geometry={"mask_url":"s3://m.png","index":1} rest={"track_reference_id":"t"})",
          R"(annotation a road segmentation id=a-mask/1 geometry={"mask_url":"s3://m.png","index":2} metadata.wet=true rest={"track_reference_id":"own"})"}));
  const auto named = nucleus(
      R"({"type":"segmentation","mask_url":"u","annotations":[{"label":"car"}],"ref_id":"a","annotation_id":"m"}
         {"type":"mask","mask_url":"v","annotations":[],"reference_id":"b"})",
      Want::kPredictions);
  EXPECT_EQ(named.lines,
            Lines{R"(prediction(m) a car segmentation id=m/0 geometry={"mask_url":"u"})"});
  EXPECT_EQ(named.lost, (Losses{{"empty masks", 1}}));
}

constexpr const char* kTaxonomyLoss =
    "taxonomy names; an item has one label in a taxonomy, so labels that come as a list have none: "
    "metadata.taxonomy tells it";

TEST(Nucleus, ALabelOfAListIsACategory) {
  const auto out = nucleus(
      R"([{"type":"multicategory","labels":["wet","dark"],"taxonomy_name":"mood","reference_id":"a","metadata":{"by":"me"}},)"
      R"({"labels":["sunny"],"reference_id":"b"},)"
      R"({"labels":["x"],"taxonomy_name":"t","metadata":{"taxonomy":"mine"},"reference_id":"c","geometry":{}}])",
      Want::kAnnotations);
  EXPECT_EQ(out.failures, Lines{});
  EXPECT_EQ(
      out.lines,
      (Lines{R"(annotation a wet category id=mood/wet metadata.by="me" metadata.taxonomy="mood")",
             R"(annotation a dark category id=mood/dark metadata.by="me" metadata.taxonomy="mood")",
             "annotation b sunny category id=/sunny",
             R"(annotation c x category id=t/x geometry={} metadata.taxonomy="mine")"}));
  EXPECT_EQ(out.lost, (Losses{{kTaxonomyLoss, 2}}));
}

TEST(Nucleus, Predictions) {
  const auto out = nucleus(
      R"({"label":"car","type":"box","geometry":{"x":1,"y":2,"width":3,"height":4},"reference_id":"a","confidence":0.5,"class_pdf":{"car":0.5,"bus":0.5}}
{"label":"night","type":"category","taxonomy_name":"time","reference_id":"a","confidence":1,"run":"m"}
{"label":"day","type":"category","reference_id":"a","run":"other"})",
      Want::kPredictions);
  EXPECT_EQ(out.lines, (Lines{"prediction(m) a car box x=1 y=2 w=3 h=4 confidence=0.5 "
                              "class_pdf.car=0.5 class_pdf.bus=0.5",
                              "prediction(m) a night category taxonomy=time confidence=1",
                              "prediction(other) a day category"}));
}

constexpr const char* kExport = R"([
{"item":{"reference_id":"a","image_url":"u","metadata":{"k":1}},"annotations":{
  "box":[{"label":"car","geometry":{"x":1,"y":2,"width":3,"height":4},"annotation_id":"7","reference_id":"a"}],
  "cuboid":[],"line":[],"polygon":[{"label":"road","geometry":{"vertices":[{"x":1,"y":1}]}}],"keypoints":[],
  "segmentation":{"type":"segmentation","mask_url":"m","annotations":[{"label":"sky","index":3}],"annotation_id":null},
  "category":[{"label":"night","taxonomy_name":"time"}],
  "multicategory":[{"labels":["x","y"],"taxonomy_name":null}]}},
{"item":{"ref_id":"b"},"scene":"s","annotations":{"box":null}}])";

TEST(Nucleus, ExportsHoldItemsWithTheirAnnotationsByType) {
  const Lines objects = {
      "annotation a car box id=7 x=1 y=2 w=3 h=4",
      R"(annotation a road polygon geometry={"vertices":[{"x":1,"y":1}]})",
      R"(annotation a sky segmentation id=a-mask/0 geometry={"mask_url":"m","index":3})",
      "annotation a night category taxonomy=time",
      "annotation a x category id=/x",
      "annotation a y category id=/y"};
  Lines with_items = objects;
  with_items.insert(with_items.begin(), "item a at=u metadata.k=1");
  with_items.push_back(R"(item b rest={"scene":"s"})");
  EXPECT_EQ(nucleus(kExport, Want::kItems).lines, with_items);
  with_items.front() = "mention a at=u metadata.k=1";
  with_items.back() = R"(mention b rest={"scene":"s"})";
  EXPECT_EQ(nucleus(kExport, Want::kAnnotations).lines, with_items);
  EXPECT_EQ(nucleus(kExport, Want::kPredictions).lines,
            (Lines{with_items.front(), with_items.back()}));
  for (size_t window = 1; window < 900; window += 37) {
    EXPECT_EQ(read_text(kExport, Want::kAnnotations, {.window_bytes = window}).lines, with_items)
        << window;
  }
}

TEST(Nucleus, ExportedPredictionsAreOfTheRunThatIsNamed) {
  const std::string text =
      R"({"item":{"reference_id":"a"},"predictions":{"box":[{"label":"c","geometry":{"x":1,"y":2,"width":3,"height":4},"confidence":1}]}})";
  EXPECT_EQ(nucleus(text, Want::kPredictions).lines,
            (Lines{"mention a", "prediction(m) a c box x=1 y=2 w=3 h=4 confidence=1"}));
  EXPECT_EQ(nucleus(text, Want::kAnnotations).lines, Lines{"mention a"});
  // An item does not fail for predictions that come along.
  const auto items = read_text(text, Want::kItems, {.format = "nucleus"});
  EXPECT_EQ(items.lines, Lines{"item a"});
  EXPECT_EQ(items.failures, Lines{});
  EXPECT_EQ(items.lost,
            (Losses{{"predictions; IMPORT PREDICTIONS reads them, and AS RUN names the run", 1}}));
  EXPECT_EQ(
      read_text(text, Want::kPredictions, {.format = "nucleus"}).failures,
      Lines{R"(FILE:1 (record 1): "run" is missing: name the run in the file, or with AS RUN)"});
}

TEST(Nucleus, AResponseLaidOutOverLines) {
  EXPECT_EQ(nucleus("\n{\n \"item\": {\"reference_id\": \"a\"},\n \"annotations\": {}\n}\n"
                    "{\"item\":\n{\"reference_id\": \"b\"}}",
                    Want::kItems)
                .lines,
            (Lines{"item a", "item b"}));
}

TEST(Nucleus, VectorsAreCounted) {
  const auto out = nucleus(
      R"([{"reference_id":"a","embedding_info":{"index_id":"clip","embedding_vector":[1,2]}},)"
      R"({"reference_id":"b","embedding_info":{"index_id":"clip"}},)"
      R"({"item":{"reference_id":"c"},"annotations":{"box":[{"label":"x","embedding_vector":[1],)"
      R"("geometry":{"x":1,"y":2,"width":3,"height":4}}]}}])",
      Want::kItems);
  EXPECT_EQ(out.lines, (Lines{"item a", R"(item b rest={"embedding_info":{"index_id":"clip"}})",
                              "item c", "annotation c x box x=1 y=2 w=3 h=4"}));
  EXPECT_EQ(out.lost, (Losses{{"embedding vectors; IMPORT EMBEDDINGS reads them", 2}}));
}

TEST(NucleusErrors, OfRecords) {
  const auto out = nucleus(
      R"([{"image_url":"u"},{"reference_id":"s","frames":[]},{"reference_id":"a","label":"c","type":"category"},)"
      R"({"item":{"reference_id":"b","width":"1"},"annotations":{}},{"item":{"reference_id":"b"},"annotations":{"boxes":[]}},)"
      R"({"item":{"reference_id":"b"},"annotations":{"box":7}},7,{"reference_id":"c","metadata":{"x":NaN}}])",
      Want::kItems);
  EXPECT_EQ(out.lines, Lines{});
  EXPECT_EQ(
      out.failures,
      (Lines{
          R"(FILE, byte 1 (record 1): "reference_id" is missing)",
          R"(FILE, byte 19 (record 2): the record is a scene (it has "frames"): items are images; write each frame as one)",
          "FILE, byte 52 (record 3): the record is an object (it has a label or a shape), not an "
          "item: import it as annotations or predictions",
          R"(FILE, byte 103 (record 4): "item.width" must be an integer, but is the text "1")",
          R"(FILE, byte 162 (record 5): "annotations.boxes" is no type of Nucleus; they are box, line, polygon, keypoints, cuboid, segmentation, category, multicategory, mask)",
          R"(FILE, byte 219 (record 6): "annotations.box" must be a list, but is the integer 7)",
          "FILE, byte 273 (record 7): the record is not a JSON object",
          R"(FILE, byte 275 (record 8): "metadata.x" is NaN, which is not a finite number)"}));
}

TEST(NucleusErrors, OfObjectsTakeNoNeighboursWithThem) {
  const auto out = nucleus(
      R"([{"item":{"reference_id":"a"},"annotations":{"box":[{"label":"c"},5,{"label":"c","geometry":{"x":1,"y":2,"width":3,"height":4},"reference_id":"z"}],)"
      R"("segmentation":[{"mask_url":"m","annotations":[{"label":"ok","index":1},{"index":2}]},{"annotations":[]},{"mask_url":"m","annotations":[7]}],)"
      R"("multicategory":[{"labels":[1]},{"taxonomy_name":"t"}],"category":[{"label":"k"}]}}])",
      Want::kAnnotations);
  EXPECT_EQ(
      out.lines,
      (Lines{"mention a",
             R"(annotation a ok segmentation id=a-mask/0 geometry={"mask_url":"m","index":1})",
             "annotation a k category"}));
  EXPECT_EQ(
      out.failures,
      (Lines{
          R"(FILE, byte 52 (record 1): "annotations.box[0]": a box needs x, y, width and height in its "geometry", but x is missing)",
          R"(FILE, byte 66 (record 2): "annotations.box[1]" must be an object, but is the integer 5)",
          R"(FILE, byte 68 (record 3): "annotations.box[2].reference_id" is "z", but the object belongs to "a")",
          R"(FILE, byte 164 (record 4): "annotations.segmentation[0].annotations[1].label" is missing)",
          R"(FILE, byte 234 (record 5): "annotations.segmentation[1].mask_url" is missing)",
          R"(FILE, byte 253 (record 6): "annotations.segmentation[2].annotations[0]" must be an object, but is the integer 7)",
          R"(FILE, byte 306 (record 7): "annotations.multicategory[0].labels[0]" must be a text, but is the integer 1)",
          R"(FILE, byte 321 (record 8): "annotations.multicategory[1].labels" is missing)"}));
}

TEST(NucleusErrors, OfTheFrame) {
  EXPECT_EQ(nucleus("a,b", Want::kItems).error,
            "FILE is no Nucleus file: it should begin with [ or {");
  EXPECT_EQ(nucleus(R"([{"reference_id":"a"},{"refe)", Want::kItems).error,
            "FILE ends at byte 28 in the middle of the value that begins at byte 22: the file is "
            "cut off or has an unclosed bracket or text");
}

TEST(NucleusRecognition, WhereTheLosslessFormWouldNotDo) {
  const auto recognised = [](std::string_view text) {
    const auto out = read_text(text, Want::kAnnotations, {.run = "m"});
    EXPECT_EQ(out.error, "") << text;
    EXPECT_EQ(out.failures, Lines{}) << text;
    return out.lines;
  };
  EXPECT_EQ(recognised(kAnnotations).size(), 6U);
  // Lines are of jsonl, which keeps a vector in its place …
  EXPECT_EQ(recognised(R"({"reference_id":"a","embedding_info":{"embedding_vector":[1]}})"),
            Lines{R"(mention a rest={"embedding_info":{"embedding_vector":[1]}})"});
  // … until one of them needs more.
  EXPECT_EQ(recognised("{\"reference_id\":\"a\",\"label\":\"c\",\"type\":\"category\"}\n"
                       "{\"reference_id\":\"a\",\"type\":\"multicategory\",\"labels\":[\"d\"]}"),
            (Lines{"annotation a c category", "annotation a d category id=/d"}));
  EXPECT_EQ(recognised(R"({"item":{"reference_id":"a"},"annotations":{"box":[]}})"),
            Lines{"mention a"});
  EXPECT_EQ(recognised(R"({"reference_id":"a","processed_url":"p"})"), Lines{"mention a at=p"});
}

}  // namespace
}  // namespace cupel::io
