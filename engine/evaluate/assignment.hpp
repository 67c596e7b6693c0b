#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

/// The assignment problem where most pairs are out of the question.
namespace cupel::evaluate {

struct AssignmentEdge {
  uint32_t row = 0, column = 0;
  double weight = 0;  ///< above 0
};

/// Chooses edges so that no row and no column has two and their weights sum to the most: the
/// Hungarian method by shortest augmenting paths (Jonker, Volgenant: "A shortest augmenting path
/// algorithm for dense and sparse linear assignment problems", 1987), where each row has a column
/// of its own of weight 0, which stands for none. Of several such choices it always makes the same.
class Assignment {
 public:
  /// The column of each row, -1: none. Edges in ascending order of rows. Takes
  /// O(rows × edges that hang together × log) time; calls `poll` for each row. The answer is valid
  /// until the next call.
  const std::vector<int64_t>& solve(size_t rows, size_t columns,
                                    std::span<const AssignmentEdge> edges,
                                    const std::function<void()>& poll = {});

 private:
  void reset(size_t rows, size_t columns, std::span<const AssignmentEdge> edges);
  void relax(size_t row, double distance, std::span<const AssignmentEdge> edges);
  void reach(size_t row, size_t column, double distance);
  void augment(size_t row, std::span<const AssignmentEdge> edges);
  void move_potentials(size_t row, double distance);

  size_t columns_ = 0;
  double greatest_ = 0;
  std::vector<size_t> begin_;  ///< of each row's edges
  std::vector<double> row_potential_, column_potential_, distance_;
  std::vector<int64_t> column_of_, row_of_, before_;  ///< before_: the row a column is reached from
  std::vector<uint8_t> done_;
  std::vector<size_t> touched_, settled_;        ///< columns
  std::vector<std::pair<double, size_t>> heap_;  ///< distance, column
};

}  // namespace cupel::evaluate
