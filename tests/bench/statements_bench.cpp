/// Times statements through the library's door, for the benchmarks that compare:
///
///     statements_bench [--threads=N] [--memory=MIB] [--read-only] DATABASE RUNS [ROWS_FILE]
///
/// reads statements from standard input, a line each, runs each RUNS times (see timed_runs) and prints a line of
/// JSON for each: {"seconds": […], "rows": n, "digest": "…", "open_seconds": s}. The rows of the
/// last statement go to ROWS_FILE as CSV. A statement's time ends when all its rows are in memory.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"
#include "tests/bench/rows_digest.hpp"
#include "tests/bench/timed_runs.hpp"

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

void add_cell(const cupel::ColumnData& column, size_t row, bench::RowsDigest& digest) {
  if (column.is_missing(row)) return digest.missing();
  switch (column.type) {
    case cupel::Type::kBool:
    case cupel::Type::kInt64:
    case cupel::Type::kTimestamp: return digest.number(static_cast<double>(column.integers[row]));
    case cupel::Type::kFloat64: return digest.number(column.numbers[row]);
    case cupel::Type::kText: return digest.text(column.text(row));
    case cupel::Type::kAny: return digest.text(cupel::to_json(column.values[row]));
  }
}

uint64_t digest(const cupel::Table& table) {
  bench::RowsDigest out;
  for (const cupel::Batch& batch : table.batches) {
    for (size_t row = 0; row < batch.rows; ++row) {
      for (const cupel::ColumnData& column : batch.columns) add_cell(column, row, out);
      out.end_row();
    }
  }
  return out.value();
}

void write_rows(const std::string& path, const cupel::Table& table) {
  std::string text;
  cupel::write_header(text, cupel::TextFormat::kCsv, table.columns);
  for (const cupel::Batch& batch : table.batches)
    cupel::write_batch(text, cupel::TextFormat::kCsv, table.columns, batch, false);
  std::ofstream(path, std::ios::binary) << text;
}

/// The number behind `name=`, if that is what the argument is.
std::optional<int> setting(std::string_view argument, std::string_view name) {
  if (!argument.starts_with(name)) return std::nullopt;
  argument.remove_prefix(name.size());
  int value = 0;
  std::from_chars(argument.data(), argument.data() + argument.size(), value);
  return value;
}

}  // namespace

int main(int count, char** arguments) {
  cupel::Options options;
  std::vector<std::string> names;
  for (int i = 1; i < count; ++i) {
    if (const auto threads = setting(arguments[i], "--threads=")) {
      options.threads = *threads;
    } else if (const auto mebibytes = setting(arguments[i], "--memory=")) {
      options.memory_bytes = static_cast<size_t>(*mebibytes) << 20;
    } else if (std::string_view(arguments[i]) == "--read-only") {
      options.read_only = true;
    } else {
      names.emplace_back(arguments[i]);
    }
  }
  if (names.size() < 2 || names.size() > 3) {
    std::cerr << "usage: statements_bench [--threads=N] [--memory=MIB] [--read-only] DATABASE RUNS"
                 " [ROWS_FILE] < statements\n";
    return 2;
  }
  const auto begun = Clock::now();
  cupel::Result<cupel::Database> database = cupel::Database::open(names[0], options);
  if (!database.ok()) {
    std::cerr << cupel::describe(database.error(), "") << '\n';
    return 1;
  }
  const double open_seconds = since(begun);
  cupel::Session session = database.value().session();
  const int runs = std::max(1, std::atoi(names[1].c_str()));
  cupel::Table table;
  for (std::string statement; std::getline(std::cin, statement);) {
    if (statement.empty()) continue;
    const std::vector<double> seconds = bench::timed_runs(runs, [&] {
      table = {};
      table = execute(session, statement);
    });
    fmt::print(R"({{"seconds": [{:.7f}], "rows": {}, "digest": "{:016x}", "open_seconds": {:.6f}}})"
               "\n",
               fmt::join(seconds, ", "), table.rows(), digest(table), open_seconds);
    std::fflush(stdout);
  }
  if (names.size() > 2) write_rows(names[2], table);
  return 0;
}
