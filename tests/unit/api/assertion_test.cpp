#include <atomic>
#include <thread>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

TEST(Assertion, TheErrorMarksTheComparisonThatFails) {
  Database database = open();
  Session session = database.session();
  ASSERT_TRUE(session.append_items(numbered_items(7)).ok());
  const std::string text =
      "ASSERT (SELECT count()) > 3 AND NOT ((SELECT max(metadata.n)) = 6 AND 1 < 2)";
  const Error error = error_of(session, text);
  EXPECT_EQ(error.code(), ErrorCode::kConstraint);
  ASSERT_TRUE(error.span());
  EXPECT_EQ(text.substr(error.span()->begin, error.span()->end - error.span()->begin),
            "NOT ((SELECT max(metadata.n)) = 6 AND 1 < 2)");
  EXPECT_EQ(error.message(),
            "the assertion does not hold: (SELECT count()) is 7, (SELECT max(metadata.n)) is 6, "
            "and NOT (6 = 6 AND 1 < 2) is false");
}

TEST(Assertion, IsARowForEachComparison) {
  Database database = open();
  Session session = database.session();
  ASSERT_TRUE(session.append_items(numbered_items(7)).ok());
  const Table table =
      run(session, "ASSERT (SELECT count()) BETWEEN 1 AND 9 OR (SELECT min(metadata.n)) > ?",
          Parameters{.named = {}, .positional = {Value(5)}});
  EXPECT_EQ(table.message, "assertion holds: 7 BETWEEN 1 AND 9 OR 0 > 5");
  EXPECT_EQ(table.noun, "comparisons");
  EXPECT_EQ(texts(table, 1), (std::vector<std::string>{"7 BETWEEN 1 AND 9", "0 > 5"}));
  EXPECT_EQ(texts(table, 2), (std::vector<std::string>{"true", "false"}));
}

/// Two queries of one assertion see the same commit, whatever happens between them.
TEST(Assertion, ReadsOneSnapshot) {
  const Directory directory;
  const Database database = open(directory.path());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    Session session = database.session();
    for (int i = 0; i < 150; ++i) {
      ItemRow row;
      row.reference_id = "w" + std::to_string(i);
      EXPECT_TRUE(session.append_items({&row, 1}).ok());
    }
    done = true;
  });
  Session session = database.session();
  do {
    const auto held = session.execute(
        "ASSERT (SELECT count()) = (SELECT count() WHERE reference_id IS NOT MISSING)");
    EXPECT_TRUE(held.ok()) << held.error().message();
  } while (!done);
  writer.join();
}

TEST(Assertion, SeesTheOpenTransaction) {
  Database database = open();
  Session session = database.session();
  ASSERT_TRUE(session.append_items(numbered_items(2)).ok());
  run(session, "BEGIN");
  run(session, "DELETE FROM items");
  run(session, "ASSERT (SELECT count()) = 0");
  run(session, "ROLLBACK");
  run(session, "ASSERT (SELECT count()) = 2");
}

TEST(Assertion, WarningsAreErrorsWhereTheDatabaseIsStrict) {
  Options options;
  options.strict = true;
  Database database = open(":memory:", options);
  Session session = database.session();
  ASSERT_TRUE(session.append_items(numbered_items(2)).ok());
  EXPECT_EQ(error_of(session, "ASSERT (SELECT count() WHERE annotations.ghost > 0) = 0").message(),
            "no annotation has label \"ghost\"");
}

}  // namespace
}  // namespace cupel::testing
