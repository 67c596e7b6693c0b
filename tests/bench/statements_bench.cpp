/// Times statements through the library's door, for the benchmarks that compare:
///
///     statements_bench DATABASE RUNS [ROWS_FILE]
///
/// reads statements from standard input, a line each, runs each RUNS times and prints a line of
/// JSON for each: {"seconds": […], "rows": n, "open_seconds": s}. The rows of the last statement go
/// to ROWS_FILE as CSV. A statement's time ends when all its rows are in memory.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

/// The table, or the end of the program with what went wrong.
cupel::Table execute(cupel::Session& session, const std::string& statement) {
  cupel::Result<cupel::Table> result = session.execute(statement);
  if (result.ok()) return std::move(result.value());
  std::cerr << cupel::describe(result.error(), statement) << '\n';
  std::exit(1);
}

void write_rows(const std::string& path, const cupel::Table& table) {
  std::string text;
  cupel::write_header(text, cupel::TextFormat::kCsv, table.columns);
  for (const cupel::Batch& batch : table.batches)
    cupel::write_batch(text, cupel::TextFormat::kCsv, table.columns, batch, false);
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3 || count > 4) {
    std::cerr << "usage: statements_bench DATABASE RUNS [ROWS_FILE] < statements\n";
    return 2;
  }
  const auto begun = Clock::now();
  cupel::Result<cupel::Database> database = cupel::Database::open(arguments[1]);
  if (!database.ok()) {
    std::cerr << cupel::describe(database.error(), "") << '\n';
    return 1;
  }
  const double open_seconds = since(begun);
  cupel::Session session = database.value().session();
  const int runs = std::max(1, std::atoi(arguments[2]));
  cupel::Table table;
  for (std::string statement; std::getline(std::cin, statement);) {
    if (statement.empty()) continue;
    std::vector<double> seconds;
    for (int run = 0; run < runs; ++run) {
      const auto start = Clock::now();
      table = execute(session, statement);
      seconds.push_back(since(start));
    }
    fmt::print("{{\"seconds\": [{:.6f}], \"rows\": {}, \"open_seconds\": {:.6f}}}\n",
               fmt::join(seconds, ", "), table.rows(), open_seconds);
  }
  if (count > 3) write_rows(arguments[3], table);
  return 0;
}
