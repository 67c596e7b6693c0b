#include "engine/io/label_studio_item.hpp"
#include "label_studio_tasks.hpp"

namespace cupel::io {
namespace {

std::string shape(const std::string& type, const std::string& value) {
  const auto out = studio(task(result(type, value)), Want::kAnnotations);
  EXPECT_EQ(out.failures, Lines{}) << value;
  EXPECT_EQ(out.lost, Losses{}) << value;
  if (out.lines.size() != 2) return "not one object";
  EXPECT_EQ(out.lines[0], "mention a.jpg at=a.jpg width=200 height=100");
  return out.lines[1];
}

TEST(LabelStudio, ShapesArePercentOfTheImage) {
  EXPECT_EQ(
      shape("rectanglelabels",
            R"({"x":5,"y":10,"width":25,"height":50,"rotation":0,"rectanglelabels":["car"]})"),
      "annotation a.jpg car box id=k x=10 y=10 w=50 h=50");
  EXPECT_EQ(
      shape("rectanglelabels",
            R"({"x":5,"y":10,"width":25,"height":50,"rotation":30,"rectanglelabels":["car"]})"),
      R"(annotation a.jpg car box id=k x=10 y=10 w=50 h=50 geometry={"rotation":30})");
  EXPECT_EQ(
      shape("polygonlabels",
            R"({"points":[[0,0],[50,0],[50,12.5]],"closed":true,"polygonlabels":["road"]})"),
      R"(annotation a.jpg road polygon id=k geometry={"vertices":[{"x":0,"y":0},{"x":100,"y":0},{"x":100,"y":12.5}]})");
  EXPECT_EQ(
      shape("polygonlabels",
            R"({"points":[[0,0],[50,10]],"closed":false,"polygonlabels":["lane"]})"),
      R"(annotation a.jpg lane line id=k geometry={"vertices":[{"x":0,"y":0},{"x":100,"y":10}]})");
  EXPECT_EQ(
      shape("keypointlabels", R"({"x":25,"y":25,"width":0.5,"keypointlabels":["nose"]})"),
      R"(annotation a.jpg nose keypoints id=k geometry={"keypoints":[{"x":50,"y":25,"visible":true}],"names":["nose"]})");
  EXPECT_EQ(
      shape("brushlabels", R"({"format":"rle","rle":[0, 1, 255],"brushlabels":["sky"]})"),
      R"(annotation a.jpg sky segmentation id=k geometry={"label_studio_rle":{"rle":[0,1,255],"width":200,"height":100}})");
}

TEST(LabelStudio, WithoutASizeBesideItARegionIsPercentOfTheItem) {
  const auto out = studio(
      task(
          R"({"type":"rectanglelabels","value":{"x":10,"y":10,"width":10,"height":10,"rectanglelabels":["car"]}})"),
      Want::kAnnotations);
  EXPECT_EQ(out.lines,
            (Lines{"mention a.jpg at=a.jpg", "annotation a.jpg car box x=10 y=5 w=10 h=5"}));
}

TEST(LabelStudio, AnEllipseIsTheBoxAroundIt) {
  EXPECT_EQ(
      shape("ellipselabels",
            R"({"x":50,"y":50,"radiusX":10,"radiusY":30,"rotation":0,"ellipselabels":["sign"]})"),
      "annotation a.jpg sign box id=k x=80 y=20 w=40 h=60 area=1884.9555921538758 "
      R"(geometry={"ellipse":{"x":100,"y":50,"radius_x":20,"radius_y":30,"rotation":0}})");
  const std::string turned =
      shape("ellipselabels",
            R"({"x":50,"y":50,"radiusX":10,"radiusY":30,"rotation":90,"ellipselabels":["sign"]})");
  EXPECT_NE(turned.find(" x=70 y=30 w=60 h=40 "), std::string::npos) << turned;
}

TEST(LabelStudio, LabelsOfARegion) {
  const std::string box = R"("x":5,"y":10,"width":25,"height":50)";
  // Several names: an object for each.
  auto out =
      studio(task(result("rectanglelabels", "{" + box + R"(,"rectanglelabels":["car","red"]})")),
             Want::kAnnotations);
  EXPECT_EQ(out.lines, (Lines{"mention a.jpg at=a.jpg width=200 height=100",
                              "annotation a.jpg car box id=k x=10 y=10 w=50 h=50",
                              "annotation a.jpg red box id=k/red x=10 y=10 w=50 h=50"}));
  // A result of its own gives them, in whatever order.
  out = studio(task(result("labels", "{" + box + R"(,"labels":["bus"]})") + "," +
                    result("rectangle", "{" + box + "}")),
               Want::kAnnotations);
  EXPECT_EQ(out.lines, (Lines{"mention a.jpg at=a.jpg width=200 height=100",
                              "annotation a.jpg bus box id=k x=10 y=10 w=50 h=50"}));
  EXPECT_EQ(out.lost, Losses{});
  out = studio(task(result("labels", R"({"points":[[1,2],[3,4]],"labels":["way"]})") + "," +
                    result("polygon", R"({"points":[[1,2],[3,4]]})")),
               Want::kAnnotations);
  EXPECT_EQ(out.lines.size(), 2U);
  EXPECT_EQ(out.lost, Losses{});
  // Of a text they are no labels of a region.
  out =
      studio(task(result("labels", R"({"start":1,"end":2,"labels":["way"]})")), Want::kAnnotations);
  EXPECT_EQ(out.lost, (Losses{{"\"labels\" results", 1}}));
  // Nobody does.
  out = studio(task(result("rectanglelabels", "{" + box + R"(,"rectanglelabels":[]})") + "," +
                    result("brush", R"({"rle":[1]})")),
               Want::kAnnotations);
  EXPECT_EQ(out.lines.size(), 1U);
  EXPECT_EQ(out.lost, (Losses{{"unlabeled regions", 2}}));
}

constexpr const char* kTasks = R"([
{"id":11,"data":{"image":"/data/upload/1/0a1b2c3d-a.jpg","city":"Bern","shot":{"iso":100,"tags":["x"]}},"project":3,
 "annotations":[
  {"id":101,"completed_by":{"id":5,"email":"ada@x"},"was_cancelled":false,"ground_truth":true,"lead_time":3.5,"result":[
   {"id":"r1","type":"rectanglelabels","from_name":"label","to_name":"image","original_width":200,"original_height":100,"image_rotation":0,
    "value":{"x":5,"y":10,"width":25,"height":50,"rotation":0,"rectanglelabels":["car"]},"origin":"manual","score":0.5,"parentID":null},
   {"id":"r1","type":"choices","from_name":"color","to_name":"image","value":{"choices":["red"]}},
   {"id":"r1","type":"textarea","from_name":"plate","to_name":"image","value":{"text":["B 1","B 2"]}},
   {"id":"r1","type":"number","from_name":"wheels","to_name":"image","value":{"number":4}},
   {"id":"c1","type":"choices","from_name":"weather","to_name":"image","value":{"choices":["rainy"]}},
   {"id":"c2","type":"choices","from_name":"mood","to_name":"image","value":{"choices":["busy","loud"]}},
   {"id":"t1","type":"taxonomy","from_name":"place","to_name":"image","value":{"taxonomy":[["Europe","Bern"]]}},
   {"id":"q1","type":"rating","from_name":"quality","to_name":"image","value":{"rating":4}},
   {"id":"q2","type":"textarea","from_name":"note","to_name":"image","value":{"text":["blurred"]}},
   {"id":"q3","type":"number","from_name":"city","to_name":"image","value":{"number":1}},
   {"from_id":"r1","to_id":"r1","type":"relation","direction":"right"},
   {"id":"v","type":"videorectangle","value":{"sequence":[]}}]},
  {"id":102,"completed_by":6,"result":[
   {"id":"r1","type":"rectanglelabels","from_name":"label","original_width":200,"original_height":100,
    "value":{"x":0,"y":0,"width":50,"height":50,"rectanglelabels":["van"]}},
   {"id":"q4","type":"rating","from_name":"quality","value":{"rating":1}}]},
  {"id":103,"was_cancelled":true,"result":[]}],
 "drafts":[{"result":[]}],
 "predictions":[
  {"id":1,"model_version":"v1","score":0.25,"result":[
   {"id":"p1","type":"rectanglelabels","from_name":"label","original_width":200,"original_height":100,"score":0.75,
    "value":{"x":0,"y":0,"width":50,"height":50,"rectanglelabels":["car"]}},
   {"id":"p2","type":"choices","from_name":"weather","value":{"choices":["clear"]}},
   {"id":"p3","type":"rating","from_name":"quality","value":{"rating":2}}]},
  {"id":2,"model_version":"v2","result":[{"id":"p2","type":"choices","from_name":"weather","value":{"choices":["rainy"]}}]},
  {"id":3,"result":[]}]}])";

