#include <fmt/ranges.h>

#include "recording.hpp"

namespace cupel::io {
namespace {

TEST(Jsonl, ReadsAnItemWithEverything) {
  const auto out = read_text(
      R"({"reference_id":"a.jpg","image_location":"s3://b/a.jpg","width":1280,"height":720,)"
      R"("metadata":{"weather":"rainy","speed":3.5,"n":1,"night":true,"whole":1.0,)"
      R"("cam":{"pos":{"x":1},"a.b":"q","":2},"tags":["x", 1],"none":null,"empty":{}},)"
      R"("license":null,"source":{"url":"u"},"big":0.12345678901234567890})"
      "\n",
      Want::kItems);
  EXPECT_EQ(out.lines,
            Lines{R"(item a.jpg at=s3://b/a.jpg width=1280 height=720 metadata.weather="rainy")"
                  R"( metadata.speed=3.5 metadata.n=1 metadata.night=true metadata.whole=1.0)"
                  R"( metadata.cam.pos.x=1 metadata.cam."a.b"="q" metadata.cam.""=2)"
                  R"( rest={"metadata":{"tags":["x",1],"none":null,"empty":{}},"license":null,)"
                  R"("source":{"url":"u"},"big":0.12345678901234567890})"});
  EXPECT_EQ(out.failures, Lines{});
}

TEST(Jsonl, KeepsNestedRestAtItsPlace) {
  const auto out = read_text(
      R"({"id":"a","metadata":{"a":{"b":{"c":[1],"d":2},"e":{}},"f":{"g":1}}})", Want::kItems);
  EXPECT_EQ(out.lines, Lines{R"(item a metadata.a.b.d=2 metadata.f.g=1)"
                             R"( rest={"metadata":{"a":{"b":{"c":[1]},"e":{}}}})"});
}

TEST(Jsonl, TakesAliasesInTheirOrder) {
  const auto out = read_text(
      "{\"ref_id\":\"a\",\"url\":\"u\",\"path\":\"p\"}\n{\"id\":\"b\",\"image_url\":\"v\"}\n"
      "{\"reference_id\":\"c\",\"id\":\"x\"}\n",
      Want::kItems, {.format = "jsonl"});
  EXPECT_EQ(out.lines, (Lines{R"(item a at=u rest={"path":"p"})", "item b at=v",
                              R"(item c rest={"id":"x"})"}));
}

TEST(Jsonl, ItemsBringTheirObjects) {
  const std::string line =
      R"({"reference_id":"a","annotations":[{"label":"car","geometry":{"x":1,"y":2,"width":3,"height":4.5},)"
      R"("annotation_id":"k"}],"predictions":{"r1":[{"label":"bus","type":"box",)"
      R"("geometry":{"x":0,"y":0,"width":1,"height":1},"confidence":0.5,"class_pdf":{"bus":1,"a.b":0.25}}],"r2":[]}})";
  EXPECT_EQ(read_text(line, Want::kItems).lines,
            (Lines{"item a", "annotation a car box id=k x=1 y=2 w=3 h=4.5",
                   "prediction(r1) a bus box x=0 y=0 w=1 h=1 confidence=0.5 class_pdf.bus=1.0 "
                   "class_pdf.\"a.b\"=0.25"}));
  EXPECT_EQ(read_text(line, Want::kAnnotations).lines,
            (Lines{"mention a", "annotation a car box id=k x=1 y=2 w=3 h=4.5"}));
}

TEST(Jsonl, PredictionsOfOneRunOrOfAll) {
  const std::string line =
      R"({"reference_id":"a","predictions":{"r1":[{"label":"p","type":"category"}],)"
      R"("r2":[{"label":"q","type":"category"}]}})";
  const Lines all = {"mention a", "prediction(r1) a p category", "prediction(r2) a q category"};
  EXPECT_EQ(read_text(line, Want::kPredictions).lines, all);
  EXPECT_EQ(read_text(line, Want::kPredictions, {.run = "other"}).lines, all);
  EXPECT_EQ(read_text(line, Want::kPredictions, {.run = "r2"}).lines,
            (Lines{"mention a", "prediction(r2) a q category"}));
}

TEST(Jsonl, FlatLines) {
  const std::string lines =
      "{\"reference_id\":\"a\",\"label\":\"car\",\"x\":1,\"y\":2,\"width\":3,\"height\":4}\n"
      "\n"
      "{\"reference_id\":\"b\",\"label\":\"sign\",\"type\":\"polygon\",\"geometry\":{\"vertices\":["
      "{\"x\":1, "
      "\"y\":2}]},\"area\":7,\"run\":\"mine\",\"metadata\":{\"c\":1},\"more\":[1]}\r\n";
  EXPECT_EQ(
      read_text(lines, Want::kPredictions, {.run = "r"}).lines,
      (Lines{"prediction(r) a car box x=1 y=2 w=3 h=4",
             "prediction(mine) b sign polygon area=7 geometry={\"vertices\":[{\"x\":1,\"y\":2}]} "
             "metadata.c=1 rest={\"more\":[1]}"}));
}

TEST(Jsonl, CuboidsAndCategories) {
  const auto out = read_text(
      "{\"reference_id\":\"a\",\"label\":\"car\",\"type\":\"cuboid\",\"geometry\":{\"position\":{"
      "\"x\":1,"
      "\"y\":2,\"z\":3},\"dimensions\":{\"x\":4,\"y\":5,\"z\":6},\"yaw\":0.5}}\n"
      "{\"reference_id\":\"a\",\"label\":\"dress\",\"type\":\"category\",\"taxonomy_name\":"
      "\"clothing\","
      "\"geometry\":{}}\n",
      Want::kAnnotations);
  EXPECT_EQ(out.lines,
            (Lines{"annotation a car cuboid x=1 y=2 z=3 w=4 h=5 d=6 geometry={\"yaw\":0.5}",
                   "annotation a dress category taxonomy=clothing geometry={}"}));
}

/// One broken line, and what is said about it.
std::string complaint(std::string_view line, Want want = Want::kItems) {
  const auto out = read_text(line, want, {.format = "jsonl"});
  EXPECT_EQ(out.lines, Lines{}) << line;
  EXPECT_EQ(out.error, "");
  return out.failures.size() == 1 ? out.failures[0] : "not one failure";
}

TEST(JsonlErrors, NameFieldAndPlace) {
  EXPECT_EQ(complaint(R"({"reference_id":"a","width":"12"})"),
            R"(FILE:1 (record 1): "width" must be an integer, but is the text "12")");
  EXPECT_EQ(complaint(R"({"reference_id":"a","width":1.5})"),
            R"(FILE:1 (record 1): "width" must be an integer, but is the number 1.5)");
  EXPECT_EQ(complaint(R"({"reference_id":5})"),
            R"(FILE:1 (record 1): "reference_id" must be a text, but is the integer 5)");
  EXPECT_EQ(complaint(R"({"reference_id":""})"), R"(FILE:1 (record 1): "reference_id" is empty)");
  EXPECT_EQ(complaint(R"({"width":5})"), R"(FILE:1 (record 1): "reference_id" is missing)");
  EXPECT_EQ(complaint(R"({"id":"a","metadata":[1]})"),
            R"(FILE:1 (record 1): "metadata" must be an object, but is a list)");
  EXPECT_EQ(complaint(R"({"id":"a","annotations":{}})"),
            R"(FILE:1 (record 1): "annotations" must be a list, but is an object)");
  EXPECT_EQ(complaint(R"({"id":"a","label":"x"})"),
            "FILE:1 (record 1): the line is an object (it has a label or a shape), not an item: "
            "import it as annotations or predictions");
  EXPECT_EQ(complaint("[1]"), "FILE:1 (record 1): the record is not a JSON object");
}

TEST(JsonlErrors, OfStrictness) {
  EXPECT_EQ(complaint(R"({"id":"a","metadata":{"k":1,"k":2}})"),
            R"(FILE:1 (record 1): "metadata.k" stands twice in one object)");
  EXPECT_EQ(complaint("{\"id\":\"\xff\"}"), "FILE:1 (record 1): the record is not valid UTF-8");
  EXPECT_EQ(complaint(R"({"id":"\ud800"})"),
            R"(FILE:1 (record 1): "id" holds an invalid escape or half of a surrogate pair)");
  EXPECT_EQ(
      complaint(R"({"id":"a","metadata":{"n":9223372036854775808}})"),
      R"(FILE:1 (record 1): "metadata.n" is the integer 9223372036854775808, which does not fit 64 bits)");
  EXPECT_EQ(complaint(R"({"id":"a","x":[[1e999]]})"),
            R"(FILE:1 (record 1): "x[0][0]" is 1e999, which is not a finite number)");
  EXPECT_EQ(complaint(R"({"id":"a","x":NaN})"),
            R"(FILE:1 (record 1): "x" is NaN, which is not a finite number)");
  EXPECT_EQ(complaint(R"({"id":"a","x":01})"),
            R"(FILE:1 (record 1): "x" is 01, which is not a number as JSON writes it)");
  EXPECT_EQ(complaint(R"({"id":"a"} {"id":"b"})"),
            "FILE:1 (record 1): the record is not valid JSON: something follows its closing brace");
  EXPECT_EQ(complaint("{\"id\":\"a\",\"x\":" + std::string(64, '[') + std::string(64, ']') + "}"),
            R"(FILE:1 (record 1): "x[0][0]" nests deeper than 64 levels)");
  EXPECT_EQ(complaint("{\"id\":\"a\tb\"}"),
            "FILE:1 (record 1): the record is not valid JSON: a text in it holds a control "
            "character unescaped");
  EXPECT_EQ(complaint(R"({"id":"a","x":tru})"),
            R"(FILE:1 (record 1): the record is not valid JSON at its byte 15 (in "x"))");
}

TEST(JsonlErrors, DepthOf64IsFine) {
  const auto out =
      read_text("{\"id\":\"a\",\"x\":" + std::string(63, '[') + std::string(63, ']') + "}",
                Want::kItems, {.format = "jsonl"});
  EXPECT_EQ(out.failures, Lines{});
  EXPECT_EQ(out.lines.size(), 1U);
}

TEST(JsonlErrors, ManyKeysTwice) {
  std::string line = "{\"id\":\"a\"";
  for (int i = 0; i < 100; ++i) line += ",\"k" + std::to_string(i % 99) + "\":1";
  EXPECT_EQ(complaint(line + "}"), R"(FILE:1 (record 1): "k0" stands twice in one object)");
}

TEST(JsonlErrors, OfObjects) {
  const auto flat = [](const char* line) { return complaint(line, Want::kAnnotations); };
  EXPECT_EQ(flat(R"({"reference_id":"a","geometry":{}})"),
            R"(FILE:1 (record 1): "label" is missing)");
  EXPECT_EQ(
      flat(R"({"reference_id":"a","label":"c","geometry":{"x":1,"y":2,"width":3}})"),
      R"(FILE:1 (record 1): a box needs x, y, width and height in its "geometry", but height is missing)");
  EXPECT_EQ(flat(R"({"reference_id":"a","label":"c","geometry":{"x":"1"}})"),
            R"(FILE:1 (record 1): "geometry.x" must be a number, but is the text "1")");
  EXPECT_EQ(flat(R"({"reference_id":"a","label":"c","type":"category","run":"r"})"),
            R"(FILE:1 (record 1): "run" is "r": the line is a prediction, not an annotation)");
  EXPECT_EQ(flat(R"({"label":"c","type":"category"})"),
            R"(FILE:1 (record 1): "reference_id" is missing)");
  EXPECT_EQ(flat(R"({"reference_id":"a","label":"c\n","type":"category"})"),
            "FILE:1 (record 1): a label holds a control character");
  EXPECT_EQ(complaint(R"({"reference_id":"a","label":"c","type":"category"})", Want::kPredictions),
            R"(FILE:1 (record 1): "run" is missing: name the run in the file, or with AS RUN)");
  EXPECT_EQ(flat(("{\"reference_id\":\"a\",\"label\":\"" + std::string(257, 'x') + "\"}").c_str()),
            "FILE:1 (record 1): a label of 257 bytes is too long: at most 256 are allowed");
}

TEST(JsonlErrors, OneObjectDoesNotTakeItsNeighboursWithIt) {
  const auto out = read_text(
      R"({"reference_id":"a","annotations":[{"label":"c","type":"category"},{"label":5},7,)"
      R"({"label":"d","type":"category","reference_id":"z"},{"label":"e","type":"category"}],)"
      R"("predictions":{"r":[{"label":"f","geometry":{"x":true}}]}})",
      Want::kItems);
  EXPECT_EQ(out.lines, (Lines{"item a", "annotation a c category", "annotation a e category"}));
  EXPECT_EQ(
      out.failures,
      (Lines{
          R"(FILE:1 (record 2): "annotations[1].label" must be a text, but is the integer 5)",
          R"(FILE:1 (record 3): "annotations[2]" must be an object, but is the integer 7)",
          R"(FILE:1 (record 4): "annotations[3].reference_id" is "z", but the object belongs to "a")",
          R"(FILE:1 (record 6): "predictions.r[0].geometry.x" must be a number, but is true)"}));
}

TEST(JsonlErrors, CutOffAndTooLong) {
  const auto cut =
      read_text("{\"id\":\"a\"}\n{\"id\":\"b\",\"wid", Want::kItems, {.format = "jsonl"});
  EXPECT_EQ(cut.lines, Lines{"item a"});
  EXPECT_EQ(
      cut.failures,
      Lines{"FILE:2 (record 2): the record is not valid JSON: a text in it is not closed (the "
            "file ends in this line, at byte 25: it looks cut off)"});
  const std::string lines =
      "{\"id\":\"a\"}\n{\"id\":\"" + std::string(200, 'b') + "\"}\n{\"id\":\"c\"}\n";
  for (const size_t window : {16, 64, 1024}) {
    const auto out = read_text(lines, Want::kItems,
                               {.format = "jsonl", .window_bytes = window, .record_bytes = 100});
    EXPECT_EQ(out.lines, (Lines{"item a", "item c"})) << window;
    EXPECT_EQ(out.failures, Lines{"FILE:2 (record 2): the line is longer than 100 bytes, the most "
                                  "that a record may have"});
  }
}

TEST(Jsonl, EveryWindowGivesTheSame) {
  std::string text = "\xEF\xBB\xBF";
  for (int i = 0; i < 40; ++i) {
    text += "{\"reference_id\":\"item" + std::to_string(i) + "\",\"metadata\":{\"text\":\"" +
            std::string(static_cast<size_t>(i), 'x') + "\"}}" + (i % 3 == 0 ? "\r\n" : "\n");
  }
  const auto whole = read_text(text, Want::kItems);
  EXPECT_EQ(whole.lines.size(), 40U);
  for (size_t window = 1; window < 300; window += 7) {
    EXPECT_EQ(read_text(text, Want::kItems, {.window_bytes = window}).lines, whole.lines) << window;
  }
}

TEST(Names, OneAReference) {
  const auto out = read_text("b1c66a42\r\n\nb1c8 1faa\nlast", Want::kItems, {.file = "names.txt"});
  EXPECT_EQ(out.lines, (Lines{"item b1c66a42", "item b1c8 1faa", "item last"}));
  EXPECT_EQ(read_text("a\n\xff\n", Want::kItems, {.format = "names"}).failures,
            Lines{"FILE:2 (record 2): the line is not valid UTF-8"});
  EXPECT_EQ(read_text("a\n", Want::kAnnotations, {.format = "names"}).error,
            "FILE is a list of names, which has no objects: only items can be imported from it");
}

TEST(Recognition, OnlyWhereItIsCertain) {
  const std::string formats = fmt::format("{}", fmt::join(readable_formats(), ", "));
  EXPECT_EQ(read_text("[]", Want::kItems).error,
            "cannot tell what format FILE is; name it with FORMAT: " + formats);
  EXPECT_EQ(read_text(" \n", Want::kItems).error,
            "cannot tell what format FILE is, which is empty; name it with FORMAT: " + formats);
  const ScratchFile file("a", "");
  EXPECT_EQ(
      read_path(file.folder(), Want::kItems, {}, file.folder().string(), "FOLDER").error,
      "cannot tell what format FOLDER is, which is a folder; name it with FORMAT: " + formats);
  EXPECT_EQ(read_text("a,b\n1,2\n", Want::kItems).code, ErrorCode::kUnsupported);
  EXPECT_EQ(read_text("{}", Want::kItems, {.format = "yoyo"}).error,
            "there is no format \"yoyo\"; the formats are " + formats);
}

TEST(Files, ThatCannotBeRead) {
  FieldNames names;
  Recording recording(names);
  const auto message = [&](const std::filesystem::path& path) {
    try {
      read({path, Want::kItems, {}, "jsonl", {}}, names, recording);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kIo);
      return error.message();
    }
    return std::string("read");
  };
  EXPECT_EQ(message("/nowhere/x.json"), "cannot read /nowhere/x.json: No such file or directory");
  const ScratchFile file("a", "");
  EXPECT_EQ(message(file.folder()),
            "cannot read " + file.folder().string() + ": it is a folder; name a file in it");
  EXPECT_EQ(message("/dev/zero"), "cannot read /dev/zero: it is not a regular file");
}

TEST(FieldNames, AreNumberedOnce) {
  FieldNames names;
  EXPECT_EQ(names.id("metadata.a"), 0U);
  EXPECT_EQ(names.id("metadata.b"), 1U);
  EXPECT_EQ(names.id("metadata.a"), 0U);
  EXPECT_EQ(names.path(1), "metadata.b");
  EXPECT_EQ(names.size(), 2U);
}

}  // namespace
}  // namespace cupel::io
