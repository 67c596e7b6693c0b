#include <unistd.h>

#include <fstream>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

namespace fs = std::filesystem;

Error refused(const std::string& path, const Options& options = {}) {
  const Result<Database> database = Database::open(path, options);
  if (!database) return database.error();
  ADD_FAILURE() << path << " should not open";
  return {ErrorCode::kInternal, "no error"};
}

TEST(Open, MakesADirectoryAndFindsItAgain) {
  const Directory directory;
  {
    Session session = open(directory.path()).session();
    ASSERT_EQ(session.append_items(numbered_items(3)).value().added, 3U);
  }
  Options options;
  options.create = false;
  Session session = open(directory.path(), options).session();
  EXPECT_EQ(count(session, "FROM items"), 3);
}

TEST(Open, WithoutCreateAMissingDirectoryIsAnError) {
  const Directory directory;
  Options options;
  options.create = false;
  const Error error = refused(directory.path(), options);
  EXPECT_EQ(error.code(), ErrorCode::kIo);
  EXPECT_NE(error.message().find(directory.path()), std::string::npos);
  EXPECT_FALSE(fs::exists(directory.path()));
}

TEST(Open, ADirectoryOfSomethingElseIsRefusedAndLeftAlone) {
  const Directory directory;
  fs::create_directory(directory.path());
  directory.file("database/photo.png", "not yours");
  const Error error = refused(directory.path());
  EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
  EXPECT_NE(error.message().find("not a database"), std::string::npos);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()), 1);
}

TEST(Open, AFileIsNoDatabase) {
  const Directory directory;
  EXPECT_EQ(refused(directory.file("file", "x")).code(), ErrorCode::kUnsupported);
}

TEST(Open, ANewerFormatIsRefusedByItsNumber) {
  const Directory directory;
  open(directory.path());
  directory.file("database/CUPEL", "cupel database\n99\n00000000-0000-4000-8000-000000000000\n");
  const Error error = refused(directory.path());
  EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
  EXPECT_NE(error.message().find("99"), std::string::npos);
}

TEST(Open, InMemoryLeavesNoFileAndSharesNothing) {
  const Directory directory;
  const fs::path before = fs::current_path();
  fs::current_path(directory.path(""));
  {
    Session first = open().session();
    Session second = open().session();
    ASSERT_TRUE(first.append_items(numbered_items(2)).ok());
    EXPECT_EQ(count(second, "FROM items"), 0);
  }
  EXPECT_TRUE(fs::is_empty(directory.path("")));
  fs::current_path(before);
}

TEST(Open, OptionsThatCannotBe) {
  Options options;
  options.chunk_rows = 0;
  EXPECT_EQ(refused(":memory:", options).code(), ErrorCode::kConstraint);
  options.chunk_rows = 65537;
  EXPECT_EQ(refused(":memory:", options).code(), ErrorCode::kConstraint);
  options.chunk_rows = 1;
  EXPECT_TRUE(Database::open(":memory:", options).ok());
  options.threads = -1;
  EXPECT_EQ(refused(":memory:", options).code(), ErrorCode::kConstraint);
  options.threads = 1;
  options.memory_bytes = 1 << 20;
  const Error error = refused(":memory:", options);
  EXPECT_EQ(error.code(), ErrorCode::kLimit);
  EXPECT_NE(error.message().find("32 MiB"), std::string::npos);
}

TEST(Open, ChunkRowsAreFixedAtCreation) {
  const Directory directory;
  Options options;
  options.chunk_rows = 7;
  open(directory.path(), options);
  Session session = open(directory.path()).session();
  bool said = false;
  const Table stats = run(session, "SHOW STATS");
  for (size_t row = 0; row < stats.rows(); ++row)
    if (stats.value(row, 0) == Value("chunk_rows")) said = stats.value(row, 1) == Value(7);
  EXPECT_TRUE(said);
}

TEST(Open, ASecondWriterIsRefusedWithTheProcess) {
  const Directory directory;
  const Database first = open(directory.path());
  const Error error = refused(directory.path());
  EXPECT_EQ(error.code(), ErrorCode::kConflict);
  EXPECT_NE(error.message().find(std::to_string(getpid())), std::string::npos);
}

TEST(Open, SessionsKeepTheDatabaseOpen) {
  const Directory directory;
  std::optional<Session> session = open(directory.path()).session();
  ASSERT_TRUE(session->append_items(numbered_items(1)).ok());
  EXPECT_EQ(refused(directory.path()).code(), ErrorCode::kConflict);
  session.reset();
  EXPECT_TRUE(Database::open(directory.path()).ok());
}

TEST(Open, ReadOnlySeesAndChangesNothing) {
  const Directory directory;
  Options read_only;
  read_only.read_only = true;
  EXPECT_EQ(refused(directory.path(), read_only).code(), ErrorCode::kIo);
  {
    Session session = open(directory.path()).session();
    ASSERT_TRUE(session.append_items(numbered_items(4)).ok());
  }
  Session session = open(directory.path(), read_only).session();
  EXPECT_EQ(count(session, "FROM items"), 4);
  EXPECT_EQ(error_of(session, "CREATE SLICE s AS metadata.n > 1").code(), ErrorCode::kUnsupported);
  EXPECT_EQ(error_of(session, "BEGIN").code(), ErrorCode::kUnsupported);
  EXPECT_EQ(session.append_items(numbered_items(5)).error().code(), ErrorCode::kUnsupported);
  EXPECT_EQ(count(session, "FROM items"), 4);
}

TEST(Open, AReaderBesideAWriterSeesTheStateAsOfOpening) {
  const Directory directory;
  Session writer = open(directory.path()).session();
  ASSERT_TRUE(writer.append_items(numbered_items(4)).ok());
  Options read_only;
  read_only.read_only = true;
  Session reader = open(directory.path(), read_only).session();
  ASSERT_EQ(writer.append_items(numbered_items(9)).value().added, 5U);
  EXPECT_EQ(count(reader, "FROM items"), 4);
  EXPECT_EQ(count(writer, "FROM items"), 9);
  Session later = open(directory.path(), read_only).session();
  EXPECT_EQ(count(later, "FROM items"), 9);
}

}  // namespace
}  // namespace cupel::testing