constexpr const char* kItem =
    R"(0a1b2c3d-a.jpg|a.jpg at=/data/upload/1/0a1b2c3d-a.jpg width=200 height=100 metadata.city="Bern")"
    R"( metadata.shot.iso=100 metadata.quality=4 metadata.note="blurred" metadata.label_studio_id=11)"
    R"( rest={"metadata":{"shot":{"tags":["x"]}},"project":3})";

TEST(LabelStudio, ATaskIsAnItemWithWhatWasAnsweredAboutIt) {
  const auto out = studio(kTasks, Want::kItems);
  EXPECT_EQ(out.lines, Lines{std::string("item ") + kItem});
  EXPECT_EQ(out.failures, Lines{});
  // The data of the task have a "city", and the first annotation a "quality".
  EXPECT_EQ(out.lost, (Losses{{"answers; an item has one value of a name", 2}}));
}

TEST(LabelStudio, AnnotationsOfAll) {
  const auto out = studio(kTasks, Want::kAnnotations);
  EXPECT_EQ(out.failures, Lines{});
  const std::string who = " metadata.annotator=5 metadata.ground_truth=true";
  const std::string id = "annotation 0a1b2c3d-a.jpg|a.jpg ";
  EXPECT_EQ(
      out.lines,
      (Lines{
          std::string("mention ") + kItem,
          id + "car box id=r1 x=10 y=10 w=50 h=50" + who +
              R"( metadata.from_name="label" metadata.to_name="image" metadata.origin="manual")"
              R"( metadata.score=0.5 metadata.color="red" metadata.wheels=4)"
              R"( rest={"metadata":{"plate":["B 1","B 2"]}})",
          id + "rainy category id=c1 taxonomy=weather" + who + R"( metadata.to_name="image")",
          id + R"(busy category id=mood/busy metadata.taxonomy="mood")" + who +
              R"( metadata.to_name="image")",
          id + R"(loud category id=mood/loud metadata.taxonomy="mood")" + who +
              R"( metadata.to_name="image")",
          id + "Europe/Bern category id=t1 taxonomy=place" + who + R"( metadata.to_name="image")",
          id +
              R"(van box id=102/r1 x=0 y=0 w=100 h=50 metadata.annotator=6 metadata.from_name="label")"}));
  EXPECT_EQ(out.lost, (Losses{{"\"videorectangle\" results", 1},
                              {"answers; an item has one value of a name", 2},
                              {"cancelled annotations", 1},
                              {"drafts", 1},
                              {"relations", 1},
                              {"taxonomy names; an item has one label in a taxonomy, so labels "
                               "that come as a list have none: metadata.taxonomy tells it",
                               1}}));
  for (size_t window = 1; window < 900; window += 37) {
    EXPECT_EQ(read_text(kTasks, Want::kAnnotations, {.window_bytes = window}).lines, out.lines)
        << window;
  }
}

