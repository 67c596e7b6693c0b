#pragma once

#include <cstdint>
#include <vector>

#include "index/clusters.hpp"

/// The nearest others of every row of a set, and the groups of rows that are nearly the same.
/// Distances are 1 - cosine, 0 to 2. Rows without a direction (similarity.hpp) take no part.
namespace cupel::index {

struct NeighbourOptions {
  /// Up to so many rows, each is compared with each. Above, with the rows of the lists nearest to
  /// it, and what is found is exact but may be incomplete.
  uint64_t exact_rows = 20'000;
  uint32_t lists = 8;            ///< looked into for each row, where not exact
  uint32_t recall_samples = 64;  ///< rows whose nearest are searched exactly, to state the recall
  uint64_t seed = 1;
};

struct RowNeighbours {
  std::vector<uint64_t> subjects;  ///< the rows that take part, ascending
  size_t k = 0;                    ///< fewer than asked for where there are fewer others
  std::vector<uint64_t> rows;      ///< subjects × k: positions in `subjects`, nearest first
  std::vector<double> distances;   ///< likewise; ties by row
  bool exact = true;
  double recall = 1;  ///< of the true k nearest, measured on a sample of the rows; 1 when exact
};

/// `among` (null: all rows) says which rows take part; both as subjects and as neighbours.
/// `clusters` may be null up to exact_rows rows; above, lists are built when it is null.
RowNeighbours row_neighbours(const VectorRows& vectors, size_t k, const storage::Bitmap* among,
                             const Clusters* clusters, const NeighbourOptions& options,
                             const Running& running);

struct DuplicateGroups {
  std::vector<uint64_t> subjects;  ///< the rows that take part, ascending
  /// By subject: the smallest row of the group, which two rows share when a chain of pairs no
  /// farther apart than the distance joins them. A row that is alone is its own group.
  std::vector<uint64_t> group;
  std::vector<double> nearest;  ///< by subject: the distance to the nearest other found
  uint64_t groups = 0;          ///< of two rows or more
  uint64_t members = 0;         ///< rows in them
  bool exact = true;
  double recall = 1;  ///< of nearest others, measured on a sample of the rows; 1 when exact
};

/// Groups of rows within `distance` (0 or more) of one another.
DuplicateGroups duplicate_groups(const VectorRows& vectors, double distance,
                                 const storage::Bitmap* among, const Clusters* clusters,
                                 const NeighbourOptions& options, const Running& running);

}  // namespace cupel::index
