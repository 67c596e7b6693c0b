/// Cancels statements at random moments and measures how soon they end.
///
///     cancel_bench [--items N] [--rounds N] [--seed S] [--only NAME,…] [--but NAME,…]
///
/// Each of the statements of cancel_data.cpp (only those of these names, or all but those) runs
/// once to its end, for its time, and then is interrupted ROUNDS times somewhere within that time,
/// alone and in a transaction. After each interruption the database must be as it was before,
/// files that were to be written must be whole or not there, and the session must go on. Prints
/// how long statements took to end after the call; fails when something was not as before. Times
/// are only printed.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <random>
#include <stdexcept>
#include <thread>

#include "cupel/cupel.hpp"
#include "tests/bench/cancel_data.hpp"

namespace fs = std::filesystem;

namespace cupel::testing {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Settings {
  size_t items = 20'000;
  size_t rounds = 20;
  uint64_t seed = 1;
  // Names between commas; empty for all, and for none.
  std::string only, but;
};

/// How statements ended that were interrupted.
struct Endings {
  size_t finished = 0;  ///< before the call had an effect
  std::vector<double> delays;
};

class Canceller {
 public:
  Canceller(const Settings& settings, fs::path directory)
      : settings_(settings), directory_(std::move(directory)), random_(settings.seed) {
    make_cancel_data(directory_, settings_.items);
    fs::copy(directory_ / "database", directory_ / "pristine", fs::copy_options::recursive);
    open();
  }

  /// The longest time that a statement took to end.
  double run() {
    fmt::print("{:<24}{:>10}{:>13}{:>10}{:>12}{:>10}\n", "statement", "takes ms", "interrupted",
               "finished", "median ms", "most ms");
    double most = 0;
    for (const LongStatement& statement : long_statements(directory_)) {
      if (!is_wanted(statement.name)) continue;
      const double whole = time_of(statement);
      Endings endings;
      for (size_t round = 0; round < settings_.rounds; ++round)
        cancel(statement, whole, round % 2 == 1, endings);
      std::sort(endings.delays.begin(), endings.delays.end());
      const size_t count = endings.delays.size();
      const double worst = count == 0 ? 0 : endings.delays.back();
      fmt::print("{:<24}{:>10.1f}{:>13}{:>10}{:>12.2f}{:>10.2f}\n", statement.name, whole * 1000,
                 count, endings.finished, count == 0 ? 0 : endings.delays[count / 2] * 1000,
                 worst * 1000);
      std::cout << std::flush;
      most = std::max(most, worst);
    }
    close();
    const auto problems = check((directory_ / "database").string());
    if (!problems.ok()) throw std::runtime_error(problems.error().what());
    if (!problems.value().empty())
      throw std::runtime_error("check finds: " + problems.value().front());
    return most;
  }

 private:
  bool is_wanted(const std::string& name) const {
    const auto is_among = [&](const std::string& names) {
      return ("," + names + ",").find("," + name + ",") != std::string::npos;
    };
    return (settings_.only.empty() || is_among(settings_.only)) && !is_among(settings_.but);
  }
  void open() {
    database_ = Database::open((directory_ / "database").string()).value();
    session_ = database_->session();
  }
  void close() {
    session_.reset();
    database_.reset();
  }
  /// The database as it was made.
  void restore() {
    close();
    fs::remove_all(directory_ / "database");
    fs::copy(directory_ / "pristine", directory_ / "database", fs::copy_options::recursive);
    open();
  }

  Table ask(const std::string& statement) {
    Result<Table> result = session_->execute(statement);
    if (!result.ok()) throw std::runtime_error(statement + ": " + result.error().what());
    return std::move(result.value());
  }

