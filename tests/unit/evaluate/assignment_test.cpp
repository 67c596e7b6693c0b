#include "engine/evaluate/assignment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace cupel::evaluate {
namespace {

/// The best sum of all choices, one row after the other.
double best_sum(const std::vector<AssignmentEdge>& edges, size_t row, size_t rows,
                std::set<uint32_t>& taken) {
  if (row == rows) return 0;
  double best = best_sum(edges, row + 1, rows, taken);
  for (const AssignmentEdge& edge : edges) {
    if (edge.row != row || taken.contains(edge.column)) continue;
    taken.insert(edge.column);
    best = std::max(best, edge.weight + best_sum(edges, row + 1, rows, taken));
    taken.erase(edge.column);
  }
  return best;
}

std::vector<AssignmentEdge> random_edges(std::mt19937& random, size_t rows, size_t columns,
                                         double share, int weights) {
  std::vector<AssignmentEdge> out;
  std::uniform_real_distribution<double> chance;
  std::uniform_int_distribution<int> weight(1, weights);
  for (uint32_t row = 0; row < rows; ++row) {
    for (uint32_t column = 0; column < columns; ++column) {
      if (chance(random) < share)
        out.push_back({row, column, static_cast<double>(weight(random)) / weights});
    }
  }
  return out;
}

/// The sum of what is chosen; fails if a choice is none of the edges or takes a column twice.
double chosen_sum(const std::vector<AssignmentEdge>& edges, const std::vector<int64_t>& chosen) {
  double sum = 0;
  std::set<int64_t> taken;
  for (size_t row = 0; row < chosen.size(); ++row) {
    if (chosen[row] < 0) continue;
    EXPECT_TRUE(taken.insert(chosen[row]).second) << "column twice";
    const auto edge = std::find_if(edges.begin(), edges.end(), [&](const AssignmentEdge& e) {
      return e.row == row && e.column == chosen[row];
    });
    EXPECT_NE(edge, edges.end()) << "no such edge";
    if (edge != edges.end()) sum += edge->weight;
  }
  return sum;
}

TEST(Assignment, SumsToAsMuchAsTheBestOfAllChoices) {
  std::mt19937 random(7);
  Assignment assignment;
  for (int round = 0; round < 2000; ++round) {
    SCOPED_TRACE(round);
    const size_t rows = random() % 7, columns = random() % 7;
    const double share = static_cast<double>(random() % 5 + 1) / 5;
    const auto edges = random_edges(random, rows, columns, share, round % 2 == 0 ? 4 : 1000000);
    std::set<uint32_t> taken;
    const double best = best_sum(edges, 0, rows, taken);
    EXPECT_NEAR(chosen_sum(edges, assignment.solve(rows, columns, edges)), best, 1e-12);
  }
}

TEST(Assignment, TakesTwoFairPairsRatherThanOneGoodOne) {
  const std::vector<AssignmentEdge> edges = {{0, 0, 0.9}, {0, 1, 0.8}, {1, 0, 0.8}};
  EXPECT_EQ(Assignment().solve(2, 2, edges), (std::vector<int64_t>{1, 0}));
}

TEST(Assignment, CanBeEnded) {
  struct Ended {};
  const std::vector<AssignmentEdge> edges = {{0, 0, 1}, {1, 0, 0.5}};
  Assignment assignment;
  EXPECT_THROW(assignment.solve(2, 1, edges, [] { throw Ended(); }), Ended);
  EXPECT_EQ(assignment.solve(2, 1, edges), (std::vector<int64_t>{0, -1}));
}

}  // namespace
}  // namespace cupel::evaluate
