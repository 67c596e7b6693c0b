#include <random>

#include "folders.hpp"

namespace cupel::io {
namespace {

const std::string kNames = "names: [car, bus]\n";

HowToRead yolo(const Settings& settings = {}) {
  return {.format = "yolo", .run = "r", .options = options_of(settings)};
}

/// What a label file beside an image of 200 by 100 pixels holds.
Outcome read_labels(const std::string& text, const Settings& settings = {},
                    const std::string& yaml = kNames) {
  const ScratchFolder folder{{"data.yaml", yaml}, {"a.gif", gif(200, 100)}, {"a.txt", text}};
  return read_folder(folder, Want::kAnnotations, yolo(settings));
}

Lines objects_of(const Outcome& read) {
  Lines objects;
  for (const std::string& line : read.lines)
    if (!line.starts_with("mention ")) objects.push_back(line);
  return objects;
}

TEST(Yolo, BoxesAreInPixels) {
  const auto read = read_labels("0 0.5 0.5 0.25 0.5\n\n  1.0\t0.1 0.2 0.3 0.4 \r\n1 1.05 0 1 0.0");
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.lines,
            (Lines{"mention a.gif at=DATA/a.gif width=200 height=100 metadata.labelled=true",
                   "annotation a.gif car box x=75 y=25 w=50 h=50 metadata.class_id=0",
                   "annotation a.gif bus box x=-10 y=0 w=60 h=40 metadata.class_id=1",
                   "annotation a.gif bus box x=110 y=0 w=200 h=0 metadata.class_id=1"}));
}

TEST(Yolo, NumbersAreComputedInDoubles) {
  EXPECT_EQ(objects_of(read_labels("0 0.123456789012345 0.5 0.1 1e-3")),
            (Lines{"annotation a.gif car box x=14.691357802469 y=49.95 w=20 h=0.1 "
                   "metadata.class_id=0"}));
}

TEST(Yolo, ConfidencesStandLastOrSecond) {
  EXPECT_EQ(objects_of(read_labels("0 0.5 0.5 0.25 0.5 0.875"))[0],
            "annotation a.gif car box x=75 y=25 w=50 h=50 confidence=0.875 metadata.class_id=0");
  EXPECT_EQ(objects_of(read_labels("0 0.875 0.5 0.5 0.25 0.5", {{"confidence", "second"}}))[0],
            "annotation a.gif car box x=75 y=25 w=50 h=50 confidence=0.875 metadata.class_id=0");
}

TEST(Yolo, Polygons) {
  const std::string triangle =
      R"(annotation a.gif car polygon x=20 y=10 w=100 h=40 geometry={"vertices":[{"x":20.0,"y":10.0},)"
      R"({"x":120.0,"y":20.0},{"x":40.0,"y":50.0}]} metadata.class_id=0)";
  EXPECT_EQ(objects_of(read_labels("0 0.1 0.1 0.6 0.2 0.2 0.5")), Lines{triangle});
  EXPECT_EQ(objects_of(read_labels("0 0.1 0.1 0.6 0.2 0.2 0.5", {{"task", "segment"}})),
            Lines{triangle});
  EXPECT_EQ(objects_of(read_labels("0 0.5 0.5 0.25 0.5", {{"task", "segment"}}))[0],
            "annotation a.gif car box x=75 y=25 w=50 h=50 metadata.class_id=0");
  const auto confident = objects_of(read_labels("0 0 0 1 0 1 1 0.5", {{"task", "segment"}}));
  EXPECT_NE(confident[0].find(" polygon x=0 y=0 w=200 h=100 confidence=0.5 "), std::string::npos);
}

TEST(Yolo, TurnedBoxesNeedTheTask) {
  const std::string line = "1 0.1 0.2 0.5 0.2 0.5 0.4 0.1 0.4";
  EXPECT_EQ(read_labels(line).failures,
            (Lines{"DATA/a.txt:1 (record 1): the line has 9 fields; that is a turned box or a "
                   "polygon of four points; name the task, as in FORMAT yolo (task = obb)"}));
  for (const char* task : {"obb", "segment"})
    EXPECT_EQ(objects_of(read_labels(line, {{"task", task}})),
              (Lines{R"(annotation a.gif bus polygon x=20 y=20 w=80 h=20 geometry={"vertices":[)"
                     R"({"x":20.0,"y":20.0},{"x":100.0,"y":20.0},{"x":100.0,"y":40.0},)"
                     R"({"x":20.0,"y":40.0}]} metadata.class_id=1)"}));
  EXPECT_EQ(objects_of(read_labels(line, {}, kNames + "task: obb\n")).size(), 1U);
  EXPECT_NE(objects_of(read_labels(line + " 0.25", {{"task", "obb"}}))[0].find("confidence=0.25"),
            std::string::npos);
}

TEST(Yolo, Poses) {
  const std::string three = kNames + "kpt_shape: [2, 3]\n";
  EXPECT_EQ(objects_of(read_labels("0 0.5 0.5 0.25 0.5 0.5 0.25 2 0 0 0", {}, three)),
            (Lines{R"(annotation a.gif car keypoints x=75 y=25 w=50 h=50 geometry={"keypoints":)"
                   R"([100.0,25.0,2.0,0.0,0.0,0.0]} metadata.class_id=0)"}));
  EXPECT_EQ(
      objects_of(read_labels("0 0.5 0.5 0.25 0.5 0.5 0.25 0.5 0.5 0.75", {{"kpt_shape", "2, 2"}})),
      (Lines{R"(annotation a.gif car keypoints x=75 y=25 w=50 h=50 confidence=0.75)"
             R"( geometry={"keypoints":[100.0,25.0,2.0,100.0,50.0,2.0]} metadata.class_id=0)"}));
  EXPECT_EQ(read_labels("0 0.5 0.5 0.25 0.5", {}, three).failures,
            (Lines{"DATA/a.txt:1 (record 1): the line has 5 fields; a pose has 11, or 12 with a "
                   "confidence"}));
  EXPECT_EQ(read_labels("0 0.5 0.5 0.25 0.5", {{"task", "pose"}}).failures,
            (Lines{"DATA/a.txt:1 (record 1): the task is pose, and the keypoints of an object are "
                   "not known; say how many there are, as in FORMAT yolo (kpt_shape = '17,3')"}));
  EXPECT_EQ(read_labels("", {{"kpt_shape", "17x3"}}).error,
            "\"kpt_shape\" must be a number of points up to 1000 and 2 or 3, as in [17, 3]");
}

TEST(Yolo, BrokenLinesLeaveTheirNeighbours) {
  const auto read = read_labels(
      "0 0.5 0.5 0.25\ncar 0.5 0.5 0.25 0.5\n0 0.5 0.5 0.25 nan\n0 312 0.5 0.25 0.5\n-1 0.5 0.5 "
      "0.25 "
      "0.5\n0.5 0.5 0.5 0.25 0.5\n7 0.5 0.5 0.25 0.5\n0 0.1 0.1 0.6 0.2 0.2 0.5 0.5\n0 0.5 0.5 "
      "0.25 "
      "0.5,\n1 0.5 0.5 0.25 0.5\n");
  EXPECT_EQ(objects_of(read).size(), 1U);
  EXPECT_EQ(
      read.failures,
      (Lines{
          "DATA/a.txt:1 (record 1): the line has 4 fields; a box has 5, or 6 with a confidence, "
          "a polygon 7, 9, 11 and so on",
          "DATA/a.txt:2 (record 2): field 1 must be a number, but is \"car\"",
          "DATA/a.txt:3 (record 3): field 5 must be a number, but is \"nan\"",
          "DATA/a.txt:4 (record 4): 312 is no fraction of an image: such numbers lie between 0 "
          "and 1, or a little outside",
          "DATA/a.txt:5 (record 5): a class is a number from 0, not -1",
          "DATA/a.txt:6 (record 6): a class is a number from 0, not 0.5",
          "DATA/a.txt:7 (record 7): class 7 has no name: DATA/data.yaml names the classes 0 to 1",
          "DATA/a.txt:8 (record 8): the line has 8 fields; name the task, as in FORMAT yolo "
          "(task = segment)",
          "DATA/a.txt:9 (record 9): field 5 must be a number, but is \"0.5,\""}));
  EXPECT_EQ(read_labels("0 0.1 0.1 0.6 0.2 0.2 0.5", {{"task", "detect"}}).failures,
            (Lines{"DATA/a.txt:1 (record 1): the line has 7 fields; a box has 5, or 6 with a "
                   "confidence"}));
}

TEST(Yolo, FoldersOfSubsets) {
  const ScratchFolder folder{
      {"data.yaml",
       "path: ../datasets/mine\ntrain: images/train\nval: images/val\ntest:\n"
       "names:\n  0: car\n  1: bus\nnc: 2\n"},
      {"images/train/a.gif", gif(200, 100)},
      {"images/train/b.gif", gif(20, 10)},
      {"images/val/a.gif", gif(20, 10)},
      {"images/other/x.gif", gif(20, 10)},
      {"images/train/notes.md", ""},
      {"labels/train/a.txt", "1 0.5 0.5 0.5 0.5\n"},
      {"labels/train/classes.txt", "car\n"},
      {"labels/val/a.txt", "\n"},
      {"labels/val/c.txt", ""}};
  const auto items = read_folder(folder, Want::kItems, yolo());
  EXPECT_EQ(items.lines,
            (Lines{R"(item train/a.gif|a.gif at=DATA/images/train/a.gif width=200 height=100)"
                   R"( metadata.labelled=true metadata.subset="train")",
                   R"(item train/b.gif|b.gif at=DATA/images/train/b.gif width=20 height=10)"
                   R"( metadata.labelled=false metadata.subset="train")",
                   R"(item val/a.gif|a.gif at=DATA/images/val/a.gif width=20 height=10)"
                   R"( metadata.labelled=true metadata.subset="val")"}));
  const auto objects = read_folder(folder, Want::kAnnotations, yolo());
  EXPECT_EQ(objects.lines,
            (Lines{R"(mention train/a.gif|a.gif at=DATA/images/train/a.gif width=200 height=100)"
                   R"( metadata.labelled=true metadata.subset="train")",
                   "annotation train/a.gif|a.gif bus box x=50 y=25 w=100 h=50 metadata.class_id=1",
                   R"(mention val/a.gif|a.gif at=DATA/images/val/a.gif width=20 height=10)"
                   R"( metadata.labelled=true metadata.subset="val")"}));
  EXPECT_EQ(read_folder(folder, Want::kAnnotations, yolo(), "data.yaml").lines, objects.lines);
}

TEST(Yolo, SubsetsMayBeEmpty) {
  const ScratchFolder folder{{"data.yaml", "train: images/a\ntest: images/b\n" + kNames},
                             {"images/a/x.gif", gif(20, 10)},
                             {"images/b/y.gif", gif(20, 10)},
                             {"labels/a/x.txt", "0 0.5 0.5 1 1"}};
  EXPECT_EQ(read_folder(folder, Want::kItems, yolo()).lines.size(), 2U);
  const auto objects = read_folder(folder, Want::kAnnotations, yolo());
  EXPECT_EQ(objects.lines.size(), 2U);
  EXPECT_EQ(objects.lost, (Losses{{"subsets; without label files", 1}}));
}

TEST(Yolo, FoldersWithoutSubsets) {
  const ScratchFolder folder{{"classes.txt", "car\n"},
                             {"train/images/a.gif", gif(20, 10)},
                             {"train/labels/a.txt", "0 0.5 0.5 1 1"},
                             {"README.txt", "about\n"}};
  EXPECT_EQ(read_folder(folder, Want::kAnnotations, yolo({{"reference", "stem"}})).lines,
            (Lines{R"(mention a at=DATA/train/images/a.gif width=20 height=10)"
                   R"( metadata.labelled=true metadata.subset="train")",
                   "annotation a car box x=0 y=0 w=20 h=10 metadata.class_id=0"}));
  EXPECT_EQ(read_folder(folder, Want::kItems, yolo()).lines[0].substr(0, 17), "item train/a.gif|");
}

TEST(Yolo, DarknetsLists) {
  const ScratchFolder folder{
      {"obj.data",
       "classes = 2\ntrain  = data/train.txt\nvalid = data/none.txt\n# x\nnames = "
       "data/obj.names\n"},
      {"obj.names", "car\nbus\n\n"},
      {"train.txt", "data/obj/a.gif\n\n/home/x/obj/b.gif\r\nobj/c.gif\nnotes.md\n\xff.gif\n"},
      {"obj/a.gif", gif(20, 10)},
      {"obj/a.txt", "1 0.5 0.5 1 1"},
      {"obj/b.gif", gif(20, 10)}};
  const auto read = read_folder(folder, Want::kAnnotations, yolo());
  EXPECT_EQ(read.lines,
            (Lines{R"(mention obj/a.gif|a.gif at=DATA/obj/a.gif width=20 height=10)"
                   R"( metadata.labelled=true metadata.subset="train")",
                   "annotation obj/a.gif|a.gif bus box x=0 y=0 w=20 h=10 metadata.class_id=1",
                   R"(mention obj/b.gif|b.gif at=DATA/obj/b.gif width=20 height=10)"
                   R"( metadata.labelled=false metadata.subset="train")",
                   R"(mention obj/c.gif|c.gif metadata.labelled=false metadata.subset="train")"}));
  EXPECT_EQ(read.failures,
            (Lines{"DATA/train.txt:5 (record 5): notes.md is not the name of an image",
                   "DATA/train.txt:6 (record 6): the line is not valid UTF-8"}));
  EXPECT_EQ(read.lost,
            (Losses{{"images; a label file is missing", 2}, {"subsets; not in the folder", 1}}));
  EXPECT_EQ(read_folder(folder, Want::kItems, yolo(), "train.txt").lines.size(), 3U);
}

TEST(Yolo, LabelsWhoseImagesAreElsewhere) {
  const ScratchFolder folder{{"predict/labels/a.txt", "0 0.5 0.5 0.5 0.5 0.25\n"},
                             {"predict/labels/unsized.txt", "0 0.5 0.5 0.5 0.5 0.25\n"},
                             {"predict/labels/unknown.txt", "0 0.5 0.5 0.5 0.5 0.25\n"},
                             {"coco/images/val/a.gif", gif(20, 10)},
                             {"names.txt", "car\n"}};
  const std::string names = (folder.path() / "names.txt").string();
  // Their size is that of the dataset's items: here 100 by 50.
  const auto alone = read_folder(folder, Want::kPredictions, yolo({{"classes", names}}), "predict");
  EXPECT_EQ(alone.lines, (Lines{"prediction(r) a car box x=25 y=12.5 w=50 h=25 confidence=0.25 "
                                "metadata.class_id=0"}));
  EXPECT_EQ(alone.failures,
            (Lines{"DATA/predict/labels/unknown.txt:1 (record 1): there is no such item",
                   "DATA/predict/labels/unsized.txt:1 (record 1): the shape is in fractions of its "
                   "image, and the size of 'unsized' is not known; import its width and height "
                   "first"}));
  const std::string images = (folder.path() / "coco/images/val").string();
  const auto beside = read_folder(folder, Want::kPredictions,
                                  yolo({{"classes", names}, {"images", images}}), "predict");
  EXPECT_EQ(beside.lines[0],
            "mention val/a.gif|a.gif at=DATA/coco/images/val/a.gif width=20 height=10");
  EXPECT_EQ(beside.lines[1],
            "prediction(r) val/a.gif|a.gif car box x=5 y=2.5 w=10 h=5 confidence=0.25 "
            "metadata.class_id=0");
  const auto one =
      read_folder(folder, Want::kPredictions, yolo({{"classes", names}}), "predict/labels/a.txt");
  EXPECT_EQ(one.lines, alone.lines);
}

TEST(Yolo, ImagesWithoutASizeAreTold) {
  const ScratchFolder folder{{"data.yaml", kNames},
                             {"images/a.jpg", "no image"},
                             {"images/b.tif", "II*"},
                             {"labels/a.txt", "0 0.5 0.5 1 1"}};
  const auto items = read_folder(folder, Want::kItems, yolo());
  EXPECT_EQ(items.lines, (Lines{"item a.jpg at=DATA/images/a.jpg metadata.labelled=true",
                                "item b.tif at=DATA/images/b.tif metadata.labelled=false"}));
  EXPECT_EQ(items.lost, (Losses{{"image sizes; only PNG, JPEG, WebP, GIF and BMP are read", 2}}));
  EXPECT_EQ(objects_of(read_folder(folder, Want::kAnnotations, yolo()))[0],
            "annotation a.jpg car box x=0 y=0 w=100 h=50 metadata.class_id=0");
}

TEST(Yolo, LinksAndPathsOutOfTheFolderAreNotFollowed) {
  const ScratchFolder folder{
      {"data.yaml", "train: ../../beside\nval: [images, /etc]\nnames: [car]\n"},
      {"images/a.gif", gif(20, 10)}};
  folder.link("images/b.gif", "../../beside.txt");
  folder.link("labels/a.txt", "../../beside.txt");
  const auto read = read_folder(folder, Want::kItems, yolo());
  EXPECT_EQ(read.lines, (Lines{R"(item a.gif at=DATA/images/a.gif width=20 height=10)"
                               R"( metadata.labelled=false metadata.subset="val")"}));
  EXPECT_EQ(read.lost, (Losses{{"links; leading to folders, out of the folder, or nowhere", 1},
                               {"subsets; not in the folder", 2}}));
}

TEST(Yolo, WhatIsNoDatasetIsRefused) {
  const ScratchFolder folder{{"a/x.md", ""},
                             {"b/labels/a.txt", "0 0.5 0.5 1 1"},
                             {"c/one.yaml", kNames},
                             {"c/two.yml", kNames},
                             {"d/data.yaml", "train: images\nnames: [car]"}};
  const auto error = [&](Want want, const std::string& inside, const HowToRead& how = yolo()) {
    return read_folder(folder, want, how, inside).error;
  };
  EXPECT_EQ(error(Want::kItems, "a"), "DATA/a holds no images");
  EXPECT_EQ(error(Want::kItems, "b"), "DATA/b holds no images");
  EXPECT_EQ(
      error(Want::kAnnotations, "b"),
      "DATA/b does not name its classes: it needs a data.yaml, obj.names or classes.txt, or a "
      "file named as in FORMAT yolo (classes = 'names.txt')");
  EXPECT_EQ(error(Want::kItems, "c"),
            "several files in DATA/c may describe the dataset: one.yaml, two.yml; name one, as in "
            "FORMAT yolo (data = 'DATA/c/one.yaml')");
  EXPECT_EQ(error(Want::kItems, "d"),
            "DATA/d holds none of the subsets of its dataset, such as images; import the folder "
            "they are in, and name the description as in FORMAT yolo (data = 'data.yaml')");
  EXPECT_EQ(error(Want::kItems, "a/x.md"),
            "DATA/a/x.md is no YOLO dataset: name its folder, its data.yaml or obj.data, a list of "
            "its images (.txt), or a label file (.txt)");
  EXPECT_EQ(error(Want::kItems, "b/labels/a.txt"),
            "DATA/b/labels/a.txt holds the objects of one image: import its folder for the items");
  EXPECT_EQ(error(Want::kItems, "none"), "cannot read DATA/none: No such file or directory");
}

TEST(Yolo, FoldersAreRecognised) {
  const ScratchFolder folder{{"a/data.yaml", kNames},
                             {"b/images/a.gif", gif(2, 1)},
                             {"b/labels/a.txt", ""},
                             {"c/Annotations/a.xml", "<annotation/>"},
                             {"d/Annotations/a.json", "{}"},
                             {"e/x.xml", "<?xml?>\n<!-- - -->\n<annotation>"},
                             {"e/y.xml", "<annotations></annotations>"}};
  const auto error = [&](const std::string& inside) {
    return read_folder(folder, Want::kItems, {}, inside).error;
  };
  EXPECT_EQ(error("a"), "DATA/a holds no images");
  EXPECT_EQ(error("b"), "");
  EXPECT_EQ(error("c"), "");
  EXPECT_EQ(read_folder(folder, Want::kItems, {}, "e/x.xml").failures.size(), 1U);
  for (const std::string inside : {"d", "e/y.xml"})
    EXPECT_TRUE(error(inside).starts_with("cannot tell what format DATA/" + inside)) << inside;
}

TEST(Yolo, MutatedLabelsNeverBreakIt) {
  std::mt19937 random(20240613);
  const std::string text =
      "0 0.5 0.5 0.25 0.5\n1 0.1 0.1 0.6 0.2 0.2 0.5\r\n0 1e-3 .5 0.25 1 0.875\n";
  static constexpr std::string_view kBytes = "0123456789.eE+-nai \t\n\r\xff";
  size_t bad = 0;
  for (size_t round = 0; round < text.size() + 300; ++round) {
    std::string content = text.substr(0, round);
    for (int change = 0; round >= text.size() && change < 3; ++change)
      content[random() % content.size()] = kBytes[random() % kBytes.size()];
    const auto read = read_labels(content);
    EXPECT_EQ(read.error, "");
    EXPECT_FALSE(read.lines.empty());
    bad += read.failures.empty() ? 0 : 1;
  }
  EXPECT_GT(bad, 100U);
}

}  // namespace
}  // namespace cupel::io
