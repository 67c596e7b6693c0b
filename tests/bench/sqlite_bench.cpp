/// SQLite's side of tests/bench/compare, through its own C interface:
///
///     sqlite_bench import DATA DATABASE    makes the database; seconds as JSON
///     sqlite_bench ask DATABASE RUNS       statements from standard input, like statements_bench
///     sqlite_bench write DATABASE          upserts, single rows, look-ups
///
/// Boxes are clustered by image, counts stand beside the images, every question has its index.
/// Lines of JSON are taken apart by SQLite's own functions.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/rows_digest.hpp"
#include "tests/bench/timed_runs.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

class Statement {
 public:
  Statement(sqlite3* database, std::string_view text) : database_(database) {
    check(sqlite3_prepare_v2(database, text.data(), static_cast<int>(text.size()), &statement_,
                             nullptr));
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int place, std::string_view text) {
    check(sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()),
                            SQLITE_STATIC));
  }
  void bind(int place, double number) { check(sqlite3_bind_double(statement_, place, number)); }
  /// Whether there is a row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) check(code);
    return code == SQLITE_ROW;
  }
  void run() {
    while (step()) continue;
    sqlite3_reset(statement_);
  }
  void reset() { sqlite3_reset(statement_); }
  sqlite3_stmt* get() const noexcept { return statement_; }

 private:
  void check(int code) {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_));
  }
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

class Database {
 public:
  explicit Database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK)
      throw std::runtime_error("cannot open " + path);
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA cache_size = -1000000");
    run("PRAGMA mmap_size = 8000000000");
    run("PRAGMA temp_store = MEMORY");
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  void run(std::string_view text) { Statement(database_, text).run(); }
  sqlite3* get() const noexcept { return database_; }

 private:
  sqlite3* database_ = nullptr;
};

constexpr std::string_view kTables[] = {
    R"(CREATE TABLE items (item INTEGER PRIMARY KEY, reference_id TEXT, image_location TEXT,
       width INTEGER, height INTEGER, sequence INTEGER, frame_number INTEGER, weather TEXT,
       scene TEXT, timeofday TEXT, speed REAL, timestamp INTEGER, mislabel_score REAL,
       n_boxes INTEGER, n_car INTEGER, n_pedestrian INTEGER))",
    "CREATE UNIQUE INDEX by_reference_id ON items (reference_id)",
    R"(CREATE TABLE boxes (item INTEGER, n INTEGER, label TEXT, annotation_id TEXT, x REAL, y REAL,
       w REAL, h REAL, occluded INTEGER, truncated INTEGER, color TEXT, potential_mislabel INTEGER,
       PRIMARY KEY (item, n)) WITHOUT ROWID)",
    R"(CREATE TABLE predictions (item INTEGER, n INTEGER, label TEXT, confidence REAL, x REAL,
       y REAL, w REAL, h REAL, PRIMARY KEY (item, n)) WITHOUT ROWID)"};

constexpr std::string_view kItem =
    R"(INSERT INTO items SELECT ?2, ?1->>'reference_id', ?1->>'image_location', ?1->>'width',
       ?1->>'height', ?1->>'$.metadata.sequence', ?1->>'$.metadata.frame_number',
       ?1->>'$.metadata.weather', ?1->>'$.metadata.scene', ?1->>'$.metadata.timeofday',
       ?1->>'$.metadata.speed', ?1->>'$.metadata.timestamp', ?1->>'$.metadata.mislabel_score',
       0, 0, 0)";
constexpr std::string_view kBox =
    R"(INSERT INTO boxes SELECT (SELECT item FROM items WHERE reference_id = ?1->>'reference_id'),
       ?2, ?1->>'label', ?1->>'annotation_id', ?1->>'$.geometry.x', ?1->>'$.geometry.y',
       ?1->>'$.geometry.width', ?1->>'$.geometry.height', ?1->>'$.metadata.occluded',
       ?1->>'$.metadata.truncated', ?1->>'$.metadata.trafficLightColor',
       ?1->>'$.metadata.potential_mislabel')";
