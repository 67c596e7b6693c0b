// Which directories SEND may put its tasks in place of, after crashes, copies and new beginnings.

#include <algorithm>
#include <filesystem>

#include "storage/durable_file.hpp"
#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

namespace fs = std::filesystem;

class SendingsTest : public ::testing::Test {
 protected:
  SendingsTest() { make(); }

  std::string database() const { return directory_.path(); }
  std::string tasks() const { return directory_.path("tasks"); }
  std::string mark() const { return tasks() + "/unfinished.txt"; }

  /// A database with a slice of two labelled items.
  void make() const {
    Database made = open(database());
    Session session = made.session();
    session.append_items(numbered_items(2)).value();
    std::vector<ObjectRow> labels{box("i0", "cat"), box("i1", "dog")};
    for (ObjectRow& label : labels) {
      label.type = "category";
      label.taxonomy = "pet";
    }
    session.append_annotations(labels).value();
    run(session, "CREATE SLICE both AS metadata.n >= 0");
  }
  Table run_in_it(const std::string& statement) const {
    Database opened = open(database());
    Session session = opened.session();
    return run(session, statement);
  }
  std::string send() const {
    return "SEND SLICE both TO LABELING '" + tasks() + "' PROJECT pets AGAIN";
  }
  std::string refusal() const {
    Database opened = open(database());
    Session session = opened.session();
    return error_of(session, send()).message();
  }
  std::string taken() const {
    return tasks() + " is there already: name a directory that does not exist";
  }
  void copy(const std::string& from, const std::string& to) const {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
  }
  /// As a crash right before the mark is taken away leaves the directory.
  void mark_again() const { directory_.file("tasks/unfinished.txt", "x"); }
  int64_t projects() const { return static_cast<int64_t>(run_in_it("SHOW PROJECTS").rows()); }

  Directory directory_;
};

TEST_F(SendingsTest, ACommittedSendingHasNoMark) {
  run_in_it(send());
  EXPECT_TRUE(fs::exists(tasks() + "/manifest.json"));
  EXPECT_FALSE(fs::exists(mark()));
  EXPECT_EQ(refusal(), taken());
}

TEST_F(SendingsTest, WhatACrashLeftBeforeTheCommitIsSetAside) {
  copy(database(), directory_.path("before"));
  run_in_it(send());
  copy(directory_.path("before"), database());
  mark_again();
  EXPECT_EQ(projects(), 0);
  EXPECT_EQ(run_in_it(send()).message,
            "2 tasks in 1 batch of project 'pets'; what a sending that was cut off had left there "
            "is now " +
                tasks() + ".left-1");
  EXPECT_TRUE(fs::exists(tasks() + ".left-1/batch-001.jsonl"));
  EXPECT_FALSE(fs::exists(mark()));
  EXPECT_EQ(projects(), 1);
}

TEST_F(SendingsTest, WhatACrashLeftAfterTheCommitStaysAndLosesItsMark) {
  run_in_it(send());
  mark_again();
  EXPECT_EQ(refusal(), taken());
  EXPECT_FALSE(fs::exists(mark()));
  mark_again();
  const std::string answers =
      directory_.file("a.jsonl", R"({"task_id":"pets-000001","label":"cat"})");
  run_in_it("IMPORT LABELING RESULTS FROM '" + answers + "'");
  EXPECT_FALSE(fs::exists(mark()));
  mark_again();
  run_in_it("DROP PROJECT pets");
  EXPECT_FALSE(fs::exists(mark()));
  EXPECT_EQ(refusal(), taken());
}

TEST_F(SendingsTest, ADroppedProjectsSendingIsNoLeftover) {
  run_in_it(send());
  run_in_it("DROP PROJECT pets");
  mark_again();
  EXPECT_EQ(refusal(), taken());
}

TEST_F(SendingsTest, ACopyFromBeforeReplacesNothingThatWasSent) {
  copy(database(), directory_.path("before"));
  run_in_it(send());
  const std::string manifest = storage::read_file(tasks() + "/manifest.json");
  copy(directory_.path("before"), database());
  EXPECT_EQ(projects(), 0);
  EXPECT_EQ(refusal(), taken());
  EXPECT_EQ(storage::read_file(tasks() + "/manifest.json"), manifest);
}

TEST_F(SendingsTest, ADatabaseMadeAnewHasNoLeftovers) {
  run_in_it(send());
  fs::remove_all(database());
  make();
  EXPECT_EQ(refusal(), taken());
  mark_again();
  EXPECT_EQ(refusal(), taken());
  EXPECT_TRUE(fs::exists(mark()));
}

TEST_F(SendingsTest, AnotherDirectoryOfNamesChangesNothing) {
  // Marked directories are found wherever the program is started.
  const fs::path before = fs::current_path();
  fs::current_path(directory_.path(""));
  run_in_it("SEND SLICE both TO LABELING 'tasks' PROJECT pets");
  fs::current_path(before);
  mark_again();
  run_in_it("DROP PROJECT pets");
  EXPECT_FALSE(fs::exists(mark()));
}

}  // namespace
}  // namespace cupel::testing
