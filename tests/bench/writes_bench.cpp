/// Times changes and look-ups through the library's door, beside RocksDB's own synced writes:
///
///     writes_bench DATABASE SCRATCH
///
/// prints seconds as JSON: of upserts of 1,000 items at once, of statements that change one row,
/// of 1,000 look-ups by reference id (one after the other, and in one statement), all durable where
/// they change something; and of synced writes of one small row, in turns with them, into a bare
/// RocksDB in SCRATCH (a directory on the same disk).
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rocksdb/db.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kSize = 1000;
constexpr int kRounds = 11;
constexpr size_t kSingles = 20;

class Bench {
 public:
  Bench(const std::string& database, const std::string& scratch) {
    cupel::Result<cupel::Database> opened = cupel::Database::open(database);
    if (!opened.ok()) throw std::runtime_error(cupel::describe(opened.error(), ""));
    session_ = std::make_unique<cupel::Session>(opened.value().session());
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* store = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, scratch, &store);
    if (!status.ok()) throw std::runtime_error(status.ToString());
    store_.reset(store);
    items_ = execute(
        "SELECT reference_id, image_location, width, height, metadata.sequence, metadata.weather,"
        " metadata.scene, metadata.timeofday, metadata.speed, metadata.timestamp,"
        " metadata.mislabel_score");
  }

  void run() {
    for (int round = 0; round < kRounds; ++round) {
      std::vector<std::string> some;
      std::vector<cupel::ItemRow> rows;
      for (size_t i = 0; i < kSize; ++i) {
        rows.push_back(item(random_() % items_.rows(), round));
        some.push_back(rows.back().reference_id);
      }
      clocked("upsert", [&] {
        const auto done = session_->append_items(rows, true);
        if (!done.ok() || done.value().updated + done.value().repeated < kSize)
          throw std::runtime_error("an upsert failed");
      });
      for (size_t i = 0; i < kSingles; ++i) {
        change(some[i], round + 100);
        put(some[i]);
      }
      find(some);
      find_at_once(some);
    }
  }

  void print() const {
    std::string_view between = "{";
    for (const auto& [name, seconds] : seconds_) {
      fmt::print("{}\"{}\": [{:.7f}]", between, name, fmt::join(seconds, ", "));
      between = ", ";
    }
    fmt::print("}}\n");
  }

 private:
  template <typename Step>
  void clocked(const std::string& name, Step&& step) {
    const auto begun = Clock::now();
    step();
    seconds_[name].push_back(std::chrono::duration<double>(Clock::now() - begun).count());
  }

  cupel::Table execute(const std::string& statement, const cupel::Parameters& parameters = {}) {
    cupel::Result<cupel::Table> table = session_->execute(statement, parameters);
    if (!table.ok()) throw std::runtime_error(cupel::describe(table.error(), statement));
    return std::move(table.value());
  }

  /// An item as it is, but for one field.
  cupel::ItemRow item(size_t row, int frame) const {
    cupel::ItemRow out;
    out.reference_id = items_.value(row, 0).as_text();
    out.image_location = items_.value(row, 1).as_text();
    out.width = items_.value(row, 2).as_int();
    out.height = items_.value(row, 3).as_int();
    for (size_t c = 4; c < items_.columns.size(); ++c) {
      cupel::Value value = items_.value(row, c);
      const std::string_view name = items_.columns[c].name;
      if (!value.is_missing())
        out.metadata.emplace_back(name.substr(name.find('.') + 1), std::move(value));
    }
    out.metadata.emplace_back("frame_number", frame);
    return out;
  }

  void change(const std::string& name, int64_t frame) {
    cupel::Parameters parameters;
    parameters.positional = {cupel::Value(frame), cupel::Value(name)};
    clocked("single", [&] {
      execute("UPDATE items SET metadata.frame_number = ? WHERE reference_id = ?", parameters);
    });
  }

  void put(const std::string& name) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const std::string value(100, 'x');
    clocked("rocksdb", [&] {
      const rocksdb::Status status = store_->Put(synced, name, value);
      if (!status.ok()) throw std::runtime_error(status.ToString());
    });
  }

  void find(const std::vector<std::string>& names) {
    std::vector<cupel::Parameters> parameters(names.size());
    for (size_t i = 0; i < names.size(); ++i) parameters[i].positional = {cupel::Value(names[i])};
    size_t found = 0;
    clocked("look-ups", [&] {
      for (const cupel::Parameters& one : parameters)
        found += execute(
                     "SELECT reference_id, metadata.weather, metadata.speed"
                     " WHERE reference_id = ?",
                     one)
                     .rows();
    });
    if (found != kSize) throw std::runtime_error("a row was not found");
  }

  void find_at_once(const std::vector<std::string>& names) {
    std::string statement =
        "SELECT reference_id, metadata.weather, metadata.speed WHERE reference_id IN (";
    for (const std::string& name : names) statement += fmt::format("'{}', ", name);
    statement.replace(statement.size() - 2, 2, ")");
    clocked("look-ups at once", [&] { execute(statement); });
  }

  std::unique_ptr<cupel::Session> session_;
  std::unique_ptr<rocksdb::DB> store_;
  cupel::Table items_;
  std::mt19937_64 random_{1};
  std::map<std::string, std::vector<double>> seconds_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: writes_bench DATABASE SCRATCH\n";
    return 2;
  }
  try {
    Bench bench(arguments[1], arguments[2]);
    bench.run();
    bench.print();
  } catch (const std::exception& error) {
    std::cerr << "writes_bench: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
