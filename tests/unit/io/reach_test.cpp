#include "engine/io/reach.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "cupel/error.hpp"

namespace cupel::io {
namespace {

namespace fs = std::filesystem;
using enum Reach::For;

/// A directory `safe` with links of all kinds in it, and others around it. The current directory is
/// that of both.
class ReachTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "cupel-reach-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    place_ = fs::canonical(name);
    before_ = fs::current_path();
    fs::current_path(place_);
    for (const char* folder : {"safe/sub/deep", "safety", "SAFE", "outside"})
      fs::create_directories(folder);
    for (const char* file : {"safe/a.txt", "safe/sub/b.txt", "safety/c.txt", "SAFE/a.txt",
                             "outside/secret.txt", "beside.txt"})
      std::ofstream(file) << "x";
    const auto link = [](const char* target, const char* at) { fs::create_symlink(target, at); };
    link("sub", "safe/in");
    link("a.txt", "safe/in_file");
    link("../outside", "safe/out");
    link("../outside/secret.txt", "safe/out_file");
    link("/etc", "safe/etc");
    link("..", "safe/up");
    link("../outside/new.txt", "safe/dangling_out");
    link("sub/new.txt", "safe/dangling_in");
    link("second", "safe/first");
    link("third", "safe/second");
    link("../outside", "safe/third");
    link("loop", "safe/loop");
    link("/proc/self/root", "safe/root");
    link("../safe", "outside/back");
    link("safe", "linked");
    ASSERT_EQ(::mkfifo("outside/pipe", 0600), 0);
    ASSERT_EQ(::mkfifo("safe/pipe", 0600), 0);
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(place_);
  }

  static bool reaches(const Reach& reach, const fs::path& path, Reach::For purpose) {
    try {
      reach.resolve(path, purpose);
      return true;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kIo);
      return false;
    }
  }

  fs::path place_;
  fs::path before_;
};

TEST_F(ReachTest, WhatLeadsInMayBeOpened) {
  const Reach reach("safe");
  for (const char* path :
       {"safe/a.txt", "safe/./a.txt", "safe//a.txt", "./safe/a.txt", "safe/sub/../a.txt",
        "safe/sub/b.txt", "safe/sub/deep/../../a.txt", "safe/new.txt", "safe/new/er.txt",
        "safe/new/../a.txt", "safe/in/b.txt", "safe/in/../a.txt", "safe/in_file",
        "safe/dangling_in", "linked/a.txt", "outside/back/a.txt", "outside/../safe/a.txt",
        "safe/up/safe/a.txt", "safe/.hidden", "safe/...", "safe/..a", "safe/sub/", "safe/Ä 道.txt",
        "safe/a.txt/", "safe/pipe", "safe/out/back/a.txt"}) {
    EXPECT_TRUE(reaches(reach, path, kReading)) << path;
    EXPECT_TRUE(reaches(reach, path, kWriting)) << path;
    EXPECT_TRUE(reaches(reach, place_ / path, kReading)) << path;
  }
}

TEST_F(ReachTest, WhatLeadsOutMayNot) {
  const Reach reach("safe");
  const std::string nul("safe/a\0/../../../beside.txt", 27);
  for (const std::string path :
       {"beside.txt", "a.txt", ".", "..", "/", "", "safe/..", "safe/../beside.txt",
        "safe/sub/../../beside.txt", "safe/new/../../beside.txt", "safety/c.txt", "safe/../safety",
        "SAFE/a.txt", "Safe/a.txt", "safe\\..\\beside.txt", "outside/secret.txt", "safe/out",
        "safe/out/secret.txt", "safe/out/new.txt", "safe/out_file", "safe/etc/passwd", "safe/up",
        "safe/up/beside.txt", "safe/dangling_out", "safe/first", "safe/first/secret.txt",
        "safe/loop", "safe/loop/a.txt", "safe/root/etc/passwd", "safe/in/../../beside.txt",
        "linked/../beside.txt", "outside/back/../beside.txt", "safe/out/back/../beside.txt",
        "/etc/passwd", "/dev/null", "/dev/stdin", "/dev/stdout", "/dev/fd/0", "/proc/self/environ",
        "/proc/self/cwd/beside.txt", "outside/pipe", "~/a.txt", "file:///etc/passwd",
        "//etc/passwd"}) {
    EXPECT_FALSE(reaches(reach, path, kReading)) << path;
    EXPECT_FALSE(reaches(reach, path, kWriting)) << path;
    EXPECT_FALSE(reach.allows(path)) << path;
  }
  EXPECT_FALSE(reach.allows(nul));
  EXPECT_FALSE(reach.allows("safe/" + std::string(5000, 'x') + "/../../beside.txt"));
  EXPECT_TRUE(reach.allows("/proc/self/cwd/safe/a.txt"));
}

TEST_F(ReachTest, TheDirectoryItselfIsReadAndNeverReplaced) {
  const Reach reach("safe");
  for (const char* path : {"safe", "safe/", "safe/.", "safe/sub/..", "linked", "safe/up/safe"}) {
    EXPECT_TRUE(reaches(reach, path, kReading)) << path;
    EXPECT_FALSE(reaches(reach, path, kWriting)) << path;
  }
}

TEST_F(ReachTest, ThePathThatIsOpenedHasNoLinks) {
  const Reach reach("linked");
  EXPECT_EQ(reach.resolve("safe/in/../in_file", kReading), place_ / "safe" / "a.txt");
  EXPECT_EQ(reach.resolve("safe/dangling_in", kWriting), place_ / "safe" / "sub" / "new.txt");
  EXPECT_EQ(reach.resolve("outside/back/sub/", kReading), place_ / "safe" / "sub");
  EXPECT_EQ(Reach("/").resolve("/etc/../etc/passwd", kReading), "/etc/passwd");
}

TEST_F(ReachTest, TheErrorSaysWhereToGo) {
  try {
    Reach("safe").resolve("safe/out/secret.txt", kReading);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "'safe/out/secret.txt' leads to " +
                                   (place_ / "outside/secret.txt").string() + ": only files in " +
                                   (place_ / "safe").string() +
                                   " may be read and written; name one in there, or open the "
                                   "database with files_within (--safe) of another directory");
  }
}

TEST_F(ReachTest, ADirectoryThatIsNone) {
  for (const char* path : {"safe/a.txt", "nowhere", "", "safe/loop"})
    EXPECT_THROW(Reach{path}, Error) << path;
}

TEST_F(ReachTest, WithoutADirectoryPathsStayAsTheyAre) {
  const Reach reach;
  EXPECT_TRUE(reach.everywhere());
  for (const char* path : {"safe/../beside.txt", "/etc/passwd", "safe/out_file", "x//y/"})
    EXPECT_EQ(reach.resolve(path, kWriting), path);
}

}  // namespace
}  // namespace cupel::io