  /// What must be as it was: rows, fields and their values, slices, analyses.
  std::string state() {
    std::string text;
    for (const char* question :
         {"SELECT count(), sum(metadata.n), sum(annotations.count), max(metadata.text)",
          "SELECT label, count(), sum(metadata.shade) FROM objects GROUP BY label",
          "SHOW FIELDS OF items", "SHOW FIELDS OF annotations", "SHOW AUTOTAGS",
          "SELECT count() FROM objects WHERE item.slice = rainy"}) {
      const Table table = ask(question);
      for (const Batch& batch : table.batches)
        write_batch(text, TextFormat::kCsv, table.columns, batch, false);
    }
    const Table slices = ask("SHOW SLICES");
    for (size_t row = 0; row < slices.rows(); ++row) text += to_text(slices.value(row, 0)) + "\n";
    return text;
  }

  double time_of(const LongStatement& statement) {
    fs::create_directories(directory_ / "out");
    const auto begun = Clock::now();
    ask(statement.text);
    const double seconds = Seconds(Clock::now() - begun).count();
    if (statement.changes) restore();
    before_ = state();
    return seconds;
  }

  void cancel(const LongStatement& statement, double whole, bool in_transaction, Endings& endings) {
    fs::remove_all(directory_ / "out");
    fs::create_directories(directory_ / "out");
    if (in_transaction) ask("BEGIN");
    const double delay = interrupted(statement, whole);
    if (in_transaction && delay >= 0 && state() != before_)
      throw std::runtime_error(statement.name + ": not undone within its transaction");
    if (in_transaction) ask("ROLLBACK");
    if (delay >= 0) {
      endings.delays.push_back(delay);
      if (!fs::is_empty(directory_ / "out"))
        throw std::runtime_error(statement.name + ": left a file");
    } else {
      ++endings.finished;
      if (statement.changes && !in_transaction) restore();
    }
    if (state() != before_) throw std::runtime_error(statement.name + ": the state is another");
  }

  /// Seconds from the call to the end of the statement; below 0 where it came to its own end.
  double interrupted(const LongStatement& statement, double whole) {
    const Seconds wait(std::uniform_real_distribution<double>(0, whole)(random_));
    std::atomic<bool> done{false};
    Clock::time_point called;
    // A call before the statement has begun is lost, so that it is repeated.
    std::thread caller([&] {
      std::this_thread::sleep_for(wait);
      called = Clock::now();
      while (!done) {
        session_->interrupt();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    const Result<Table> result = session_->execute(statement.text);
    const Clock::time_point ended = Clock::now();
    done = true;
    caller.join();
    if (result.ok()) return -1;
    if (result.error().code() != ErrorCode::kInterrupted)
      throw std::runtime_error(statement.name + ": " + result.error().what());
    return std::max(0.0, Seconds(ended - called).count());
  }

  Settings settings_;
  fs::path directory_;
  std::mt19937_64 random_;
  std::optional<Database> database_;
  std::optional<Session> session_;
  std::string before_;
};

Settings settings_of(int count, char** arguments) {
  Settings settings;
  for (int i = 1; i + 1 < count; i += 2) {
    const uint64_t value = std::strtoull(arguments[i + 1], nullptr, 10);
    if (std::strcmp(arguments[i], "--items") == 0) settings.items = value;
    if (std::strcmp(arguments[i], "--rounds") == 0) settings.rounds = value;
    if (std::strcmp(arguments[i], "--seed") == 0) settings.seed = value;
    if (std::strcmp(arguments[i], "--only") == 0) settings.only = arguments[i + 1];
    if (std::strcmp(arguments[i], "--but") == 0) settings.but = arguments[i + 1];
  }
  return settings;
}

}  // namespace
}  // namespace cupel::testing

int main(int count, char** arguments) {
  std::string name = (fs::temp_directory_path() / "cupel-cancel-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return 2;
  int code = 0;
  try {
    const auto settings = cupel::testing::settings_of(count, arguments);
    const double most = cupel::testing::Canceller(settings, name).run();
    fmt::print("the longest wait for the end of a cancelled statement: {:.1f} ms (seed {})\n",
               most * 1000, settings.seed);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    code = 1;
  }
  fs::remove_all(name);
  return code;
}