TEST(LabelStudio, AnnotationsOfOne) {
  for (const char* who : {"6", "first", "ada@x"}) {
    const auto out = studio(kTasks, Want::kAnnotations, with("annotator", who));
    EXPECT_EQ(out.lost.at("other annotators' annotations"), 1U);
    const bool second = std::string_view(who) == "6";
    EXPECT_EQ(out.lines.size(), second ? 2U : 6U) << who;
    if (second) {
      EXPECT_EQ(out.lines[1],
                "annotation 0a1b2c3d-a.jpg|a.jpg van box id=r1 x=0 y=0 w=100 h=50 "
                "metadata.annotator=6 metadata.from_name=\"label\"");
    }
  }
}

TEST(LabelStudio, PredictionsOfTheRunThatIsNamed) {
  const auto out = studio(kTasks, Want::kPredictions);
  EXPECT_EQ(out.failures, Lines{});
  const std::string id = "(r) 0a1b2c3d-a.jpg|a.jpg ";
  EXPECT_EQ(Lines(out.lines.begin() + 1, out.lines.end()),
            (Lines{"prediction" + id +
                       "car box id=p1 x=0 y=0 w=100 h=50 confidence=0.75 "
                       R"(metadata.model_version="v1" metadata.from_name="label")",
                   "prediction" + id +
                       "clear category id=p2 taxonomy=weather confidence=0.25 "
                       R"(metadata.model_version="v1")",
                   "prediction" + id +
                       R"(rainy category id=p2 taxonomy=weather metadata.model_version="v2")"}));
  EXPECT_EQ(out.lost, (Losses{{"predicted answers", 1}}));
}

