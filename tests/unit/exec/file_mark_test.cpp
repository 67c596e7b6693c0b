#include "engine/exec/file_mark.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <set>

#include "cupel/error.hpp"

namespace cupel::exec {
namespace {

namespace fs = std::filesystem;

class FileMarkTest : public testing::Test {
 protected:
  FileMarkTest()
      : path_(fs::temp_directory_path() / ("cupel-file-mark-" + std::to_string(::getpid()))) {}
  ~FileMarkTest() override { fs::remove(path_); }

  /// Each writing is an hour after the one before.
  void write(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    touch();
  }
  void touch() {
    moment_ += std::chrono::hours(1);
    fs::last_write_time(path_, moment_);
  }
  FileState state(const std::string& mark) const { return state_of_file(path_, mark, {}); }

  fs::path path_;
  fs::file_time_type moment_ = fs::file_time_type::clock::now();
};

TEST_F(FileMarkTest, OnlyOtherBytesAreAChange) {
  const std::string bytes(1000, 'a');
  write(bytes);
  const std::string mark = mark_file(path_, {});
  EXPECT_EQ(state(mark), FileState::kSame);
  touch();
  EXPECT_EQ(state(mark), FileState::kSame);
  write(bytes + "a");
  EXPECT_EQ(state(mark), FileState::kChanged);
  write(bytes);
  EXPECT_EQ(state(mark), FileState::kSame);
  fs::remove(path_);
  EXPECT_EQ(state(mark), FileState::kGone);
}

TEST_F(FileMarkTest, EveryByteCounts) {
  std::string bytes(203, 'a');
  write(bytes);
  std::set<std::string> sums;
  const auto add = [&] {
    const std::string mark = mark_file(path_, {});
    sums.insert(mark.substr(mark.rfind(':')));
  };
  add();
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = 'b';
    write(bytes);
    add();
    bytes[i] = 'a';
  }
  EXPECT_EQ(sums.size(), bytes.size() + 1);
  // And so does the order of words.
  write(std::string(8, 'x') + std::string(24, 'y'));
  add();
  write(std::string(8, 'y') + std::string(8, 'x') + std::string(16, 'y'));
  add();
  EXPECT_EQ(sums.size(), bytes.size() + 3);
}

TEST_F(FileMarkTest, WhatIsNoMarkIsAChange) {
  write("some bytes");
  for (const char* mark : {"", ":", "10::", "x", "10:0:0", "10:0:00000000000000zz"})
    EXPECT_EQ(state(mark), FileState::kChanged) << mark;
}

TEST_F(FileMarkTest, MarkingCanBeStopped) {
  write("some bytes");
  EXPECT_THROW(mark_file(path_, [] { throw Error(ErrorCode::kInterrupted, "stopped"); }), Error);
  EXPECT_THROW(mark_file(path_.string() + "-not", {}), Error);
}

}  // namespace
}  // namespace cupel::exec
