#include <atomic>
#include <cstdlib>
#include <thread>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

constexpr int kItems = 40;
constexpr int kBoxes = 200;
constexpr int kReaders = 8;

/// How often labels move; CUPEL_ROUNDS makes it longer.
int rounds() {
  const char* const text = std::getenv("CUPEL_ROUNDS");
  return text == nullptr ? 30 : std::atoi(text);
}

/// As many cars as buses, which the writer swaps: box n with box n ^ 1.
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
    rows.back().metadata.emplace_back("pair", i / 2);
  }
  EXPECT_TRUE(session.append_annotations(rows).ok());
  std::vector<float> vectors;
  for (int i = 0; i < kItems * 4; ++i) vectors.push_back(static_cast<float>(i * i % 17 + 1));
  EXPECT_TRUE(session.append_embeddings("looks", {}, 4, vectors).ok());
  run(session, "CREATE LIVE SLICE cars AS FROM annotations WHERE label = car");
  run(session, "CREATE SLICE half AS FROM annotations WHERE metadata.pair < 50");
  return database;
}

/// Swaps the labels of some pairs, in three statements that nobody may see apart.
void swap_labels(Session& session, int step) {
  Parameters given;
  given.named["step"] = Value(step % 7);
  const std::string some = " AND metadata.pair % 7 = $step";
  run(session, "BEGIN");
  run(session, "UPDATE annotations SET label = moved WHERE label = car" + some, given);
  run(session, "UPDATE annotations SET label = car WHERE label = bus" + some, given);
  run(session, "UPDATE annotations SET label = bus WHERE label = moved" + some, given);
  run(session, "COMMIT");
}

int64_t generation(Session& session) {
  const Table stats = run(session, "SHOW STATS");
  for (size_t row = 0; row < stats.rows(); ++row)
    if (stats.value(row, 0) == Value("generation")) return stats.value(row, 1).as_int();
  return -1;
}

/// Asks in many ways; labels move, sums stay.
void expect_whole(Session& session) {
  const Table groups = run(
      session, "SELECT label, count() FROM annotations GROUP BY label ORDER BY label");
  EXPECT_EQ(texts(groups), (std::vector<std::string>{"bus", "car"}));
  EXPECT_EQ(texts(groups, 1), (std::vector<std::string>{"100", "100"}));
  EXPECT_EQ(one(session, "SELECT sum(annotations.car)").as_double(), kBoxes / 2);
  EXPECT_EQ(one(session, "SELECT sum(annotations.car + annotations.bus)").as_double(), kBoxes);
  EXPECT_EQ(count(session, "FROM annotations WHERE label IN (car, bus)"), kBoxes);
  EXPECT_EQ(count(session, "FROM annotations WHERE slice = cars"), kBoxes / 2);
  EXPECT_EQ(count(session, "FROM annotations WHERE slice = half"), kBoxes / 2);
  const Table near = run(session, "SELECT reference_id WHERE annotations.count > 0 "
                                  "ORDER BY similarity(\"i3\", embedding = looks) DESC "
                                  "LIMIT 5");
  EXPECT_EQ(near.rows(), 5U);
}

TEST(Concurrency, ReadersSeeWholeCommitsWhileLabelsMove) {
  const Directory directory;
  const Database database = labelled(directory.path(), 16);
  std::atomic<bool> done{false};
  std::atomic<int> asked{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i)
    readers.emplace_back([&] {
      Session session = database.session();
      int64_t last = 0;
      do {
        const int64_t before = generation(session);
        expect_whole(session);
        EXPECT_GE(before, last);
        last = generation(session);
        EXPECT_GE(last, before);
        ++asked;
      } while (!done && !::testing::Test::HasFailure());
    });
  Session writer = database.session();
  const int64_t begun = generation(writer);
  for (int step = 0; step < rounds(); ++step) swap_labels(writer, step);
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(generation(writer), begun + rounds());
  EXPECT_GE(asked.load(), kReaders);
  expect_whole(writer);
}

TEST(Concurrency, DatabasesOpenedBesideAWriterSeeWholeCommits) {
  const Directory directory;
  const Database database = labelled(directory.path(), 16);
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&] {
      Options read_only;
      read_only.read_only = true;
      int64_t last = 0;
      do {
        const Result<Database> beside = Database::open(directory.path(), read_only);
        ASSERT_TRUE(beside.ok()) << beside.error().message();
        Session session = beside.value().session();
        expect_whole(session);
        const int64_t now = generation(session);
        EXPECT_GE(now, last);
        last = now;
      } while (!done && !::testing::Test::HasFailure());
    });
  Session writer = database.session();
  for (int step = 0; step < rounds() / 3; ++step) {
    swap_labels(writer, step);
    // Vectors go into tables of their own, and lists of tables change.
    const std::vector<float> vectors(kItems * 4, static_cast<float>(step + 1));
    EXPECT_TRUE(writer.append_embeddings("more", {}, 4, vectors, "items", {}, true).ok());
    if (step % 2 == 1) run(writer, "DROP EMBEDDINGS more");
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  expect_whole(writer);
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
