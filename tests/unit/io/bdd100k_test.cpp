#include "recording.hpp"

namespace cupel::io {
namespace {

constexpr const char* kMerged = R"([
  {"name": "0001.jpg", "attributes": {"weather": "rainy", "scene": "city street"}, "timestamp": 10000,
   "labels": [
     {"id": 7, "category": "car", "manualShape": true, "attributes": {"occluded": false, "colors": [0, "NA"]},
      "box2d": {"x1": 10.5, "y1": 20, "x2": 30.5, "y2": 50}, "poly2d": null, "box3d": null},
     {"id": "8", "category": "drivable area", "attributes": {"areaType": "direct"},
      "poly2d": [{"vertices": [[1, 2], [3.5, 4]], "types": "LL", "closed": true}]},
     {"id": 9, "category": "lane", "poly2d": [{"vertices": [[1, 2]], "types": "L", "closed": false}]}]},
  {"name": "0002.jpg", "labels": null},
  {"name": "0003.jpg"}
])";

TEST(Bdd100k, Merged2018) {
  EXPECT_EQ(
      read_text(kMerged, Want::kItems).lines,
      (Lines{
          R"(item 0001.jpg|0001 metadata.weather="rainy" metadata.scene="city street" metadata.timestamp=10000)",
          "item 0002.jpg|0002", "item 0003.jpg|0003"}));
  const Lines objects = {
      R"(mention 0001.jpg|0001 metadata.weather="rainy" metadata.scene="city street" metadata.timestamp=10000)",
      R"(annotation 0001.jpg|0001 car box id=7 x=10.5 y=20 w=20 h=30 metadata.occluded=false)"
      R"( metadata.manualShape=true rest={"metadata":{"colors":[0,"NA"]}})",
      R"(annotation 0001.jpg|0001 drivable area polygon id=8 geometry={"poly2d":[{"vertices":[[1,2],[3.5,4]],)"
      R"("types":"LL","closed":true}]} metadata.areaType="direct")",
      R"(annotation 0001.jpg|0001 lane line id=9 geometry={"poly2d":[{"vertices":[[1,2]],"types":"L","closed":false}]})",
      "mention 0002.jpg|0002",
      "mention 0003.jpg|0003"};
  EXPECT_EQ(read_text(kMerged, Want::kAnnotations).lines, objects);
  for (size_t window = 1; window < 900; window += 37) {
    const auto out =
        read_text(kMerged, Want::kAnnotations, {.format = "bdd100k", .window_bytes = window});
    EXPECT_EQ(out.lines, objects) << window;
  }
}

TEST(Bdd100k, PerImage2018) {
  const auto out = read_text(
      R"({"name":"0000f77c","attributes":{"weather":"clear"},"frames":[{"timestamp":10000,"objects":[)"
      R"({"category":"traffic sign","id":0,"attributes":{"occluded":true},"box2d":{"x1":1,"y1":2,"x2":4,"y2":6}},)"
      R"({"category":"lane/road curb","id":1,"poly2d":[[1,2,"L"],[3,4,"C"]]},)"
      R"({"category":"area/drivable","id":2,"poly2d":[[1,2,"L"]]}]}]})",
      Want::kAnnotations);
  EXPECT_EQ(
      out.lines,
      (Lines{
          R"(mention 0000f77c|0000f77c.jpg metadata.weather="clear" metadata.timestamp=10000)",
          "annotation 0000f77c|0000f77c.jpg traffic sign box id=0 x=1 y=2 w=3 h=4 "
          "metadata.occluded=true",
          R"(annotation 0000f77c|0000f77c.jpg lane/road curb line id=1 geometry={"poly2d":[[1,2,"L"],[3,4,"C"]]})",
          R"(annotation 0000f77c|0000f77c.jpg area/drivable polygon id=2 geometry={"poly2d":[[1,2,"L"]]})"}));
}

TEST(Bdd100k, ScalabelFramesAndConfig) {
  const std::string text =
      R"({"config":{"categories":[{"name":"car"}]},"frames":[{"name":"v/a-1.jpg","url":"http://h/a","videoName":"v",)"
      R"("frameIndex":0,"size":{"width":1280,"height":720},"intrinsics":{"focal":[1,2],"skew":0},)"
      R"("labels":[{"id":"x","category":"car","score":0.5,"name":"v/a-1.jpg","videoName":"v",)"
      R"("box3d":{"orientation":[0,1,0]}},{"category":"bus","rle":{"counts":"a","size":[1,2]}},)"
      R"({"category":"night"}]}]})";
  EXPECT_EQ(
      read_text(text, Want::kPredictions, {.run = "r"}).lines,
      (Lines{
          R"(mention v/a-1.jpg|a-1.jpg at=http://h/a width=1280 height=720 metadata.videoName="v")"
          R"( metadata.frameIndex=0 metadata.intrinsics.skew=0 rest={"metadata":{"intrinsics":{"focal":[1,2]}}})",
          R"(prediction(r) v/a-1.jpg|a-1.jpg car cuboid id=x confidence=0.5 geometry={"box3d":{"orientation":[0,1,0]}})",
          R"(prediction(r) v/a-1.jpg|a-1.jpg bus segmentation geometry={"rle":{"counts":"a","size":[1,2]}})",
          "prediction(r) v/a-1.jpg|a-1.jpg night category"}));
}