TEST(LabelStudio, PredictionsOfOneModelOrARunForEach) {
  const auto one = studio(kTasks, Want::kPredictions, with("model", "v2"));
  EXPECT_EQ(one.lines.size(), 2U);
  EXPECT_EQ(one.lost, (Losses{{"other models' predictions", 2}}));
  const auto each = studio(kTasks, Want::kPredictions, with("runs", "model_version"));
  ASSERT_EQ(each.lines.size(), 4U);
  EXPECT_TRUE(each.lines[1].starts_with("prediction(v1) "));
  EXPECT_TRUE(each.lines[3].starts_with("prediction(v2) "));
}

TEST(LabelStudio, WhichItem) {
  const auto item = [](const std::string& data, FormatOptions options = {}) {
    const auto out =
        studio(R"([{"data":)" + data + R"(,"annotations":[]}])", Want::kItems, options);
    EXPECT_EQ(out.error, "");
    return out.lines.size() == 1 ? out.lines[0] : out.failures.at(0);
  };
  EXPECT_EQ(item(R"({"image":"s3://b/x/a.jpg","reference_id":"A","id":1,"item_id":2})"),
            "item A at=s3://b/x/a.jpg metadata.id=1 metadata.item_id=2");
  EXPECT_EQ(item(R"({"image":"a.jpg","id":1,"item_id":2})"), "item 2 at=a.jpg metadata.id=1");
  EXPECT_EQ(item(R"({"image":"a.jpg","id":1})"), "item 1 at=a.jpg");
  EXPECT_EQ(item(R"({"url":"h","photo":"http://h/b/a.JPG?sign=/x.png#y","k":"v"})"),
            R"(item a.JPG at=http://h/b/a.JPG?sign=/x.png#y metadata.url="h" metadata.k="v")");
  EXPECT_EQ(item(R"({"left":"l.png","right":"r.png"})", with("image", "right")),
            R"(item r.png at=r.png metadata.left="l.png")");
  EXPECT_EQ(item(R"({"image":"x/a.jpg","key":"K"})", with("reference", "key")),
            "item K at=x/a.jpg");
  EXPECT_EQ(item(R"({"image":"x/a.jpg"})", with("reference", "image")), "item x/a.jpg at=x/a.jpg");
  EXPECT_EQ(item(R"({"image":"x/a.jpg"})", with("reference", "key")),
            R"(FILE, byte 1 (record 1): "data.key" is missing)");
  EXPECT_EQ(item(R"({"image":"x/a.jpg"})", with("image", "photo")),
            R"(FILE, byte 1 (record 1): "data.photo" is missing)");
  EXPECT_EQ(item(R"({"text":"no image"})"),
            "FILE, byte 1 (record 1): the task does not say which item it is about: its data have "
            "none of reference_id, item_id and id, and no name of an image; say which member does "
            "with FORMAT label_studio (reference = KEY)");
  EXPECT_EQ(item(R"({"image":5})"),
            R"(FILE, byte 1 (record 1): "data.image" must be a text, but is the integer 5)");
}

TEST(LabelStudio, TheSizeOfAnImageIsThatOfARegionElseOfTheData) {
  const std::string data = R"([{"data":{"image":"a.jpg","width":20,"height":10},"annotations":[)";
  const std::string region =
      R"({"result":[{"type":"brush","original_width":200,"original_height":100}]})";
  EXPECT_EQ(studio(data + "]}]", Want::kItems).lines,
            Lines{"item a.jpg at=a.jpg width=20 height=10"});
  EXPECT_EQ(studio(data + region + "]}]", Want::kItems).lines,
            Lines{"item a.jpg at=a.jpg width=200 height=100 metadata.width=20 metadata.height=10"});
  EXPECT_EQ(studio(R"([{"data":{"image":"a.jpg","width":20,"height":"x"},"annotations":[]}])",
                   Want::kItems)
                .lines,
            Lines{R"(item a.jpg at=a.jpg metadata.width=20 metadata.height="x")"});
}

TEST(LabelStudio, NotesOfARegionAreItsMetadata) {
  const auto out = studio(
      task(
          R"({"id":"k","type":"choices","from_name":"w","origin":"manual","value":{"choices":["x"]},)"
          R"("meta":{"text":["note"],"speed":4,"origin":"mine","deep":{"a":1}}},)"
          R"({"id":"l","type":"choices","from_name":"v","value":{"choices":["y"]},"meta":[1]})"),
      Want::kAnnotations);
  EXPECT_EQ(
      out.lines,
      (Lines{
          "mention a.jpg at=a.jpg",
          R"(annotation a.jpg x category id=k taxonomy=w metadata.speed=4 metadata.origin="mine")"
          R"( metadata.deep.a=1 rest={"metadata":{"text":["note"]},"origin":"manual"})",
          R"(annotation a.jpg y category id=l taxonomy=v rest={"metadata":{"meta":[1]}})"}));
}

TEST(LabelStudio, NamesOfImages) {
  EXPECT_EQ(image_name("a.jpg"), "a.jpg");
  EXPECT_EQ(image_name("/data/local-files/?d=dir/sub/a.jpg"), "a.jpg");
  EXPECT_EQ(image_name("/data/local-files/?d=a.jpg&x=/y"), "a.jpg");
  EXPECT_EQ(image_name("https://h/p/a.jpg?x=1"), "a.jpg");
  EXPECT_EQ(image_name("https://h/p/"), "");
  EXPECT_EQ(image_name("data:image/png;base64,ab/c"), "");
  EXPECT_EQ(uploaded_name("0a1b2c3d-a.jpg"), "a.jpg");
  EXPECT_EQ(uploaded_name("0a1b2c3g-a.jpg"), "");
  EXPECT_EQ(uploaded_name("b1c66a42-6f7d68ca.jpg"), "6f7d68ca.jpg");
  EXPECT_EQ(uploaded_name("0a1b2c3d-"), "");
}

TEST(LabelStudio, OldFilesCallThemCompletions) {
  const auto out = studio(
      R"({"data":{"image":"a.jpg"},"completions":[{"id":1,"result":[{"id":"c","type":"choices","from_name":"w","value":{"choices":["x"]}}]},{"skipped":true,"result":[]}]})"
      "\n"
      R"({"data":{"image":"b.jpg"},"annotations":null,"predictions":null})",
      Want::kAnnotations);
  EXPECT_EQ(out.lines,
            (Lines{"mention a.jpg at=a.jpg", "annotation a.jpg x category id=c taxonomy=w",
                   "mention b.jpg at=b.jpg"}));
  EXPECT_EQ(out.lost, (Losses{{"cancelled annotations", 1}}));
}

TEST(LabelStudio, JsonMin) {
  const std::string text =
      R"([{"image":"a.jpg","id":1,"annotator":5,"annotation_id":101,"created_at":"2024","updated_at":"2024","lead_time":1.5,"city":"Bern",)"
      R"("label":[{"x":5,"y":10,"width":25,"height":50,"rotation":0,"rectanglelabels":["car"],"original_width":200,"original_height":100},7],)"
      R"("weather":{"choices":["wet","dark"]},"answer":"good"},)"
      R"({"image":"a.jpg","id":1,"annotator":6,"annotation_id":102,"weather":{"choices":["dry"]}}])";
  const Lines items = {
      R"(a.jpg at=a.jpg width=200 height=100 metadata.city="Bern" metadata.answer="good" metadata.label_studio_id=1)",
      R"(a.jpg at=a.jpg metadata.label_studio_id=1)"};
  EXPECT_EQ(studio(text, Want::kItems).lines, (Lines{"item " + items[0], "item " + items[1]}));
  const auto all = read_text(text, Want::kAnnotations);
  EXPECT_EQ(
      all.lines,
      (Lines{
          "mention " + items[0],
          "annotation a.jpg car box x=10 y=10 w=50 h=50 metadata.annotator=5",
          R"(annotation a.jpg wet category id=weather/wet metadata.taxonomy="weather" metadata.annotator=5)",
          R"(annotation a.jpg dark category id=weather/dark metadata.taxonomy="weather" metadata.annotator=5)",
          "mention " + items[1],
          "annotation a.jpg dry category taxonomy=weather metadata.annotator=6"}));
  EXPECT_EQ(all.failures, Lines{"FILE, byte 258 (record 1): \"label[1]\" must be a region like the "
                                "first, but is the integer 7"});
  EXPECT_EQ(studio(text, Want::kAnnotations, with("annotator", "first")).lines.size(), 5U);
  EXPECT_EQ(studio(text, Want::kAnnotations, with("annotator", "6")).lines.size(), 3U);
}

}  // namespace
}  // namespace cupel::io
