#include "recording.hpp"

namespace cupel::io {
namespace {

const std::string kImages =
    R"("images": [{"id": 1, "file_name": "d/1.jpg", "width": 640, "height": 480, "license": 3,)"
    R"( "coco_url": "http://c/1", "flickr_url": "f"}, {"id": 9007199254740993, "file_name": "2.jpg"}])";
const std::string kCategories =
    R"("categories": [{"id": 18, "name": "dog", "supercategory": "animal"}, {"id": 0, "name": "dog"}])";
const std::string kAnnotations =
    R"("annotations": [)"
    R"({"id": 900100448263, "image_id": 1, "category_id": 18, "bbox": [1, 2.5, 3, 4], "area": 6.5, "iscrowd": 0,)"
    R"( "segmentation": [[1, 2, 3]], "attributes": {"occluded": true}},)"
    R"({"id": 5, "image_id": 9007199254740993, "category_id": 0, "iscrowd": 1, "bbox": null,)"
    R"( "segmentation": {"size": [2, 3], "counts": "x"}},)"
    R"({"image_id": 1, "category_id": 18, "keypoints": [1, 2, 2], "num_keypoints": 1, "bbox": [0, 0, 1, 1]},)"
    R"({"image_id": 1, "category_id": 18, "caption": "a dog", "segmentation": []}])";

const Lines kObjects = {
    R"(mention d/1.jpg at=http://c/1 width=640 height=480 metadata.coco_id=1 metadata.license=3 metadata.flickr_url="f")",
    "mention 2.jpg metadata.coco_id=9007199254740993",
    R"(annotation d/1.jpg dog box id=900100448263 x=1 y=2.5 w=3 h=4 area=6.5 geometry={"segmentation":[[1,2,3]]})"
    R"( metadata.category_id=18 metadata.occluded=true metadata.iscrowd=0)",
    R"(annotation 2.jpg dog segmentation id=5 geometry={"segmentation":{"size":[2,3],"counts":"x"}})"
    R"( metadata.category_id=0 metadata.iscrowd=1)",
    R"(annotation d/1.jpg dog keypoints x=0 y=0 w=1 h=1 geometry={"keypoints":[1,2,2]})"
    R"( metadata.category_id=18 metadata.num_keypoints=1)",
    R"(annotation d/1.jpg dog category geometry={"segmentation":[]} metadata.category_id=18 metadata.caption="a dog")"};

TEST(Coco, ListsInAnyOrderAndAnyWindow) {
  const std::string orders[] = {
      R"({"info": {"a": [1]}, )" + kImages + "," + kAnnotations + "," + kCategories + "}",
      "{" + kAnnotations + "," + kCategories + ", " + kImages + " }\n",
      "{" + kCategories + "," + kImages + ",\"licenses\":[]," + kAnnotations + "}"};
  for (const std::string& text : orders) {
    EXPECT_EQ(read_text(text, Want::kAnnotations).lines, kObjects);
    for (size_t window = 1; window < 1200; window += 61) {
      const auto out =
          read_text(text, Want::kAnnotations, {.format = "coco", .window_bytes = window});
      EXPECT_EQ(out.lines, kObjects) << window;
      EXPECT_EQ(out.failures, Lines{});
    }
  }
}

TEST(Coco, ItemsOnly) {
  EXPECT_EQ(
      read_text("{" + kAnnotations + "," + kImages + "}", Want::kItems).lines,
      (Lines{
          R"(item d/1.jpg at=http://c/1 width=640 height=480 metadata.coco_id=1 metadata.license=3 metadata.flickr_url="f")",
          "item 2.jpg metadata.coco_id=9007199254740993"}));
}

TEST(Coco, Results) {
  const std::string text =
      R"([{"image_id":42,"category_id":18,"bbox":[1,2,3,4],"score":0.25},{"image_id":"x","category_id":"dog","bbox":[1,2,3,4],"score":1}])";
  EXPECT_EQ(
      read_text(text, Want::kPredictions, {.run = "r"}).lines,
      (Lines{
          "prediction(r) 42 image_id=42 category_id=18 18 box x=1 y=2 w=3 h=4 confidence=0.25 "
          "metadata.category_id=18",
          R"(prediction(r) x dog box x=1 y=2 w=3 h=4 confidence=1 metadata.category_id="dog")"}));
  EXPECT_EQ(read_text(text, Want::kItems).error,
            "FILE is a list of results, which names no images: import it as predictions");
}

TEST(Coco, PredictionsWithTheirFrame) {
  EXPECT_EQ(
      read_text(R"({"images":[{"id":"k","file_name":"f"}],"categories":[{"id":"7","name":"n"}],)"
                R"("annotations":[{"image_id":"k","category_id":7,"bbox":[0,0,1,1],"score":0.5}]})",
                Want::kPredictions, {.run = "r"})
          .lines,
      (Lines{R"(mention f metadata.coco_id="k")",
             "prediction(r) f n box x=0 y=0 w=1 h=1 confidence=0.5 metadata.category_id=7"}));
}

TEST(CocoErrors, OfRecords) {
  const auto out = read_text(
      R"({"images":[{"id":1,"file_name":"a"},{"id":1,"file_name":"b"},{"id":2},{"id":true,"file_name":"c"}],)"
      R"("categories":[{"id":1,"name":"n"},{"id":1,"name":"m"}],)"
      R"("annotations":[{"image_id":5,"category_id":1,"bbox":[1,2,3,4]},{"image_id":1,"category_id":4,"bbox":[1,2,3,4]},)"
      R"({"image_id":1,"category_id":1,"bbox":[1,2,3]},{"image_id":1,"category_id":1,"bbox":[1,"2",3,4]},)"
      R"({"image_id":1,"category_id":1,"bbox":[-1,2,-3,4],"area":"x"},{"category_id":1},{"image_id":1,"category_id":1,"bbox":[-1,2,-3,4]}]})",
      Want::kAnnotations);
  EXPECT_EQ(out.lines, (Lines{"mention a metadata.coco_id=1",
                              "annotation a n box x=-1 y=2 w=-3 h=4 metadata.category_id=1"}));
  EXPECT_EQ(out.failures.size(), 10U);
  const Lines ends = {R"(: "id" 1 stands twice among the categories)",
                      R"(: "id" 1 stands twice among the images)",
                      R"(: "file_name" is missing)",
                      R"(: "id" must be a text or an integer, but is true)",
                      R"(: "image_id" 5 is not among the images)",
                      R"(: "category_id" 4 is not among the categories)",
                      R"(: "bbox" must be [x, y, width, height], but has 3 elements)",
                      R"(: "bbox[1]" must be a number, but is the text "2")",
                      R"(: "area" must be a number, but is the text "x")",
                      R"(: "image_id" is missing)"};
  for (size_t i = 0; i < ends.size() && i < out.failures.size(); ++i) {
    EXPECT_TRUE(out.failures[i].ends_with(ends[i])) << out.failures[i];
  }
}

TEST(CocoErrors, OfTheFrame) {
  EXPECT_EQ(
      read_text(R"({"images":[{"id":1,"file_name":"a"}],"annotations":[{"id":)", Want::kItems)
          .error,
      "FILE ends at byte 58 in the middle of the value that begins at byte 51: the file is cut "
      "off or has an unclosed bracket or text");
  EXPECT_EQ(read_text(R"({"info":{}})", Want::kItems, {.format = "coco"}).error,
            "FILE is no COCO file: it has none of the lists images, annotations and categories");
}

}  // namespace
}  // namespace cupel::io