constexpr std::string_view kPrediction =
    R"(INSERT INTO predictions SELECT (SELECT item FROM items WHERE
       reference_id = ?1->>'reference_id'), ?2, ?1->>'label', ?1->>'confidence',
       ?1->>'$.geometry.x', ?1->>'$.geometry.y', ?1->>'$.geometry.width', ?1->>'$.geometry.height')";

/// Counts beside the images, and for every question the index that an expert would make for it.
constexpr std::string_view kIndexes[] = {
    R"(UPDATE items SET (n_boxes, n_car, n_pedestrian) = (SELECT count(*), sum(label = 'car'),
       sum(label = 'pedestrian') FROM boxes WHERE boxes.item = items.item HAVING count(*) > 0)
       WHERE item IN (SELECT item FROM boxes))",
    "CREATE INDEX by_boxes ON items (n_boxes, reference_id)",
    "CREATE INDEX by_cars ON items (n_pedestrian, n_car, reference_id)",
    "CREATE INDEX by_pedestrians ON items (n_pedestrian DESC, item, reference_id)",
    "CREATE INDEX by_weather ON items (weather, timeofday, timestamp, reference_id)",
    "CREATE INDEX by_weather_and_time ON items (weather, timeofday, reference_id)",
    "CREATE INDEX groups ON items (weather, timeofday, n_boxes, speed)",
    "CREATE INDEX by_scene ON items (scene, timestamp, speed, reference_id)",
    "CREATE INDEX by_speed ON items (weather, speed, reference_id)",
    "CREATE INDEX by_score ON items (mislabel_score DESC, reference_id)",
    "CREATE INDEX hidden ON boxes (label, occluded, w * h, item)",
    "CREATE INDEX flagged ON boxes (item) WHERE potential_mislabel = 1",
    "CREATE INDEX areas ON boxes (label, w * h)",
    "CREATE INDEX flags ON boxes (label, occluded, truncated)",
    "CREATE INDEX by_confidence ON predictions (label, confidence, item)",
    "CREATE INDEX by_item ON predictions (label, item, confidence)",
    "CREATE TABLE overcast (item INTEGER PRIMARY KEY)",
    "INSERT INTO overcast SELECT item FROM items WHERE weather = 'overcast'",
    "ANALYZE"};

void insert_lines(Database& database, const std::string& file, std::string_view text) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  Statement insert(database.get(), text);
  double number = 0;
  for (std::string line; std::getline(in, line); ++number) {
    insert.bind(1, line);
    insert.bind(2, number);
    insert.run();
  }
}

void import(const std::string& data, const std::string& path) {
  const auto begun = Clock::now();
  Database database(path);
  database.run("BEGIN");
  for (const std::string_view table : kTables) database.run(table);
  insert_lines(database, data + "/items.jsonl", kItem);
  insert_lines(database, data + "/annotations.jsonl", kBox);
  insert_lines(database, data + "/predictions.jsonl", kPrediction);
  for (const std::string_view index : kIndexes) database.run(index);
  database.run("COMMIT");
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  fmt::print("{{\"seconds\": {:.6f}}}\n", since(begun));
}

/// A result in memory, as a program would keep it: cells by row.
struct Cell {
  int type = SQLITE_NULL;
  double number = 0;
  size_t begin = 0, size = 0;  ///< of a text, in Answer::bytes
};
struct Answer {
  size_t columns = 0;
  std::vector<Cell> cells;
  std::string bytes;

  size_t rows() const { return columns == 0 ? 0 : cells.size() / columns; }
  std::string digest() const {
    bench::RowsDigest out;
    for (size_t i = 0; i < cells.size(); ++i) {
      const Cell& cell = cells[i];
      if (cell.type == SQLITE_NULL) {
        out.missing();
      } else if (cell.type == SQLITE_TEXT) {
        out.text(std::string_view(bytes).substr(cell.begin, cell.size));
      } else {
        out.number(cell.number);
      }
      if ((i + 1) % columns == 0) out.end_row();
    }
    return fmt::format("{:016x}", out.value());
  }
};

