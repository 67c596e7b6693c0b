/// The answers of tests/bench/compare by plain loops over arrays in memory, on one core:
///
///     floor_bench DATABASE RUNS
///
/// reads names of questions from standard input and answers like statements_bench. No engine (no
/// parser, no snapshots, no columns on disk): what it takes is the floor. Besides, `both_seconds`:
/// what two threads take that do all of it once each, at the same time. Twice `seconds` by these is
/// what a second processor of this machine is worth to the question.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <iostream>
#include <thread>

#include "tests/bench/floor_loops.hpp"
#include "tests/bench/rows_digest.hpp"
#include "tests/bench/timed_runs.hpp"

namespace {

using bench::Answer;

const bench::Loop* loop_of(const std::string& name) {
  for (const bench::Loops* loops : {&bench::item_loops(), &bench::object_loops()})
    if (const auto found = loops->find(name); found != loops->end()) return &found->second;
  return nullptr;
}

size_t rows_of(const Answer& answer) {
  return std::visit([](const auto& column) { return column.size(); }, answer.front());
}

uint64_t digest(const Answer& answer) {
  bench::RowsDigest out;
  for (size_t row = 0; row < rows_of(answer); ++row) {
    for (const auto& any : answer) {
      std::visit(
          [&](const auto& column) {
            const auto& cell = column[row];
            if constexpr (std::is_same_v<std::decay_t<decltype(cell)>, std::string_view>) {
              cell.data() == nullptr ? out.missing() : out.text(cell);
            } else {
              out.number(static_cast<double>(cell));
            }
          },
          any);
    }
    out.end_row();
  }
  return out.value();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: floor_bench DATABASE RUNS < questions\n";
    return 2;
  }
  const bench::Street street = bench::read_street(arguments[1]);
  const int runs = std::max(1, std::atoi(arguments[2]));
  for (std::string name; std::getline(std::cin, name);) {
    const bench::Loop* loop = loop_of(name);
    if (loop == nullptr) {
      std::cerr << "floor_bench: there is no question " << name << '\n';
      return 1;
    }
    Answer answer;
    const std::vector<double> seconds = bench::timed_runs(runs, [&] {
      answer.clear();
      answer = (*loop)(street);
    });
    Answer other;
    const std::vector<double> both = bench::timed_runs(runs, [&] {
      answer.clear();
      other.clear();
      std::thread beside([&] { other = (*loop)(street); });
      answer = (*loop)(street);
      beside.join();
    });
    fmt::print(
        R"({{"seconds": [{:.7f}], "both_seconds": [{:.7f}], "rows": {}, "digest": "{:016x}"}})"
        "\n",
        fmt::join(seconds, ", "), fmt::join(both, ", "), rows_of(answer), digest(answer));
    std::fflush(stdout);
  }
  return 0;
}