TEST(Bdd100k, Detections) {
  const std::string text =
      R"([{"name":"v/a.jpg","timestamp":10,"category":"car","bbox":[1,2,4.5,6],"score":0.25,"id":3,"attributes":{}}])";
  EXPECT_EQ(read_text(text, Want::kPredictions, {.run = "r"}).lines,
            Lines{"prediction(r) v/a.jpg|a.jpg car box id=3 x=1 y=2 w=3.5 h=4 confidence=0.25 "
                  "metadata.timestamp=10"});
  EXPECT_EQ(read_text(text, Want::kItems).error,
            "FILE is a list of detections, not of images: import it as predictions");
}

TEST(Bdd100k, AKeyOfFrameAndAttributesGoesToTheRest) {
  EXPECT_EQ(
      read_text(R"([{"name":"a.jpg","timestamp":1,"attributes":{"timestamp":2}}])", Want::kItems)
          .lines,
      Lines{R"(item a.jpg|a metadata.timestamp=2 rest={"timestamp":1})"});
}

TEST(Bdd100kErrors, OfRecords) {
  const auto out = read_text(
      R"([{"name":"a.jpg","labels":[{"category":"c","box2d":{"x1":"1","y1":2,"x2":3,"y2":4}},)"
      R"({"box2d":null},{"category":"c","box2d":{"x1":1,"y1":2,"x2":3}},{"category":"k"}]},)"
      R"({"labels":[]},[1],{"name":"b.jpg","labels":7},{"name":"d.jpg","category":"c","bbox":[1,2,3]},)"
      R"({"name":"d.jpg","category":"c","bbox":[1,2,null,4]},{"name":"c.jpg"]])",
      Want::kAnnotations, {.format = "bdd100k"});
  EXPECT_EQ(out.lines, (Lines{"mention a.jpg|a", "annotation a.jpg|a k category"}));
  EXPECT_EQ(
      out.failures,
      (Lines{
          R"(FILE, byte 27 (record 1): "labels[0].box2d.x1" must be a number, but is the text "1")",
          R"(FILE, byte 84 (record 2): "labels[1].category" is missing)",
          R"(FILE, byte 99 (record 3): "labels[2].box2d.y2" is missing)",
          R"(FILE, byte 166 (record 2): "name" is missing)",
          "FILE, byte 180 (record 3): the record is not a JSON object",
          R"(FILE, byte 184 (record 4): "labels" must be a list, but is the integer 7)",
          R"(FILE, byte 212 (record 5): "bbox" must be [x1, y1, x2, y2], but has 3 elements)",
          R"(FILE, byte 259 (record 6): "bbox[2]" must be a number, but is null)",
          "FILE, byte 311 (record 7): the record is not valid JSON at its byte 1"}));
}

TEST(Bdd100kErrors, OfTheFrame) {
  const auto error = [](std::string_view text) {
    const auto out = read_text(text, Want::kItems, {.format = "bdd100k"});
    EXPECT_EQ(out.code, ErrorCode::kConstraint) << text;
    return out.error;
  };
  EXPECT_EQ(
      error(R"([{"name":"a.jpg"},{"name":"b.j)"),
      "FILE ends at byte 30 in the middle of the value that begins at byte 18: the file is cut "
      "off or has an unclosed bracket or text");
  EXPECT_EQ(error(R"([{"name":"a.jpg"})"),
            "FILE ends at byte 17 where a comma or the end of the list should follow: the file is "
            "cut off");
  EXPECT_EQ(error(R"([{"name":"a.jpg"}{"name":"b"}])"),
            "FILE, byte 17: a comma or the end of the list should stand here");
  EXPECT_EQ(error(R"([{"name":"a.jpg"}] x)"),
            "FILE, byte 19: something follows the end of the JSON value that is the file");
  EXPECT_EQ(error(R"([{"name":"a.jpg"},])"),
            "FILE, byte 18: an element of the list should stand here");
  EXPECT_EQ(error(R"({"frames":[],"frames":[]})"),
            "FILE, byte 22: \"frames\" stands twice at the top of the file");
  EXPECT_EQ(
      error(R"({"frames":[{"name":"a")"),
      "FILE ends at byte 22 in the middle of the value that begins at byte 10: the file is cut "
      "off or has an unclosed bracket or text");
  EXPECT_EQ(read_text("{}", Want::kItems, {.format = "bdd100k"}).error,
            "FILE is no BDD100K file: it has no list \"frames\"");
}

TEST(Bdd100kErrors, TooLongARecordIsSkipped) {
  const std::string text = "[{\"name\":\"" + std::string(500, 'x') + "\"},{\"name\":\"b.jpg\"}]";
  for (const size_t window : {8, 64, 4096}) {
    const auto out = read_text(text, Want::kItems,
                               {.format = "bdd100k", .window_bytes = window, .record_bytes = 100});
    EXPECT_EQ(out.lines, Lines{"item b.jpg|b"}) << window;
    EXPECT_EQ(out.failures,
              Lines{"FILE, byte 1 (record 1): the record is longer than 100 bytes, the "
                    "most that one may have"});
  }
}

}  // namespace
}  // namespace cupel::io
