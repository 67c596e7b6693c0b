#include <atomic>
#include <thread>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

/// Calls interrupt again and again until it is destroyed: a call that comes before the statement
/// has begun is lost by contract.
class Interrupter {
 public:
  explicit Interrupter(Session& session)
      : thread_([this, &session] {
          while (!done_) {
            session.interrupt();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
          }
        }) {}
  ~Interrupter() {
    done_ = true;
    thread_.join();
  }
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

std::string item_lines(size_t rows) {
  std::string lines;
  for (size_t i = 0; i < rows; ++i)
    lines += "{\"reference_id\":\"item-" + std::to_string(i) +
             "\",\"metadata\":{\"n\":" + std::to_string(i) + ",\"text\":\"some words about " +
             std::to_string(i % 97) + "\"}}\n";
  return lines;
}

Database filled(size_t rows, const Options& options = {}) {
  Database database = open(":memory:", options);
  Session session = database.session();
  EXPECT_EQ(session.append_items(numbered_items(rows)).value().added, rows);
  return database;
}

/// Many chunks and a condition that must look at each row.
constexpr std::string_view kLongQuery =
    "SELECT reference_id, metadata.n WHERE metadata.n % 7 + metadata.n % 11 + metadata.n % 13 >= 0 "
    "ORDER BY metadata.n % 1009 DESC, reference_id";

TEST(Interrupt, EndsAQueryAndTheSessionGoesOn) {
  Options options;
  options.chunk_rows = 64;
  const Database database = filled(60'000, options);
  Session session = database.session();
  {
    const Interrupter interrupter(session);
    const Result<Table> table = session.execute(kLongQuery);
    ASSERT_FALSE(table.ok());
    EXPECT_EQ(table.error().code(), ErrorCode::kInterrupted);
  }
  EXPECT_EQ(count(session, "FROM items"), 60'000);
}

TEST(Interrupt, EndsACursorBetweenBatches) {
  Options options;
  options.chunk_rows = 64;
  const Database database = filled(6'000, options);
  Session session = database.session();
  Result<Cursor> cursor = session.run("SELECT metadata.n");
  ASSERT_TRUE(cursor->next().value().has_value());
  session.interrupt();
  Result<std::optional<Batch>> batch = cursor->next();
  while (batch.ok() && batch->has_value()) batch = cursor->next();
  ASSERT_FALSE(batch.ok());
  EXPECT_EQ(batch.error().code(), ErrorCode::kInterrupted);
  EXPECT_EQ(count(session, "FROM items"), 6'000);
}

TEST(Interrupt, EndsAnImportThatLeavesNothing) {
  const Directory directory;
  const std::string file = directory.file("items.jsonl", item_lines(200'000));
  const Database database = open(directory.path());
  Session session = database.session();
  {
    const Interrupter interrupter(session);
    EXPECT_EQ(error_of(session, "IMPORT ITEMS FROM '" + file + "'").code(),
              ErrorCode::kInterrupted);
  }
  EXPECT_EQ(count(session, "FROM items"), 0);
}

TEST(Interrupt, FromTheProgressOfALargeImport) {
  const Directory directory;
  const std::string file = directory.file("items.jsonl", item_lines(200'000));
  std::optional<Session> session = open(directory.path()).session();
  session->on_progress([&](const Progress& progress) {
    if (progress.done > progress.total / 3) session->interrupt();
  });
  EXPECT_EQ(error_of(*session, "IMPORT ITEMS FROM '" + file + "'").code(), ErrorCode::kInterrupted);
  session->on_progress({});
  EXPECT_EQ(count(*session, "FROM items"), 0);
  EXPECT_EQ(run(*session, "IMPORT ITEMS FROM '" + file + "'").value(0, 1), Value(200'000));
  EXPECT_EQ(count(*session, "WHERE metadata.n >= 0"), 200'000);
  session.reset();
  EXPECT_TRUE(check(directory.path()).value().empty());
}

TEST(Interrupt, EndsAnAppendAndAnUpdate) {
  const Database database = filled(1);
  Session session = database.session();
  const std::vector<ItemRow> rows = numbered_items(120'000);
  {
    const Interrupter interrupter(session);
    EXPECT_EQ(session.append_items(rows).error().code(), ErrorCode::kInterrupted);
  }
  EXPECT_EQ(count(session, "FROM items"), 1);
  ASSERT_TRUE(session.append_items(rows).ok());
  {
    const Interrupter interrupter(session);
    EXPECT_EQ(error_of(session,
                       "UPDATE items SET metadata.n = -1 - metadata.n % 3 WHERE "
                       "metadata.n >= 0")
                  .code(),
              ErrorCode::kInterrupted);
  }
  EXPECT_EQ(count(session, "WHERE metadata.n < 0"), 0);
}

TEST(Interrupt, EndsTheWaitForAnotherWriter) {
  const Database database = filled(3);
  Session holder = database.session();
  Session waiting = database.session();
  run(holder, "BEGIN");
  {
    const Interrupter interrupter(waiting);
    EXPECT_EQ(error_of(waiting, "BEGIN").code(), ErrorCode::kInterrupted);
    EXPECT_EQ(error_of(waiting, "DELETE FROM items WHERE metadata.n = 0").code(),
              ErrorCode::kInterrupted);
  }
  waiting.set_time_limit(0.01);
  EXPECT_EQ(error_of(waiting, "BEGIN").code(), ErrorCode::kLimit);
  EXPECT_FALSE(waiting.in_transaction());
  run(holder, "COMMIT");
  waiting.set_time_limit(0);
  run(waiting, "DELETE FROM items WHERE metadata.n = 0");
  EXPECT_EQ(count(waiting, "FROM items"), 2);
}

TEST(Interrupt, BetweenStatementsIsForgotten) {
  Session session = open().session();
  session.interrupt();
  EXPECT_EQ(count(session, "FROM items"), 0);
}

TEST(TimeLimit, EndsAStatementWithALimit) {
  Options options;
  options.chunk_rows = 64;
  const Database database = filled(60'000, options);
  Session session = database.session();
  session.set_time_limit(1e-6);
  const Error error = error_of(session, kLongQuery);
  EXPECT_EQ(error.code(), ErrorCode::kLimit);
  EXPECT_NE(error.message().find("time limit"), std::string::npos);
  session.set_time_limit(0);
  EXPECT_EQ(run(session, kLongQuery).rows(), 60'000U);
}

TEST(TimeLimit, UndoesAnImport) {
  const Directory directory;
  const std::string file = directory.file("items.jsonl", item_lines(100'000));
  Session session = open().session();
  session.set_time_limit(1e-3);
  EXPECT_EQ(error_of(session, "IMPORT ITEMS FROM '" + file + "'").code(), ErrorCode::kLimit);
  session.set_time_limit(0);
  EXPECT_EQ(count(session, "FROM items"), 0);
}

TEST(MemoryBudget, AStatementThatNeedsMoreSaysSo) {
  const Directory directory;
  {
    Session writer = open(directory.path()).session();
    std::vector<ItemRow> rows = numbered_items(200'000);
    for (ItemRow& row : rows)
      row.metadata.emplace_back("text", std::string(150, 'x') + row.reference_id);
    ASSERT_TRUE(writer.append_items(rows).ok());
  }
  Options options;
  options.memory_bytes = size_t{32} << 20;
  Session session = open(directory.path(), options).session();
  std::string many_keys = "SELECT reference_id ORDER BY metadata.n % 2";
  for (int i = 3; i < 20; ++i) many_keys += ", metadata.n % " + std::to_string(i);
  const Error error = error_of(session, many_keys);
  EXPECT_EQ(error.code(), ErrorCode::kLimit);
  EXPECT_NE(error.message().find("MiB"), std::string::npos);
  EXPECT_NE(error.message().find("raise the memory budget"), std::string::npos);
  EXPECT_EQ(error_of(session, "SELECT metadata.text, count() GROUP BY metadata.text").code(),
            ErrorCode::kLimit);
  EXPECT_EQ(run(session, "SELECT reference_id ORDER BY metadata.text DESC LIMIT 3").rows(), 3U);
  EXPECT_EQ(count(session, "WHERE metadata.text LIKE 'x%'"), 200'000);
}

TEST(Progress, GrowsDuringAnImport) {
  const Directory directory;
  const std::string lines = item_lines(200'000);
  const std::string file = directory.file("items.jsonl", lines);
  Session session = open().session();
  std::vector<uint64_t> done;
  const std::thread::id here = std::this_thread::get_id();
  session.on_progress([&](const Progress& progress) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_EQ(progress.what, "import");
    EXPECT_EQ(progress.unit, "bytes");
    EXPECT_EQ(progress.total, lines.size());
    done.push_back(progress.done);
  });
  run(session, "IMPORT ITEMS FROM '" + file + "'");
  ASSERT_FALSE(done.empty());
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_LE(done.back(), lines.size());
}

}  // namespace
}  // namespace cupel::testing
