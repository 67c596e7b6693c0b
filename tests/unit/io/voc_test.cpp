#include <random>

#include "engine/io/xml_document.hpp"
#include "folders.hpp"

namespace cupel::io {
namespace {

const std::string kBox =
    "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>4</xmax><ymax>6</ymax></bndbox>";
const std::string kWhole =
    "<?xml version=\"1.0\"?>\n<!-- by hand -->\n<annotation>\n<folder>f</folder>"
    "<filename>a.jpg</filename><size><width>20</width><height>10</height><depth>3</depth></size>\n"
    "<object><name>car</name><pose>Left</pose><truncated>1</truncated>\n" +
    kBox +
    "<part><name>wheel</name><bndbox><ymin>1.50</ymin></bndbox></part></object>\n"
    "</annotation>\n";

HowToRead voc(const Settings& settings = {}) {
  return {.format = "voc", .run = "r", .options = options_of(settings)};
}

std::string annotation(const std::string& inside) {
  return "<annotation>" + inside + "</annotation>";
}
std::string object(const std::string& inside) {
  return annotation("<object><name>car</name>" + inside + "</object>");
}

TEST(Voc, AFileAlone) {
  const ScratchFolder folder{{"a.xml", kWhole}};
  const auto read = read_folder(folder, Want::kAnnotations, voc(), "a.xml");
  EXPECT_EQ(read.lines,
            (Lines{R"(mention a.jpg width=20 height=10 metadata.labelled=true metadata.depth=3)"
                   R"( metadata.folder="f")",
                   R"(annotation a.jpg car box x=1 y=2 w=3 h=4 geometry={"part":{"name":"wheel",)"
                   R"("bndbox":{"ymin":1.50}}} metadata.pose="Left" metadata.truncated=1)"}));
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read_folder(folder, Want::kItems, voc(), "a.xml").lines,
            (Lines{R"(item a.jpg width=20 height=10 metadata.labelled=true metadata.depth=3)"
                   R"( metadata.folder="f")"}));
}

TEST(Voc, PixelsCountedFromOneAreMoved) {
  const ScratchFolder folder{{"a.xml", object(kBox)}};
  EXPECT_EQ(read_folder(folder, Want::kAnnotations, voc({{"one_based", "true"}})).lines[1],
            "annotation a.jpg car box x=0 y=1 w=4 h=5");
  EXPECT_EQ(read_folder(folder, Want::kAnnotations, voc({{"one_based", "false"}})).lines[1],
            "annotation a.jpg car box x=1 y=2 w=3 h=4");
}

TEST(Voc, AFolderOfTheKit) {
  const ScratchFolder folder{
      {"VOC7/Annotations/a.xml", object(kBox)},
      {"VOC7/Annotations/b.xml", annotation("<filename>other.jpg</filename>")},
      {"VOC7/ImageSets/Main/train.txt", "a\n"},
      {"VOC7/ImageSets/Main/trainval.txt", "a\nb\nc\n"},
      {"VOC7/ImageSets/Main/val.txt", "c\r\n\n"},
      {"VOC7/ImageSets/Main/test.txt", "c\n"},
      {"VOC7/ImageSets/Main/car_train.txt", "b  1\n"},
      {"VOC7/JPEGImages/a.png", gif(7, 8)},
      {"VOC7/JPEGImages/c.gif", gif(300, 5)},
      {"VOC7/JPEGImages/notes.txt", "x"},
      {"VOC7/SegmentationClass/a.png", gif(7, 8)}};
  const auto items = read_folder(folder, Want::kItems, voc());
  EXPECT_EQ(items.lines,
            (Lines{R"(item VOC7/a.png|a.png at=DATA/VOC7/JPEGImages/a.png width=7 height=8)"
                   R"( metadata.labelled=true metadata.subset="train")",
                   R"(item VOC7/b.jpg|b.jpg metadata.labelled=true metadata.subset="trainval")"
                   R"( metadata.filename="other.jpg")",
                   R"(item VOC7/c.gif|c.gif at=DATA/VOC7/JPEGImages/c.gif width=300 height=5)"
                   R"( metadata.labelled=false metadata.subset="test")"}));
  EXPECT_EQ(items.remarks,
            (Lines{"XML files with the name of another image in <filename>: 1; their own name "
                   "counts, the other is metadata.filename"}));
  EXPECT_EQ(
      items.lost,
      (Losses{{"subset names; of an image the first of its lists in ImageSets/Main counts", 1}}));
  const auto objects = read_folder(folder, Want::kAnnotations, voc({{"reference", "name"}}));
  EXPECT_EQ(objects.lines[1], "annotation a.png car box x=1 y=2 w=3 h=4");
  EXPECT_EQ(objects.lost.at("masks"), 1U);
  EXPECT_EQ(read_folder(folder, Want::kPredictions, voc({{"reference", "stem"}})).lines[1],
            "prediction(r) a car box x=1 y=2 w=3 h=4");
}

TEST(Voc, OtherElementsAreKept) {
  const ScratchFolder folder{
      {"a.xml",
       annotation("<source><database>d</database><year>2007</year></source><note/>"
                  "<labelled>no</labelled><tag>x</tag><tag>007</tag><object><name> car "
                  "</name><point><x>1</x></point>"
                  "<actions><run>1.5</run></actions><big>99999999999999999999</big><score>0.5"
                  "</score><attributes><attribute><name>color</name><value>red</value>"
                  "</attribute></attributes></object>")}};
  EXPECT_EQ(read_folder(folder, Want::kAnnotations, voc()).lines,
            (Lines{R"(mention a.jpg metadata.source.database="d" metadata.source.year=2007)"
                   R"( metadata.labelled="no" rest={"metadata":{"note":null,"tag":["x","007"]}})",
                   R"(annotation a.jpg car category confidence=0.5 geometry={"point":{"x":1}})"
                   R"( metadata.actions.run=1.5 metadata.big="99999999999999999999")"
                   R"( metadata.color="red")"}));
}

TEST(Voc, LinksOutOfTheFolderAreLeftOut) {
  const ScratchFolder folder{{"Annotations/a.xml", annotation("")}, {"b.xml", annotation("")}};
  folder.link("Annotations/c.xml", folder.path() / "b.xml");
  folder.link("Annotations/d.xml", "../../beside.txt");
  folder.link("JPEGImages/a.jpg", "../../beside.txt");
  const auto read = read_folder(folder, Want::kItems, voc());
  EXPECT_EQ(read.lines,
            (Lines{"item a.jpg metadata.labelled=true", "item c.jpg metadata.labelled=true",
                   "item b.jpg metadata.labelled=true"}));
  EXPECT_EQ(read.lost, (Losses{{"links; leading to folders, out of the folder, or nowhere", 2}}));
}

std::string deep(size_t levels) {
  std::string text;
  for (size_t i = 0; i < levels; ++i) text += "<a>";
  for (size_t i = 0; i < levels; ++i) text += "</a>";
  return annotation(text);
}

TEST(Voc, BrokenFilesAreNamedWithTheirLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"<annotation>\n<object>\n", "DATA/a.xml:2: the file is not valid XML: "},
      {"", "DATA/a.xml:1: the file is not valid XML: no document element found"},
      {"<a/>", "DATA/a.xml:1: the root is <a>, not <annotation>"},
      {"<annotation/>\n<annotation/>", "DATA/a.xml:2: there is a second element behind the first"},
      {"<!DOCTYPE annotation [<!ENTITY a \"b\">]><annotation/>",
       "DATA/a.xml: the file declares a document type, which is not read; remove <!DOCTYPE …>"},
      {annotation("\xff"), "DATA/a.xml: the file is not valid UTF-8"},
      {annotation(std::string(1, '\0')), "DATA/a.xml: the file holds a zero byte"},
      {deep(64), "DATA/a.xml:1: the file nests deeper than 64 levels"},
      {deep(150'000), "DATA/a.xml: the file has more than 200000 tags"},
      {std::string(9 << 20, ' '),
       "DATA/a.xml: the file has more than 8 MiB, the most that one XML file may have"},
      {annotation("\n<size>\n<width>1.5</width></size>"),
       "DATA/a.xml:3: \"size.width\" must be a number of pixels, but is 1.5"},
      {annotation("<size><width>wide</width></size>"),
       "DATA/a.xml:1: \"size.width\" must be a number, but is \"wide\""}};
  for (const auto& [content, sentence] : cases) {
    const ScratchFolder folder{{"a.xml", content}};
    const auto read = read_folder(folder, Want::kAnnotations, voc());
    ASSERT_EQ(read.failures.size(), 1U) << sentence;
    EXPECT_EQ(read.failures[0].substr(0, sentence.size()), sentence);
    EXPECT_EQ(read.error, "");
  }
  const ScratchFolder folder{{"a.xml", deep(63)}};
  EXPECT_EQ(read_folder(folder, Want::kAnnotations, voc()).failures, Lines{});
}

TEST(Voc, BrokenObjectsLeaveTheirNeighbours) {
  const ScratchFolder folder{
      {"a.xml", annotation("<object>" + kBox +
                           "</object>\n<object><name>b</name><bndbox>\n<xmin>1"
                           "</xmin></bndbox></object>\n<object><name>c</name><bndbox>\n<xmin>1e999"
                           "</xmin></bndbox></object><object><name>\xc2\x80" +
                           std::string(300, 'x') +
                           "</name></object><object><name>e</name>"
                           "<attributes><attribute/></attributes></object>"
                           "<object><name>f</name></object>")}};
  const auto read = read_folder(folder, Want::kAnnotations, voc());
  EXPECT_EQ(read.failures,
            (Lines{"DATA/a.xml:1 (record 1): \"name\" is missing",
                   "DATA/a.xml:2 (record 2): \"bndbox.ymin\" is missing",
                   "DATA/a.xml:5 (record 3): \"bndbox.xmin\" must be a number, but is \"1e999\"",
                   "DATA/a.xml:5 (record 4): a name of 302 bytes is too long: at most 256 are "
                   "allowed",
                   "DATA/a.xml:5 (record 5): \"attribute\" must have a name and a value"}));
  EXPECT_EQ(read.lines,
            (Lines{"mention a.jpg metadata.labelled=true", "annotation a.jpg f category"}));
}

TEST(Voc, FoldersWithoutItsFilesAreRefused) {
  const ScratchFolder folder{{"a.txt", ""}};
  EXPECT_EQ(read_folder(folder, Want::kItems, voc()).error,
            "DATA holds no Pascal VOC dataset: there is no .xml file in it");
  EXPECT_EQ(read_folder(folder, Want::kItems, voc(), "b.xml").error,
            "cannot read DATA/b.xml: No such file or directory");
  EXPECT_EQ(read_folder(folder, Want::kItems, {.format = "coco"}).error,
            "cannot read DATA: it is a folder; name a file in it");
}

TEST(Voc, CutAndMutatedFilesNeverBreakIt) {
  std::mt19937 random(20240612);
  static constexpr std::string_view kBytes = "<>/&;!?-[]\"='a1. \n\xff\xc3";
  size_t bad = 0;
  for (size_t round = 0; round < kWhole.size() + 400; ++round) {
    std::string content = kWhole.substr(0, round);
    if (round > kWhole.size()) {
      content = kWhole;
      for (int change = 0; change < 3; ++change) {
        const size_t at = random() % content.size();
        if (random() % 2 == 0)
          content[at] = kBytes[random() % kBytes.size()];
        else
          content.erase(at, 1 + random() % 9);
      }
    }
    const ScratchFolder folder{{"a.xml", content}};
    const auto read = read_folder(folder, Want::kAnnotations, voc(), "a.xml");
    EXPECT_EQ(read.error, "");
    EXPECT_FALSE(read.lines.empty() && read.failures.empty());
    bad += read.failures.empty() ? 0 : 1;
  }
  EXPECT_GT(bad, kWhole.size() - 20);
}

}  // namespace
}  // namespace cupel::io
