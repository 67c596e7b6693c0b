#include <atomic>
#include <thread>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

constexpr int kItems = 40;
constexpr int kBoxes = 200;

Database labelled(const std::string& path, uint32_t chunk_rows) {
  Options options;
  options.chunk_rows = chunk_rows;
  Database database = open(path, options);
  Session session = database.session();
  EXPECT_TRUE(session.append_items(numbered_items(kItems)).ok());
  std::vector<ObjectRow> rows;
  for (int i = 0; i < kBoxes; ++i) {
    rows.push_back(
        box("i" + std::to_string(i % kItems), i % 2 == 0 ? "car" : "bus", std::to_string(i)));
    rows.back().metadata.emplace_back("n", i);
  }
  EXPECT_TRUE(session.append_annotations(rows).ok());
  return database;
}

/// Asks one session four ways; labels move, sums stay.
void expect_whole(Session& session) {
  EXPECT_EQ(one(session, "SELECT sum(annotations.car + annotations.bus)").as_double(), kBoxes);
  EXPECT_EQ(one(session, "SELECT sum(annotations.count)").as_double(), kBoxes);
  EXPECT_EQ(count(session, "FROM annotations WHERE label IN (car, bus)"), kBoxes);
  const Table both = run(
      session, "SELECT count(label = car) AS cars, count(label = bus) AS buses FROM annotations");
  EXPECT_EQ(both.value(0, 0).as_int() + both.value(0, 1).as_int(), kBoxes);
}

TEST(Concurrency, ReadersSeeWholeCommitsWhileLabelsMove) {
  const Directory directory;
  const Database database = labelled(directory.path(), 16);
  std::atomic<bool> done{false};
  std::atomic<int> rounds{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 8; ++i)
    readers.emplace_back([&] {
      Session session = database.session();
      do {
        expect_whole(session);
        ++rounds;
      } while (!done);
    });
  Session writer = database.session();
  for (int step = 0; step < 60; ++step) {
    Parameters given;
    given.named["n"] = Value(step % 7);
    given.named["label"] = Value(step % 2 == 0 ? "bus" : "car");
    const Result<Table> moved =
        writer.execute("UPDATE annotations SET label = $label WHERE metadata.n % 7 = $n", given);
    EXPECT_TRUE(moved.ok()) << moved.error().message();
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GE(rounds.load(), 8);
  Session after = database.session();
  expect_whole(after);
}

TEST(Concurrency, WritersTakeTurns) {
  const Database database = open();
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w)
    writers.emplace_back([&, w] {
      Session session = database.session();
      for (int i = 0; i < 25; ++i) {
        ItemRow row;
        row.reference_id = std::to_string(w) + "-" + std::to_string(i);
        EXPECT_EQ(session.append_items(std::vector{row}).value().added, 1U);
      }
    });
  for (std::thread& writer : writers) writer.join();
  Session session = database.session();
  EXPECT_EQ(count(session, "FROM items"), 100);
}

TEST(Concurrency, ACursorReadsItsSnapshotToTheEnd) {
  const Database database = labelled(":memory:", 16);
  Session reader = database.session();
  Session writer = database.session();
  Result<Cursor> cursor = reader.run("SELECT label FROM annotations WHERE label = car");
  run(writer, "UPDATE annotations SET label = bus");
  size_t rows = 0;
  while (const std::optional<Batch> batch = cursor->next().value()) {
    rows += batch->rows;
    for (size_t row = 0; row < batch->rows; ++row) EXPECT_EQ(batch->columns[0].text(row), "car");
  }
  EXPECT_EQ(rows, kBoxes / 2U);
  EXPECT_EQ(count(reader, "FROM annotations WHERE label = car"), 0);
}

}  // namespace
}  // namespace cupel::testing
