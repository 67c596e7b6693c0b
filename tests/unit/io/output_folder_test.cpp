#include "engine/io/output_folder.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "cupel/error.hpp"
#include "recording.hpp"

namespace cupel::io {
namespace {

namespace fs = std::filesystem;

class OutputFolderTest : public ::testing::Test {
 protected:
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(place_))
      names.push_back(entry.path().lexically_relative(place_).string());
    std::erase(names, "stranger");
    std::sort(names.begin(), names.end());
    return names;
  }
  static std::string complaint(const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      return std::string(to_string(error.code())) + ": " + error.message();
    }
    return "none";
  }

  const ScratchFile scratch_{"stranger", ""};
  const fs::path place_ = scratch_.folder();
};

using Texts = std::vector<std::string>;

TEST_F(OutputFolderTest, AppearsWhenComplete) {
  OutputFolder folder(place_ / "out/", "the labels");
  folder.write("a/b/c.txt", "c");
  folder.write("a/d.txt", "");
  EXPECT_FALSE(fs::exists(place_ / "out"));
  folder.publish();
  EXPECT_EQ(names(), (Texts{"out", "out/a", "out/a/b", "out/a/b/c.txt", "out/a/d.txt"}));
  std::ifstream file(place_ / "out/a/b/c.txt");
  EXPECT_EQ((std::stringstream() << file.rdbuf()).str(), "c");
}

TEST_F(OutputFolderTest, LeavesNothingBehindUnlessPublished) {
  { OutputFolder(place_ / "out", "the labels").write("a.txt", "a"); }
  EXPECT_EQ(names(), Texts{});
}

TEST_F(OutputFolderTest, ReplacesNothing) {
  const std::string out = (place_ / "out").string();
  OutputFolder folder(out, "the labels");
  folder.check_free();
  folder.write("a.txt", "a");
  fs::create_directory(out);  // empty, which a plain rename would replace
  const std::string taken = "conflict: " + out +
                            " is there already: name a directory that does "
                            "not exist";
  EXPECT_EQ(complaint([&] { folder.check_free(); }), taken);
  EXPECT_EQ(complaint([&] { folder.publish(); }), taken);
  EXPECT_TRUE(fs::is_empty(out));
}

TEST_F(OutputFolderTest, AFileIsWrittenOnce) {
  OutputFolder folder(place_ / "out", "the labels");
  folder.write("a.txt", "a");
  EXPECT_EQ(complaint([&] { folder.write("a.txt", "b"); }),
            "io: cannot write " + (place_ / "out/a.txt").string() + ": File exists");
}

TEST_F(OutputFolderTest, NeedsANameAndAFolderToStandIn) {
  EXPECT_EQ(complaint([] { OutputFolder("/", "the labels"); }),
            "io: cannot write /: name a new directory for the labels");
  EXPECT_EQ(complaint([] { OutputFolder("..", "the labels"); }),
            "io: cannot write ..: name a new directory for the labels");
  const std::string lost = (place_ / "no/out").string();
  EXPECT_EQ(complaint([&] { OutputFolder(lost, "the labels"); }),
            "io: cannot make " + lost + ": No such file or directory");
}

}  // namespace
}  // namespace cupel::io
