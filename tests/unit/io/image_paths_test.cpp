#include "engine/io/image_paths.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <set>

namespace cupel::io {
namespace {

ImagePaths::Path path_of(std::string_view id, std::string_view location = {}) {
  return ImagePaths([](size_t) {}).of(0, id, location);
}

TEST(ImagePaths, FoldersStayFolders) {
  const ImagePaths::Path path = path_of("street/a.jpg");
  EXPECT_EQ(path.image, "images/street/a.jpg");
  EXPECT_EQ(path.label, "labels/street/a.txt");
  EXPECT_FALSE(path.changed);
}

TEST(ImagePaths, NothingLeadsOut) {
  EXPECT_EQ(safe_path("../../etc/passwd.png"), "etc/passwd.png");
  EXPECT_EQ(safe_path("/a/./b/../c.png"), "a/b/c.png");
  EXPECT_EQ(safe_path("s3://bucket//a.png"), "s3:/bucket/a.png");
  EXPECT_EQ(safe_path("..\\..\\a.png"), "_._.._a.png");
  EXPECT_EQ(safe_path(".hidden/ a\n.png "), "_hidden/_a_.png_");
  EXPECT_EQ(safe_path(std::string("a\0b.png", 7)), "a_b.png");
  EXPECT_EQ(safe_path("é.png"), "é.png");
  for (const char* id : {"", "/", "..", "./../"}) EXPECT_EQ(safe_path(id), "item");
  EXPECT_EQ(safe_path(std::string(300, 'a') + ".png").size(), 200U);
  EXPECT_EQ(safe_path("é" + std::string(199, 'a')), std::string(199, 'a'));  // whole characters
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "d/";
  EXPECT_EQ(safe_path(deep + "a.png"), "a.png");
  EXPECT_TRUE(path_of("../a.png").changed);
}

TEST(ImagePaths, AnImageHasAnExtension) {
  EXPECT_EQ(path_of("frame").image, "images/frame.jpg");
  EXPECT_EQ(path_of("frame", "https://x/frame.PNG?size=full").image, "images/frame.PNG");
  EXPECT_EQ(path_of("a.b").label, "labels/a.b.txt");
  EXPECT_TRUE(path_of("frame").changed);
}

// As tools find it: the last folder of that name is the one.
TEST(ImagePaths, TheLabelFileIsFoundFromTheImage) {
  EXPECT_EQ(path_of("images/train/a.jpg").image, "images/images/train/a.jpg");
  EXPECT_EQ(path_of("images/train/a.jpg").label, "images/labels/train/a.txt");
  EXPECT_TRUE(path_of("images/train/a.jpg").changed);  // readers begin behind it
  EXPECT_EQ(path_of("labels/a.jpg").label, "labels/labels/a.txt");
  EXPECT_TRUE(path_of("labels/a.jpg").changed);
}

TEST(ImagePaths, NoTwoItemsHaveOneLabelFile) {
  ImagePaths paths([](size_t) {});
  EXPECT_EQ(paths.of(1, "a.jpg", {}).label, "labels/a.txt");
  const ImagePaths::Path second = paths.of(2, "a.png", {});
  EXPECT_EQ(second.image, "images/a-2.png");
  EXPECT_EQ(second.label, "labels/a-2.txt");
  EXPECT_TRUE(second.changed);
  EXPECT_EQ(paths.of(3, "a-2.png", {}).label, "labels/a-2-2.txt");
  EXPECT_EQ(paths.of(2, "a.png", {}).label, "labels/a-2.txt");  // again
}

TEST(ImagePaths, RandomIdsStayInside) {
  std::mt19937 random(1);
  const std::string parts[] = {"..", ".", "/", "a", "images", "\\", "\n", ".png", "é", " ", "~"};
  ImagePaths paths([](size_t) {});
  std::set<std::string> labels;
  for (uint64_t row = 0; row < 5000; ++row) {
    std::string id;
    for (unsigned length = random() % 8; length > 0; --length)
      id += parts[random() % std::size(parts)];
    const ImagePaths::Path path = paths.of(row, id, {});
    EXPECT_TRUE(labels.insert(path.label).second) << path.label;
    const std::filesystem::path label = path.label;
    EXPECT_TRUE(label.is_relative());
    EXPECT_EQ(label.lexically_normal(), label) << id;
    for (const auto& part : label) EXPECT_FALSE(part.string().starts_with('.')) << id;
  }
}

}  // namespace
}  // namespace cupel::io
