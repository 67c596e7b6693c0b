#include "recording.hpp"

namespace cupel::io {
namespace {

HowToRead with(std::initializer_list<std::pair<const char*, const char*>> settings) {
  HowToRead how{.format = "csv", .run = "r"};
  for (const auto& [name, value] : settings) how.options.set(name, value);
  return how;
}

Outcome items(std::string_view text,
              std::initializer_list<std::pair<const char*, const char*>> settings = {}) {
  return read_text(text, Want::kItems, with(settings));
}

Outcome objects(std::string_view text, Want want = Want::kPredictions) {
  return read_text(text, want, with({}));
}

TEST(Csv, ItemsHaveTheirOwnColumnsAndFields) {
  const auto read = items(
      "ref_id,url,width,height,metadata.a.b,c,autotag.image.rain\n"
      "x,u,640.0,480,left,1,0.5\n"
      "y,,,,,,\n");
  EXPECT_EQ(read.lines,
            (Lines{"item x at=u width=640 height=480 metadata.a.b=\"left\" metadata.c=1 "
                   "autotag.image.rain=0.5",
                   "item y"}));
  EXPECT_EQ(read.error, "");
}

TEST(Csv, ColumnsHaveOneType) {
  const auto read = items(
      "id,i,n,t,m,e\na,1,1,true,1,\nb,2,0.5,False,x,\"\"\nc,,,,2,\n");
  EXPECT_EQ(read.lines,
            (Lines{"item a metadata.i=1 metadata.n=1.0 metadata.t=true metadata.m=\"1\"",
                   "item b metadata.i=2 metadata.n=0.5 metadata.t=false metadata.m=\"x\" "
                   "metadata.e=\"\"",
                   "item c metadata.m=\"2\""}));
  EXPECT_EQ(read.remarks.size(), 1U);
  EXPECT_EQ(read.remarks.at(0),
            "the column \"m\" is text, since 1 of its 3 cells are neither numbers nor truth values "
            "(the first in line 3: \"x\")");
}

TEST(Csv, NumbersAndTruthMayShareAColumn) {
  EXPECT_EQ(items("id,n\na,0\nb,true\nc,0.5\nd,NaN\n").lines,
            (Lines{"item a metadata.n=0", "item b metadata.n=true", "item c metadata.n=0.5",
                   "item d"}));
}

TEST(Csv, TypesCanBeLeftAlone) {
  EXPECT_EQ(items("id,i,t\na,1,true\n", {{"types", "text"}}).lines,
            (Lines{"item a metadata.i=\"1\" metadata.t=\"true\""}));
}

TEST(Csv, MissingIsEmptyOrAWord) {
  EXPECT_EQ(items("id,i,t\na,NA,\"NA\"\nb,2,NA\n", {{"missing", "NA"}}).lines,
            (Lines{"item a metadata.t=\"NA\"", "item b metadata.i=2"}));
}

TEST(Csv, GuardsAreTakenOffWhenAsked) {
  const std::string_view text = "id,'@f\n'=a,'-5\nb,'hello\n";
  EXPECT_EQ(items(text, {{"guard", "true"}}).lines,
            (Lines{"item =a metadata.@f=\"-5\"", "item b metadata.@f=\"'hello\""}));
  EXPECT_EQ(items(text).lines,
            (Lines{"item '=a metadata.'@f=\"'-5\"", "item b metadata.'@f=\"'hello\""}));
}

TEST(Csv, NamesThatAreNoPathsAreOneSegment) {
  EXPECT_EQ(items("id,\"5\"\" disk\",\"metadata.\"\"a.b\"\"\",x y.z\na,1,2,3\n").lines,
            (Lines{"item a metadata.\"5\"\" disk\"=1 metadata.\"a.b\"=2 metadata.x y.z=3"}));
}

TEST(Csv, ColumnsWithoutANameAreLeftOut) {
  const auto read = items(",id,\n0,a,1\n");
  EXPECT_EQ(read.lines, (Lines{"item a"}));
  EXPECT_EQ(read.lost.at("nameless columns"), 2U);
}

TEST(Csv, TheIdMakesTheDelimiterCertain) {
  EXPECT_EQ(items("id\tn\na,b\t1\n").lines, (Lines{"item a,b metadata.n=1"}));
  EXPECT_EQ(items("n;id\n0,5;a\n").lines, (Lines{"item a metadata.n=\"0,5\""}));
  EXPECT_EQ(items("n;image\n1;a\n", {{"id", "image"}}).lines, (Lines{"item a metadata.n=1"}));
  EXPECT_EQ(items("n,id\n1,a\n", {{"delimiter", "tab"}}).error,
            "FILE:1: no column is called reference_id, ref_id or id; there are n,id; FORMAT csv (id "
            "= 'name') names another one");
}

TEST(Csv, TheHeaderMustBeWhole) {
  EXPECT_EQ(items("").error,
            "FILE:1: the file is empty; it should begin with the names of its columns");
  EXPECT_EQ(items("id,a,a\n").error, "FILE:1: columns 2 and 3 are both called \"a\"");
  EXPECT_EQ(items("id,a,metadata.a\n").error,
            "FILE:1: the columns \"a\" and \"metadata.a\" are both metadata.a");
  EXPECT_EQ(items("id,\x01\n").error, "FILE:1: a column's name holds a control character");
  EXPECT_EQ(items("id,\"a\n").error,
            "FILE:1: the quote that opens column 2 is not closed before the file ends");
}

TEST(Csv, BrokenRecordsAreNamed) {
  const auto read = items("id,width,n\na,12px,1\nb,1\n,2,3\nc,3,4\n");
  EXPECT_EQ(read.failures,
            (Lines{"FILE:2 (record 1): \"width\" must be an integer, but is \"12px\"",
                   "FILE:3 (record 2): the header has 3 columns, but the record has 2",
                   "FILE:4 (record 3): \"id\" is empty"}));
  EXPECT_EQ(read.lines, (Lines{"item c width=3 metadata.n=4"}));
}

TEST(Csv, ObjectsAreBoxesOrCategories) {
  const auto read = objects(
      "id,label,x,y,width,height,confidence,annotation_id,taxonomy,run,class_pdf.car,worn\n"
      "a,car,1,2,3,4,0.5,7,,,1,true\n"
      "a,rain,,,,,,,weather,other,,\n");
  EXPECT_EQ(read.lines,
            (Lines{"prediction(r) a car box id=7 x=1 y=2 w=3 h=4 confidence=0.5 "
                   "class_pdf.car=1.0 metadata.worn=true",
                   "prediction(other) a rain category taxonomy=weather"}));
  EXPECT_EQ(objects("id,label,type,geometry\na,car,polygon,\"{\"\"vertices\"\": [1, 2]}\"\n").lines,
            (Lines{"prediction(r) a car polygon geometry={\"vertices\":[1,2]}"}));
}

TEST(Csv, BrokenObjectsAreNamed) {
  const auto read = objects(
      "id,label,x,y,width,height,run,geometry\n"
      "a,,1,1,1,1,,\na,car,1,1,1,,,\na,car,one,1,1,1,,\na,car,1,1,1,1,other,\na,car,,,,,,[1]\n",
      Want::kAnnotations);
  EXPECT_EQ(read.failures,
            (Lines{"FILE:2 (record 1): \"label\" is empty",
                   "FILE:3 (record 2): a box needs x, y, width and height, but height is missing",
                   "FILE:4 (record 3): \"x\" must be a number, but is \"one\"",
                   "FILE:5 (record 4): \"run\" is \"other\": the row is a prediction, not an "
                   "annotation",
                   "FILE:6 (record 5): \"geometry\" is no JSON object: the record is not a "
                   "JSON object"}));
  EXPECT_EQ(objects("id,name\na,car\n").error,
            "FILE:1: no column is called label; there are id, name; FORMAT csv (label = 'name') "
            "names another one");
}

TEST(Csv, TheWindowMakesNoDifference) {
  const std::string_view text =
      "id,width,a,\"b\nc\"\r\nx,1,\"two\nlines\",0.5\r\n\"y\",,,\r\n\"z,2\nw,3,\xc3\xa9,1";
  const auto whole = items(text);
  EXPECT_EQ(whole.error, "FILE:1: a column's name holds a control character");
  const std::string_view good = text.substr(text.find("\r\n") + 2);
  const std::string named = "id,width,a,b\r\n" + std::string(good);
  const auto expected = items(named);
  EXPECT_EQ(expected.failures.size(), 1U);
  EXPECT_EQ(expected.lines.size(), 3U);
  for (size_t window = 1; window < 20; ++window) {
    HowToRead how{.format = "csv", .window_bytes = window};
    const auto pieces = read_text(named, Want::kItems, how);
    EXPECT_EQ(pieces.lines, expected.lines);
    EXPECT_EQ(pieces.failures, expected.failures);
  }
}

TEST(Csv, IsRecognisedByItsHeader) {
  EXPECT_EQ(read_text("reference_id,a\nx,1\n", Want::kItems).lines,
            (Lines{"item x metadata.a=1"}));
  EXPECT_EQ(read_text("a\tref_id\n1\tx\n", Want::kItems).lines, (Lines{"item x metadata.a=1"}));
  EXPECT_EQ(read_text("id,a\nx,1\n", Want::kItems, {.file = "x.csv"}).lines,
            (Lines{"item x metadata.a=1"}));
  EXPECT_EQ(read_text("id,a\nx,1\n", Want::kItems).code, ErrorCode::kUnsupported);
  EXPECT_EQ(read_text("reference_id\nx\n", Want::kItems, {.file = "x.txt"}).lines,
            (Lines{"item reference_id", "item x"}));
}

}  // namespace
}  // namespace cupel::io
