#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

namespace fs = std::filesystem;

/// A database whose statements reach no file outside of `safe`; beside that are files that they
/// would like to have.
class FilesWithinTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(directory.path("safe/images"));
    fs::create_directories(directory.path("images"));
    for (const char* where : {"", "safe/"}) {
      const std::string at(where);
      directory.file(at + "items.jsonl", "{\"reference_id\":\"i7\"}\n");
      directory.file(at + "names.txt", "cat\n");
    }
    Options options;
    options.files_within = directory.path("safe");
    database.emplace(open(":memory:", options));
    session.emplace(database->session());
    ASSERT_TRUE(session->append_items(numbered_items(2)).ok());
    run(*session, "CREATE SLICE s AS metadata.n >= 0");
  }

  std::string safe(const std::string& name) const { return directory.path("safe/" + name); }

  Directory directory;
  std::optional<Database> database;
  std::optional<Session> session;
};

TEST_F(FilesWithinTest, EveryStatementThatNamesAFileIsRefusedBeforeItRuns) {
  // FILE is inside; OUT, outside, is the one that is refused.
  for (const std::string pattern :
       {"IMPORT ITEMS FROM OUT", "IMPORT ANNOTATIONS FROM OUT FORMAT jsonl",
        "IMPORT PREDICTIONS FROM OUT AS RUN r", "EXPORT metadata.n = 0 TO OUT FORMAT ids",
        "REPORT metadata.n = 0 TO OUT", "REPORT metadata.n = 0 TO FILE IMAGES OUT",
        "IMPORT EMBEDDINGS FROM OUT AS e", "IMPORT EMBEDDINGS FROM FILE AS e IDS FROM OUT",
        "IMPORT PROBABILITIES FROM OUT AS p", "IMPORT PROBABILITIES FROM FILE AS p IDS FROM OUT",
        "IMPORT PROBABILITIES FROM FILE AS p CLASSES FROM OUT",
        "FIND LABEL ERRORS USING PROBABILITIES FROM OUT",
        "FIND LABEL ERRORS USING PROBABILITIES FROM FILE IDS FROM OUT",
        "FIND LABEL ERRORS USING PROBABILITIES FROM FILE CLASSES FROM OUT",
        "FIND LABEL ERRORS USING PROBABILITIES FROM FILE WITH COARSE LABELS OUT",
        "SEND SLICE s TO LABELING OUT PROJECT p",
        "SEND SLICE s TO LABELING FILE PROJECT p INSTRUCTIONS OUT",
        "IMPORT LABELING RESULTS FROM OUT"}) {
    std::string statement = pattern;
    const size_t at = statement.find("OUT");
    statement.replace(at, 3, "'" + directory.path("items.jsonl") + "'");
    if (const size_t file = statement.find("FILE"); file != std::string::npos)
      statement.replace(file, 4, "'" + safe("names.txt") + "'");
    const Error error = error_of(*session, statement);
    EXPECT_EQ(error.code(), ErrorCode::kIo) << statement;
    EXPECT_NE(error.message().find("only files in"), std::string::npos) << error.message();
    ASSERT_TRUE(error.span()) << statement;
    EXPECT_EQ(statement.substr(error.span()->begin, error.span()->end - error.span()->begin),
              "'" + directory.path("items.jsonl") + "'");
  }
  EXPECT_EQ(count(*session, "FROM items"), 2);
}

TEST_F(FilesWithinTest, InsideTheyRun) {
  EXPECT_EQ(run(*session, "IMPORT ITEMS FROM '" + safe("items.jsonl") + "'").value(0, 1), Value(1));
  run(*session, "EXPORT metadata.n >= 0 TO '" + safe("out.jsonl") + "'");
  run(*session, "REPORT metadata.n >= 0 TO '" + safe("out.html") + "' IMAGES '" + safe("images") +
                    "'");
  EXPECT_TRUE(fs::exists(safe("out.jsonl")));
  EXPECT_TRUE(fs::exists(safe("out.html")));
}

TEST_F(FilesWithinTest, ALinkThatLeadsOutIsNoWayToWrite) {
  fs::create_symlink("../new.jsonl", safe("link.jsonl"));
  fs::create_symlink("..", safe("up"));
  for (const char* name : {"link.jsonl", "up/new.jsonl", "up/safe/../new.jsonl"}) {
    const Error error = error_of(*session, "EXPORT metadata.n = 0 TO '" + safe(name) + "'");
    EXPECT_EQ(error.code(), ErrorCode::kIo) << error.message();
  }
  EXPECT_FALSE(fs::exists(directory.path("new.jsonl")));
  EXPECT_TRUE(fs::is_symlink(safe("link.jsonl")));
}

TEST_F(FilesWithinTest, TheDirectoryIsNotReplacedByWhatIsSent) {
  const Error error = error_of(*session, "SEND SLICE s TO LABELING '" + directory.path("safe") +
                                             "' PROJECT p");
  EXPECT_NE(error.message().find("is that directory"), std::string::npos) << error.message();
}

TEST_F(FilesWithinTest, PicturesThatDataNamesAreNotReadFromElsewhere) {
  const std::string png =
      "\x89PNG\r\n\x1a\n" + std::string("\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03", 16) + "secret";
  std::vector<ItemRow> items(3);
  items[0] = {"outside", directory.file("images/a.png", png), {}, {}, {}};
  items[1] = {"inside", directory.file("safe/images/a.png", png), {}, {}, {}};
  items[2] = {"linked", safe("images/link.png"), {}, {}, {}};
  fs::create_symlink("../../images/a.png", safe("images/link.png"));
  ASSERT_TRUE(session->append_items(items).ok());
  const Table table =
      run(*session, "REPORT reference_id IN (outside, inside, linked) TO '" + safe("r.html") + "'");
  EXPECT_EQ(table.value(0, 2), Value(1)) << table.message;
  std::ifstream page(safe("r.html"));
  const std::string text{std::istreambuf_iterator<char>(page), {}};
  EXPECT_NE(text.find("that may be read"), std::string::npos);
}

TEST_F(FilesWithinTest, ProgramsAskForTheirOwnFiles) {
  EXPECT_EQ(database->reachable(safe("images/../x.csv"), true).value(),
            fs::canonical(directory.path("safe")) / "x.csv");
  EXPECT_EQ(database->reachable(directory.path("x.csv"), true).error().code(), ErrorCode::kIo);
  EXPECT_EQ(open().reachable("/no/../where").value(), "/no/../where");
}

TEST(FilesWithin, ADirectoryThatIsNotThere) {
  const Directory directory;
  Options options;
  options.files_within = directory.path("none");
  const Result<Database> database = Database::open(":memory:", options);
  ASSERT_FALSE(database.ok());
  EXPECT_EQ(database.error().code(), ErrorCode::kIo);
}

}  // namespace
}  // namespace cupel::testing
