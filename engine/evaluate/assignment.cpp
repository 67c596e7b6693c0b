#include "engine/evaluate/assignment.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace cupel::evaluate {
namespace {

constexpr int64_t kNone = -1;
constexpr double kFar = std::numeric_limits<double>::infinity();

/// For a heap with the nearest on top; among equally near ones the first column.
bool farther(const std::pair<double, size_t>& a, const std::pair<double, size_t>& b) {
  return a > b;
}

}  // namespace

void Assignment::reset(size_t rows, size_t columns, std::span<const AssignmentEdge> edges) {
  // Columns beyond `columns` are the rows' own.
  columns_ = columns;
  begin_.assign(rows + 1, 0);
  greatest_ = 0;
  for (const AssignmentEdge& edge : edges) {
    ++begin_[edge.row + 1];
    greatest_ = std::max(greatest_, edge.weight);
  }
  for (size_t row = 0; row < rows; ++row) begin_[row + 1] += begin_[row];
  row_potential_.assign(rows, 0);
  column_of_.assign(rows, kNone);
  column_potential_.assign(columns + rows, 0);
  distance_.assign(columns + rows, kFar);
  row_of_.assign(columns + rows, kNone);
  before_.assign(columns + rows, kNone);
  done_.assign(columns + rows, 0);
}

void Assignment::reach(size_t row, size_t column, double distance) {
  if (done_[column] != 0 || !(distance < distance_[column])) return;
  if (distance_[column] == kFar) touched_.push_back(column);
  distance_[column] = distance;
  before_[column] = static_cast<int64_t>(row);
  heap_.emplace_back(distance, column);
  std::push_heap(heap_.begin(), heap_.end(), farther);
}

void Assignment::relax(size_t row, double distance, std::span<const AssignmentEdge> edges) {
  const double base = distance - row_potential_[row];
  for (size_t at = begin_[row]; at < begin_[row + 1]; ++at) {
    const size_t column = edges[at].column;
    reach(row, column, base + (greatest_ - edges[at].weight) - column_potential_[column]);
  }
  reach(row, columns_ + row, base + greatest_ - column_potential_[columns_ + row]);
}

void Assignment::move_potentials(size_t row, double distance) {
  row_potential_[row] += distance;
  for (const size_t column : settled_) {
    const double by = distance - distance_[column];
    column_potential_[column] -= by;
    row_potential_[static_cast<size_t>(row_of_[column])] += by;
  }
}

void Assignment::augment(size_t row, std::span<const AssignmentEdge> edges) {
  heap_.clear();
  settled_.clear();
  touched_.clear();
  size_t from = row;
  double distance = 0;
  size_t column = 0;
  for (;;) {
    relax(from, distance, edges);
    do {  // The row's own column is always to be had, so the heap does not run empty.
      std::pop_heap(heap_.begin(), heap_.end(), farther);
      column = heap_.back().second;
      heap_.pop_back();
    } while (done_[column] != 0);
    distance = distance_[column];
    if (row_of_[column] == kNone) break;
    done_[column] = 1;
    settled_.push_back(column);
    from = static_cast<size_t>(row_of_[column]);
  }
  move_potentials(row, distance);
  for (int64_t end = static_cast<int64_t>(column); end != kNone;) {
    const auto taken = static_cast<size_t>(end);
    const auto taker = static_cast<size_t>(before_[taken]);
    row_of_[taken] = static_cast<int64_t>(taker);
    end = std::exchange(column_of_[taker], end);
  }
  for (const size_t reached : touched_) {
    distance_[reached] = kFar;
    done_[reached] = 0;
  }
}

const std::vector<int64_t>& Assignment::solve(size_t rows, size_t columns,
                                              std::span<const AssignmentEdge> edges,
                                              const std::function<void()>& poll) {
  reset(rows, columns, edges);
  for (size_t row = 0; row < rows; ++row) {
    if (begin_[row] == begin_[row + 1]) continue;
    if (poll) poll();
    augment(row, edges);
  }
  for (int64_t& column : column_of_) {
    if (column >= static_cast<int64_t>(columns)) column = kNone;
  }
  return column_of_;
}

}  // namespace cupel::evaluate
