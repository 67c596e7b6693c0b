#include "engine/io/folder.hpp"

#include "engine/io/image_files.hpp"
#include "folders.hpp"

namespace cupel::io {
namespace {

using Kind = Folder::Kind;

Lines files_below(Folder& folder, std::string_view inside = {}) {
  Lines files;
  folder.for_each_file(
      inside, [&](const std::string& file) { files.push_back(file); },
      [&](std::string_view what) { files.emplace_back(what); });
  return files;
}

std::string complaint_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

TEST(Folder, FilesComeInOrderOfTheirNames) {
  const ScratchFolder scratch{{"b/2.txt", ""}, {"b/10.txt", ""}, {"c.txt", ""},
                              {"a.txt", ""},   {".hidden", ""},  {".git/config", ""}};
  Folder folder(scratch.path());
  EXPECT_EQ(files_below(folder), (Lines{"a.txt", "b/10.txt", "b/2.txt", "c.txt"}));
  EXPECT_EQ(files_below(folder, "b"), (Lines{"b/10.txt", "b/2.txt"}));
  EXPECT_EQ(folder.files(), (Lines{"a.txt", "c.txt"}));
}

TEST(Folder, LinksThatLeadOutAreNotFollowed) {
  const ScratchFolder scratch{{"a.txt", ""}, {"inner/b.txt", ""}};
  scratch.link("in.txt", scratch.path() / "inner/b.txt");
  scratch.link("out.txt", "../beside.txt");
  scratch.link("nowhere.txt", "none");
  scratch.link("loop", ".");
  scratch.link("up", "..");
  Folder folder(scratch.path());
  const std::string link = "links; leading to folders, out of the folder, or nowhere";
  EXPECT_EQ(files_below(folder), (Lines{"a.txt", "in.txt", "inner/b.txt", link, link, link, link}));
  EXPECT_TRUE(folder.has("in.txt", Kind::kFile));
  EXPECT_FALSE(folder.has("out.txt", Kind::kFile));
  EXPECT_FALSE(folder.has("up/beside.txt", Kind::kFile));
  EXPECT_FALSE(folder.has("up", Kind::kFolder));
  EXPECT_FALSE(folder.has("../beside.txt", Kind::kFile));
  EXPECT_FALSE(folder.has("../data-of-another", Kind::kFolder));
  EXPECT_EQ(files_below(folder, "inner"), (Lines{"inner/b.txt"}));
}

TEST(Folder, NamesThatAreNoTextAreLeftOut) {
  const ScratchFolder scratch{{"a.txt", ""}, {"b\xff.txt", ""}, {"c\xff/d.txt", ""}};
  Folder folder(scratch.path());
  const std::string name = "files and folders; with names that are not UTF-8";
  EXPECT_EQ(files_below(folder), (Lines{"a.txt", name, name}));
  EXPECT_EQ(folder.files(), (Lines{"a.txt"}));
}

TEST(Folder, PathsFromElsewhereAreLookedForInside) {
  const ScratchFolder scratch{{"images/a.jpg", ""}, {"a.jpg", ""}};
  Folder folder(scratch.path());
  for (const char* path : {"images/a.jpg", "./images/a.jpg", "/data/images/a.jpg",
                           "../x/images/a.jpg", "D:\\data\\images\\a.jpg", "images//a.jpg"})
    EXPECT_EQ(folder.find_tail(path, Kind::kFile), "images/a.jpg") << path;
  EXPECT_EQ(folder.find_tail("/data/a.jpg", Kind::kFile), "a.jpg");
  EXPECT_EQ(folder.find_tail("/data/b.jpg", Kind::kFile), std::nullopt);
  EXPECT_EQ(folder.find_tail("../beside.txt", Kind::kFile), std::nullopt);
  EXPECT_EQ(folder.find_tail("../images", Kind::kFolder), "images");
  EXPECT_EQ(folder.find_tail("images", Kind::kFile), std::nullopt);
  EXPECT_EQ(folder.find_tail(".", Kind::kFolder), "");
  EXPECT_EQ(folder.find_tail("", Kind::kFile), std::nullopt);
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "x/";
  EXPECT_EQ(folder.find_tail(deep + "a.jpg", Kind::kFile), "a.jpg");
}

TEST(Folder, WhatIsNoFolderIsRefused) {
  const ScratchFolder scratch{{"a.txt", ""}};
  const std::string path = scratch.path().string();
  EXPECT_EQ(complaint_of([&] { Folder folder(scratch.path() / "a.txt"); }),
            "cannot read " + path + "/a.txt: it is no folder");
  EXPECT_EQ(complaint_of([&] { Folder folder(scratch.path() / "none"); }),
            "cannot read " + path + "/none: No such file or directory");
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += "x/";
  scratch.write(deep + "a.txt", "");
  Folder folder(scratch.path());
  EXPECT_NE(complaint_of([&] { files_below(folder); }).find("deeper than 64 levels"),
            std::string::npos);
}

TEST(ImageFiles, PathsAreTakenApart) {
  EXPECT_EQ(last_part("a/b.jpg"), "b.jpg");
  EXPECT_EQ(without_extension("a.b/c"), "a.b/c");
  EXPECT_EQ(without_extension("a.b/c.tar.gz"), "a.b/c.tar");
  EXPECT_EQ(without_extension(".jpg"), ".jpg");
  EXPECT_TRUE(is_image("x/A.JPG"));
  EXPECT_FALSE(is_image("jpg"));
  EXPECT_TRUE(has_folder("x/images/a", "images"));
  EXPECT_FALSE(has_folder("x/my images/images", "images"));
  EXPECT_EQ(replace_folder("images/images/images", "images", "labels"), "images/labels/images");
  EXPECT_EQ(without_folder("labels/train/a", "labels"), "train/a");
  EXPECT_EQ(without_folder("labels", "labels"), "labels");
}

TEST(ImageFiles, References) {
  ImageReferences path("path", "data/coco");
  EXPECT_EQ(path.of("images/train/a.jpg"), "train/a.jpg");
  EXPECT_EQ(path.alternative(), "a.jpg");
  EXPECT_EQ(path.of("train/images/a.jpg"), "train/a.jpg");
  EXPECT_EQ(path.of("a.jpg"), "a.jpg");
  EXPECT_EQ(path.alternative(), "");
  ImageReferences inner("path", "data/coco/images/./train/");
  EXPECT_EQ(inner.of("a.jpg"), "train/a.jpg");
  EXPECT_EQ(inner.of("b/a.jpg"), "train/b/a.jpg");
  ImageReferences images("path", "data/coco/images");
  EXPECT_EQ(images.of("a.jpg"), "a.jpg");
  EXPECT_EQ(ImageReferences("name", "d").of("images/train/a.jpg"), "a.jpg");
  EXPECT_EQ(ImageReferences("stem", "d").of("images/train/a.b.jpg"), "a.b");
}

}  // namespace
}  // namespace cupel::io
