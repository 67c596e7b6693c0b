#include "cli/demo/demo.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "cupel/error.hpp"
#include "source_dir.hpp"

namespace cupel::demo {
namespace {

namespace fs = std::filesystem;

/// Every file below a directory with its bytes.
std::map<std::string, std::string> contents(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().lexically_relative(directory).string()] =
        std::string(std::istreambuf_iterator<char>(in), {});
  }
  return files;
}

class Demo : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "cupel-demo-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  fs::path root_;
};

ErrorCode code_of(const DemoOptions& options) {
  try {
    generate(options);
  } catch (const Error& error) {
    EXPECT_FALSE(error.message().empty());
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::kInternal;
}

TEST_F(Demo, SameSeedGivesSameBytes) {
  generate({root_ / "a", 60, 7});
  generate({root_ / "b", 60, 7});
  generate({root_ / "c", 60, 8});
  const auto a = contents(root_ / "a");
  EXPECT_EQ(a.size(), 60U + 10);
  EXPECT_EQ(a, contents(root_ / "b"));
  const auto c = contents(root_ / "c");
  for (const char* name : {"images/000000.png", "items.jsonl", "annotations.jsonl",
                           "predictions.jsonl", "embeddings.npy", "planted.json"}) {
    EXPECT_NE(a.at(name), c.at(name)) << name;
  }
}

TEST_F(Demo, WritesItsOwnDirectoryAnew) {
  generate({root_ / "once", 30, 3});
  generate({root_ / "twice", 50, 4});
  generate({root_ / "twice", 30, 3});
  EXPECT_EQ(contents(root_ / "once"), contents(root_ / "twice"));
}

TEST_F(Demo, RefusesWhatItCannotDo) {
  std::ofstream(root_ / "precious.txt") << "mine";
  EXPECT_EQ(code_of({root_, 5, 1}), ErrorCode::kIo);
  EXPECT_EQ(code_of({root_ / "precious.txt", 5, 1}), ErrorCode::kIo);
  EXPECT_EQ(code_of({root_ / "precious.txt" / "below", 5, 1}), ErrorCode::kIo);
  EXPECT_EQ(code_of({root_ / "new", 0, 1}), ErrorCode::kConstraint);
  EXPECT_EQ(code_of({root_ / "new", 1000001, 1}), ErrorCode::kLimit);
  EXPECT_EQ(contents(root_), (std::map<std::string, std::string>{{"precious.txt", "mine"}}));
}

TEST_F(Demo, AFewImagesDo) {
  for (const uint32_t images : {1U, 2U, 3U}) {
    const DemoSummary summary = generate({root_ / std::to_string(images), images, 1});
    EXPECT_EQ(summary.images, images);
  }
}

TEST_F(Demo, ReportsProgressAndEndsWhenItThrows) {
  uint64_t calls = 0;
  generate({root_ / "a", 5, 1}, [&](uint64_t done, uint64_t total) {
    EXPECT_EQ(done, ++calls);
    EXPECT_EQ(total, 5U);
  });
  EXPECT_EQ(calls, 5U);
  const auto interrupt = [](uint64_t done, uint64_t) {
    if (done == 2) throw Error(ErrorCode::kInterrupted, "enough");
  };
  EXPECT_THROW(generate({root_ / "b", 5, 1}, interrupt), Error);
  EXPECT_FALSE(fs::exists(root_ / "b" / "planted.json"));
  EXPECT_EQ(generate({root_ / "b", 5, 1}).images, 5U);
}

/// The files against each other and against planted.json: see check_demo.py, which names every
/// rule. The summary's counts are handed over so that they are checked as well.
TEST_F(Demo, WhatIsPlantedIsInTheFiles) {
  const DemoSummary summary = generate({root_ / "street", 800, 11});
  EXPECT_EQ(summary.images, 800U);
  EXPECT_GT(summary.missed_objects, 0U);
  EXPECT_GT(summary.false_positives, 0U);
  EXPECT_GT(summary.unlabelled_police_cars, 0U);
  std::ofstream(root_ / "summary.txt")
      << "annotations " << summary.annotations << "\npredictions " << summary.predictions
      << "\nsmall_predictions " << summary.small_predictions << "\nunlabelled_images "
      << summary.unlabelled_images << "\nmislabelled_images " << summary.mislabelled_images
      << "\nmislabelled_boxes " << summary.mislabelled_boxes << "\nmissed_objects "
      << summary.missed_objects << "\nfalse_positives " << summary.false_positives
      << "\nnear_duplicates " << summary.near_duplicates << "\nunlabelled_police_cars "
      << summary.unlabelled_police_cars << "\n";
  const std::string command = "python3 '" CUPEL_SOURCE_DIR "/tests/unit/demo/check_demo.py' '" +
                              (root_ / "street").string() + "' '" +
                              (root_ / "summary.txt").string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0) << "check_demo.py printed what does not hold";
}

}  // namespace
}  // namespace cupel::demo
