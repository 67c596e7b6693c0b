#include "recording.hpp"

namespace cupel::io {
namespace {

constexpr std::string_view kBoxes =
    "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsGroupOf\n";

Outcome read_as(std::string_view text, Want want, const std::string& classes = {}) {
  HowToRead how{.format = "openimages", .run = "r"};
  if (!classes.empty()) how.options.set("classes", classes);
  return read_text(text, want, how);
}

// The recording sink says that images are 100 by 50.
TEST(OpenImages, BoxesAreFractionsOfTheirImage) {
  const auto read = read_as(std::string(kBoxes) + "a,xclick,/m/1,1,0.25,0.5,0.1,0.5,0,-1\n",
                            Want::kAnnotations);
  EXPECT_EQ(read.lines,
            (Lines{"annotation a|a.jpg /m/1 box x=25 y=5 w=25 h=20 confidence=1 "
                   "metadata.Source=\"xclick\" metadata.IsOccluded=false"}));
  EXPECT_EQ(read_as(std::string(kBoxes) + "unsized,,/m/1,,0,1,0,1,,\nunknown,,/m/1,,0,1,0,1,,\n",
                    Want::kAnnotations)
                .failures,
            (Lines{"FILE:2 (record 1): the shape is in fractions of its image, and the size of "
                   "'unsized' is not known; import its width and height first",
                   "FILE:3 (record 2): there is no such item"}));
}

TEST(OpenImages, BoxesGoByTheNamesOfColumns) {
  EXPECT_EQ(read_as("YMax,YMin,XMax,XMin,LabelName,ImageID\n1,0.5,1,0.5,/m/1,a\n",
                    Want::kPredictions)
                .lines,
            (Lines{"prediction(r) a|a.jpg /m/1 box x=50 y=25 w=50 h=25"}));
}

TEST(OpenImages, ZeroSaysThatALabelIsAbsent) {
  EXPECT_EQ(read_as("ImageID,Source,LabelName,Confidence\na,v,/m/1,1\na,v,/m/2,0\na,m,/m/3,0.7\n",
                    Want::kAnnotations)
                .lines,
            (Lines{"annotation a|a.jpg /m/1 category taxonomy=/m/1 confidence=1 "
                   "metadata.Source=\"v\"",
                   "annotation a|a.jpg not /m/2 category taxonomy=/m/2 metadata.Source=\"v\"",
                   "annotation a|a.jpg /m/3 category taxonomy=/m/3 confidence=0.7 "
                   "metadata.Source=\"m\""}));
}

TEST(OpenImages, ClassesHaveNamesWithAndWithoutAHeader) {
  for (const char* header : {"", "LabelName,DisplayName\n"}) {
    const ScratchFile classes("classes.csv",
                              std::string(header) + "/m/1,Cat\n/m/2,\"Car, old\"\n");
    const auto read =
        read_as("ImageID,LabelName,Confidence\na,/m/1,1\na,/m/2,0\na,/m/3,1\na,/m/3,0\n",
                Want::kAnnotations, classes.path().string());
    EXPECT_EQ(read.lines,
              (Lines{"annotation a|a.jpg Cat category taxonomy=Cat confidence=1 "
                     "metadata.LabelName=\"/m/1\"",
                     "annotation a|a.jpg not Car, old category taxonomy=Car, old "
                     "metadata.LabelName=\"/m/2\"",
                     "annotation a|a.jpg /m/3 category taxonomy=/m/3 confidence=1",
                     "annotation a|a.jpg not /m/3 category taxonomy=/m/3"}));
    EXPECT_EQ(read.remarks,
              (Lines{"labels that the list of classes has no name for, kept as they are: 2 (the "
                     "first: /m/3)"}));
  }
}

TEST(OpenImages, ImagesAreItems) {
  EXPECT_EQ(read_as("ImageID,Subset,OriginalURL,Title,OriginalSize,Rotation,Width,Height\n"
                    "a,train,http://x/a,\"\"\"12\"\", a\",7,90.0,640,480\nb,,,12,,,,\n",
                    Want::kItems)
                .lines,
            (Lines{"item a at=http://x/a width=640 height=480 metadata.Subset=\"train\" "
                   "metadata.Title=\"\\\"12\\\", a\" metadata.OriginalSize=7 metadata.Rotation=90.0",
                   "item b metadata.Title=\"12\""}));
}

TEST(OpenImages, RefusesItsOtherFiles) {
  EXPECT_EQ(read_as("MaskPath,ImageID,LabelName\n", Want::kAnnotations).error,
            "FILE is a list of masks, whose shapes are in picture files: import the boxes "
            "(…-annotations-bbox.csv) instead");
  EXPECT_EQ(read_as("LabelName,DisplayName\n", Want::kItems).error,
            "FILE is a list of classes: name it where boxes or labels are imported, as in FORMAT "
            "openimages (classes = 'class-descriptions.csv')");
  EXPECT_EQ(read_as("ImageID,LabelName1\n", Want::kAnnotations).error,
            "FILE is a list of relationships between boxes, which cannot be imported");
  EXPECT_EQ(read_as(kBoxes, Want::kItems).error,
            "FILE is a list of objects, not of images: import it as annotations or predictions");
  EXPECT_EQ(read_as("ImageID,OriginalURL\n", Want::kAnnotations).error,
            "FILE is a list of images: only items can be imported from it");
  EXPECT_EQ(read_as("a,b\n", Want::kItems).error,
            "FILE is no file of Open Images: boxes have the columns ImageID, LabelName, XMin, XMax, "
            "YMin and YMax, labels ImageID, LabelName and Confidence, images ImageID; here are a, "
            "b");
}

TEST(OpenImages, BrokenRecordsAreNamed) {
  const auto read = read_as(std::string(kBoxes) +
                                "a,,/m/1,1,left,1,0,1,,\na,,/m/1,1,0,1,0,,,\na,,,1,0,1,0,1,,\n"
                                "a,,/m/1,1,0,1,0,1,2,\n,,/m/1,1,0,1,0,1,,\na\n",
                            Want::kAnnotations);
  EXPECT_EQ(read.failures,
            (Lines{"FILE:2 (record 1): \"XMin\" must be a number, but is \"left\"",
                   "FILE:3 (record 2): \"YMax\" is missing",
                   "FILE:4 (record 3): \"LabelName\" is empty",
                   "FILE:5 (record 4): \"IsOccluded\" must be 0, 1 or -1, but is 2",
                   "FILE:6 (record 5): \"ImageID\" is empty",
                   "FILE:7 (record 6): the header has 10 columns, but the record has 1"}));
  EXPECT_EQ(read.lines, Lines{});
}

TEST(OpenImages, IsRecognisedByItsHeader) {
  EXPECT_EQ(read_text(std::string(kBoxes) + "a,,/m/1,1,0,1,0,1,,\n", Want::kAnnotations).lines,
            (Lines{"annotation a|a.jpg /m/1 box x=0 y=0 w=100 h=50 confidence=1"}));
  EXPECT_EQ(read_text("ImageID,Subset\na,test\n", Want::kItems).lines,
            (Lines{"item a metadata.Subset=\"test\""}));
}

}  // namespace
}  // namespace cupel::io
