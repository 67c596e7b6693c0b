#include "engine/io/yolo_dataset.hpp"

#include <random>

#include "engine/io/yaml_fields.hpp"
#include "folders.hpp"

namespace cupel::io {
namespace {

using namespace std::string_literals;

const std::string kYaml =
    "# a dataset\npath: ../coco  # where\ntrain: [images/a, images/b]\nval: 'images/val'\n"
    "kpt_shape: [17, 3]\nflip_idx: [0, 1]\nnc: 3\nnames:\n  0: person\n  2: \"traffic: light\"\n"
    "  1: no\nroboflow: {workspace: x, deep: {a: [1, {b: c}]}}\n";

std::string words(const std::vector<YamlField>& fields) {
  std::string text;
  for (const YamlField& field : fields) {
    text += std::to_string(field.line) + " " + field.key + "=" + field.text;
    for (const auto& entry : field.entries) text += "(" + entry.key + ":" + entry.text + ")";
    text += field.deeper ? "… " : " ";
  }
  return text;
}

std::string yaml_error(const std::string& text) {
  try {
    read_yaml(text);
  } catch (const LineError& error) {
    return std::to_string(error.line) + ": " + error.sentence();
  }
  return {};
}

TEST(Yaml, ScalarsListsAndMapsAtTheTop) {
  EXPECT_EQ(words(read_yaml(kYaml)),
            "2 path=../coco 3 train=(:images/a)(:images/b) 4 val=images/val 5 "
            "kpt_shape=(:17)(:3) 6 flip_idx=(:0)(:1) 7 nc=3 8 names=(0:person)(2:traffic: "
            "light)(1:no) 12 roboflow=(workspace:x)… ");
  EXPECT_EQ(words(read_yaml("")), "");
  EXPECT_EQ(words(read_yaml("a:\nb: ~\nc: []\n---\nd: 1\n")), "1 a= 2 b= 3 c= ");
  EXPECT_EQ(words(read_yaml("a: [[1], 2]\nb: {y: {z: 1}, w: 2}")), "1 a=(:2)… 2 b=(w:2)… ");
}

TEST(Yaml, HostileFilesAreRefused) {
  EXPECT_EQ(yaml_error("- a\n- b"), "1: the file must be a map, as in names: [car, bus]");
  EXPECT_EQ(yaml_error("words"), "1: the file must be a map, as in names: [car, bus]");
  EXPECT_EQ(yaml_error("a: 1\nb: 2\na: 3"), "3: \"a\" stands twice");
  EXPECT_EQ(yaml_error("? [a]\n: b"), "1: a key must be a text");
  EXPECT_EQ(yaml_error("a:\n  ? [a]\n  : b"), "2: a key must be a text");
  EXPECT_EQ(yaml_error("a: &x [l, l]\nb: &y [*x, *x]\nc: [*y, *y]"),
            "2: aliases (*name) are not read; write the value out");
  EXPECT_EQ(yaml_error("a: \xff"), "0: the file is not valid UTF-8");
  EXPECT_TRUE(yaml_error("a: [1, 2\nb: 3").starts_with("2: the file is not valid YAML: "));
  EXPECT_TRUE(yaml_error("a: \"b").starts_with("1: the file is not valid YAML: "));
  for (const std::string& nest : {"["s, "{a: "s, "- "s, "? "s, "&a "s, "!x "s}) {
    std::string deep = "a: ";
    if (nest == "- " || nest == "? ") deep += '\n';
    for (int i = 0; i < 100'000; ++i) deep += nest;
    EXPECT_NE(yaml_error(deep), "") << nest;
  }
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(yaml_error(many), "1001: the file has more than 1,000 members");
}

TEST(Yaml, CutAndMutatedFilesNeverBreakIt) {
  std::mt19937 random(20240614);
  static constexpr std::string_view kBytes = "[]{}:,-?&*!|>'\"%@`# \n\t\\a0\xc3";
  size_t bad = 0;
  for (size_t round = 0; round < kYaml.size() + 3000; ++round) {
    std::string text = kYaml.substr(0, round);
    for (int change = 0; round >= kYaml.size() && change < 3; ++change)
      text[random() % text.size()] = kBytes[random() % kBytes.size()];
    bad += yaml_error(text).empty() ? 0 : 1;
  }
  EXPECT_GT(bad, 500U);
}

std::string words(const YoloDataset& dataset) {
  std::string text;
  for (const std::string& name : dataset.classes) text += name + ";";
  for (const auto& subset : dataset.subsets) text += " " + subset.name + "=" + subset.path;
  return text + " " + dataset.task + " " + std::to_string(dataset.keypoints.points) + "x" +
         std::to_string(dataset.keypoints.numbers);
}

std::string described(const std::string& name, const std::string& content) {
  const ScratchFolder folder{{name, content}, {"x/names.txt", "car\nbus\n"}};
  const std::string path = (folder.path() / name).string();
  try {
    return words(read_yolo_dataset(path));
  } catch (const Error& error) {
    std::string message = error.message();
    const size_t at = message.find(path);
    return at == std::string::npos ? message : message.replace(at, path.size(), "FILE");
  }
}

TEST(YoloDataset, Descriptions) {
  EXPECT_EQ(described("data.yaml", kYaml),
            "person;no;traffic: light; train=../coco/images/a train=../coco/images/b "
            "val=../coco/images/val pose 17x3");
  EXPECT_EQ(described("a.yml", "names: []\ntask: segment"), " segment 0x0");
  EXPECT_EQ(described("a.yaml", "names: {3: x}\nval: v\ntrain: t"), ";;;x; train=t val=v  0x0");
  EXPECT_EQ(described("obj.data", "train=t.txt\nnames = data/x/names.txt\nbackup = b/"),
            "car;bus; train=t.txt  0x0");
  EXPECT_EQ(described("classes.txt", "a b\r\nc\n\n"), "a b;c;  0x0");
}

TEST(YoloDataset, BrokenDescriptionsAreNamedWithTheirLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"names: car", "FILE:1: \"names\" must be a list of names, or a map of numbers to names"},
      {"names: [[car]]", "FILE:1: \"names\" must be a list of names, or a map of numbers to names"},
      {"names:\n  car: 0", "FILE:2: \"names\" \"car\" is no number of a class"},
      {"names: {0: a, 00: b}", "FILE:1: \"names\" class 0 stands twice"},
      {"names: {100000: a}", "FILE:1: \"names\" \"100000\" is no number of a class"},
      {"names: [a]\nnc: 2", "FILE:2: \"nc\" is 2, but 1 classes have names"},
      {"kpt_shape: 17", "FILE:1: \"kpt_shape\" must be a list of two numbers, as in [17, 3]"},
      {"kpt_shape: [17, 4]",
       "FILE:1: \"kpt_shape\" must be a number of points up to 1000 and 2 or 3, as in [17, 3]"},
      {"train: {a: b}", "FILE:1: \"train\" must be a path or a list of paths"},
      {"task: classify", "FILE: \"task\" must be detect, segment, pose or obb, not classify"},
      {"names: [\"a\\nb\"]", "FILE: a class's name holds a control character"},
      {std::string((1 << 20) + 1, '#'),
       "FILE: the file has more than 1 MiB; a description is smaller"}};
  for (const auto& [yaml, sentence] : cases) EXPECT_EQ(described("data.yaml", yaml), sentence);
  EXPECT_EQ(described("obj.data", "train\n"), "FILE:1: the line is not of the form key = value");
  EXPECT_TRUE(described("obj.data", "a=b\nnames = ../none")
                  .starts_with("FILE:2: \"names\" there is no ../none in "));
}

}  // namespace
}  // namespace cupel::io
