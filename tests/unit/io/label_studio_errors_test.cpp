#include "label_studio_tasks.hpp"

namespace cupel::io {
namespace {

TEST(LabelStudioErrors, OfRecordsAndResults) {
  const auto complaint = [](const std::string& text) {
    const auto out = studio(text, Want::kAnnotations);
    EXPECT_EQ(out.failures.size(), 1U) << text;
    return out.failures.empty() ? std::string() : out.failures[0].substr(6);
  };
  EXPECT_EQ(complaint(R"([{"id":1}])"), R"(byte 1 (record 1): "data" is missing)");
  EXPECT_EQ(complaint(R"([{"data":[]}])"),
            R"(byte 1 (record 1): "data" must be an object, but is a list)");
  EXPECT_EQ(
      complaint(R"([{"data":{"image":"a.jpg"},"annotations":[12]}])"),
      R"(byte 42 (record 1): "annotations[0]" must be an object, but is a number only: export annotations in full)");
  EXPECT_EQ(complaint(R"([{"data":{"image":"a.jpg"},"annotations":[{}]}])"),
            R"(byte 42 (record 1): "annotations[0].result" is missing)");
  EXPECT_EQ(
      complaint(task("7")),
      R"(byte 60 (record 1): "annotations[0].result[0]" must be an object, but is the integer 7)");
  EXPECT_EQ(complaint(task(R"({"id":"k","type":"rectanglelabels"})")),
            R"(byte 60 (record 1): "annotations[0].result[0].value" is missing)");
  EXPECT_EQ(complaint(task(R"({"id":"k","value":{}})")),
            R"(byte 60 (record 1): "annotations[0].result[0].type" is missing)");
  EXPECT_EQ(complaint(task(
                R"({"type":"polygon","original_width":9,"value":{"polygon":["a"],"points":[]}})")),
            R"(byte 60 (record 1): "annotations[0].result[0].original_height" is missing)");
  EXPECT_EQ(complaint(R"([{"data":{"image":"unsized.jpg"},"annotations":[{"result":[)"
                      R"({"type":"brushlabels","value":{"brushlabels":["a"],"rle":[]}}]}]}])"),
            "byte 59 (record 1): \"annotations[0].result[0]\": the shape is in fractions of its "
            "image, and "
            "the size of 'unsized.jpg' is not known; import its width and height first");
  EXPECT_EQ(
      complaint(
          task(R"({"type":"brush","original_width":0,"original_height":1,"value":{"rle":[]}},)" +
               result("rectanglelabels", R"({"x":"1","rectanglelabels":["a"]})"))),
      R"(byte 135 (record 2): "annotations[0].result[1].value.x" must be a number, but is the text "1")");
  EXPECT_EQ(
      complaint(task(result("polygonlabels", R"({"points":[[1,2],[3]],"polygonlabels":["a"]})"))),
      R"(byte 60 (record 1): "annotations[0].result[0].value.points[1]" must be [x, y], but has 1 elements)");
  EXPECT_EQ(
      complaint(task(result("keypointlabels", R"({"x":1e300,"y":1,"keypointlabels":["a"]})"))),
      R"(byte 60 (record 1): "annotations[0].result[0].value.x" is 1e+300, which is far off any image)");
  EXPECT_EQ(
      complaint(task(result("choices", R"({"choices":[{}]})"))),
      R"(byte 60 (record 1): "annotations[0].result[0].value.choices[0]" must be a text or a number, but is an object)");
  EXPECT_EQ(
      complaint(task(result("rectanglelabels", R"({"rectanglelabels":[1]})"))),
      R"(byte 60 (record 1): "annotations[0].result[0].value.rectanglelabels[0]" must be a text, but is the integer 1)");
}

TEST(LabelStudioErrors, OneResultDoesNotTakeItsNeighboursWithIt) {
  const auto out =
      studio(task(result("choices", R"({"choices":["a"]})") + R"(,7,)" +
                  result("ellipselabels", R"({"x":1,"ellipselabels":["e"]})") + "," +
                  R"({"id":"c","type":"taxonomy","from_name":"t","value":{"taxonomy":[["b"]]}})"),
             Want::kAnnotations);
  // The broken region keeps the answer about it from being one about the image.
  EXPECT_EQ(out.lines, (Lines{"mention a.jpg at=a.jpg width=200 height=100",
                              "annotation a.jpg b category id=c taxonomy=t"}));
  EXPECT_EQ(out.failures.size(), 2U);
  EXPECT_EQ(studio(task("7"), Want::kItems).failures, Lines{});
}

TEST(LabelStudioErrors, OfTheFrame) {
  EXPECT_EQ(studio("", Want::kItems).error,
            "FILE is no file of Label Studio: it should begin with [ or {");
  EXPECT_EQ(studio(R"([{"data":{}})", Want::kItems).error,
            "FILE ends at byte 12 where a comma or the end of the list should follow: the file is "
            "cut off");
}

TEST(LabelStudioRecognition, OfTasksAndMinimalRecords) {
  const auto lines = [](std::string_view text) { return read_text(text, Want::kItems).lines; };
  const Lines item = {"item a.jpg at=a.jpg metadata.label_studio_id=1"};
  EXPECT_EQ(lines(R"([{"id":1,"data":{"image":"a.jpg"},"annotations":[]}])"), item);
  EXPECT_EQ(lines(R"({"id":1,"data":{"image":"a.jpg"},"predictions":[]})"), item);
  EXPECT_EQ(lines("{\n\"id\":1,\"annotations\":[],\"data\":{\"image\":\"a.jpg\"}}"), item);
  const std::string points(size_t{1} << 19, ' ');
  EXPECT_EQ(lines(R"([{"id":1,"annotations":[{"id":2,"result":[)" + points +
                  R"(]}],"data":{"image":"a.jpg"}}])"),
            item);
  EXPECT_EQ(lines(R"([{"id":1,"image":"a.jpg","annotator":2,"annotation_id":3}])"), item);
  EXPECT_EQ(lines(R"({"reference_id":"b","data":1,"annotations":[]})"),
            Lines{"item b rest={\"data\":1}"});
}

}  // namespace
}  // namespace cupel::io