Answer fetch(Statement& statement) {
  Answer out;
  sqlite3_stmt* row = statement.get();
  out.columns = static_cast<size_t>(sqlite3_column_count(row));
  while (statement.step()) {
    for (int c = 0; c < static_cast<int>(out.columns); ++c) {
      Cell cell;
      cell.type = sqlite3_column_type(row, c);
      if (cell.type == SQLITE_TEXT) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, c));
        cell.begin = out.bytes.size();
        cell.size = static_cast<size_t>(sqlite3_column_bytes(row, c));
        out.bytes.append(text, cell.size);
      } else if (cell.type != SQLITE_NULL) {
        cell.number = sqlite3_column_double(row, c);
      }
      out.cells.push_back(cell);
    }
  }
  statement.reset();
  return out;
}

void ask(const std::string& path, int runs) {
  const auto begun = Clock::now();
  const Database database(path);
  const double open_seconds = since(begun);
  for (std::string line; std::getline(std::cin, line);) {
    Answer answer;
    const std::vector<double> seconds = bench::timed_runs(runs, [&] {
      answer = {};
      Statement statement(database.get(), line);
      answer = fetch(statement);
    });
    fmt::print(R"({{"seconds": [{:.7f}], "rows": {}, "digest": "{}", "open_seconds": {:.6f}}})"
               "\n",
               fmt::join(seconds, ", "), answer.rows(), answer.digest(), open_seconds);
    std::fflush(stdout);
  }
}

void write(const std::string& path) {
  constexpr size_t kSize = 1000;
  Database database(path);
  std::vector<std::string> names;
  Statement all(database.get(), "SELECT reference_id FROM items");
  while (all.step())
    names.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(all.get(), 0)));
  all.reset();
  Statement upsert(
      database.get(),
      "INSERT INTO items (reference_id, frame_number) VALUES (?1, ?2)"
      " ON CONFLICT (reference_id) DO UPDATE SET frame_number = excluded.frame_number");
  Statement update(database.get(), "UPDATE items SET frame_number = ?2 WHERE reference_id = ?1");
  Statement find(database.get(),
                 "SELECT reference_id, weather, speed FROM items WHERE reference_id = ?1");
  std::mt19937_64 random(1);
  std::vector<double> upserts, singles, finds;
  for (int round = 0; round < 11; ++round) {
    std::vector<std::string> some;
    for (size_t i = 0; i < kSize; ++i) some.push_back(names[random() % names.size()]);
    auto start = Clock::now();
    database.run("BEGIN");
    for (const std::string& name : some) {
      upsert.bind(1, name);
      upsert.bind(2, static_cast<double>(round));
      upsert.run();
    }
    database.run("COMMIT");
    upserts.push_back(since(start));
    for (size_t i = 0; i < 20; ++i) {
      start = Clock::now();
      update.bind(1, some[i]);
      update.bind(2, round + 100.0);
      update.run();
      singles.push_back(since(start));
    }
    start = Clock::now();
    size_t found = 0;
    for (const std::string& name : some) {
      find.bind(1, name);
      found += fetch(find).rows();
    }
    finds.push_back(since(start));
    if (found != kSize) throw std::runtime_error("a row was not found");
  }
  fmt::print(R"({{"upsert": [{:.7f}], "single": [{:.7f}], "look-ups": [{:.7f}]}})"
             "\n",
             fmt::join(upserts, ", "), fmt::join(singles, ", "), fmt::join(finds, ", "));
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  try {
    if (words.size() == 3 && words[0] == "import") {
      import(words[1], words[2]);
    } else if (words.size() == 3 && words[0] == "ask") {
      ask(words[1], std::max(1, std::atoi(words[2].c_str())));
    } else if (words.size() == 2 && words[0] == "write") {
      write(words[1]);
    } else {
      std::cerr
          << "usage: sqlite_bench import DATA DATABASE | ask DATABASE RUNS | write DATABASE\n";
      return 2;
    }
  } catch (const std::exception& error) {
    std::cerr << "sqlite_bench: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
