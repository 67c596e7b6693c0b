#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "index/neighbours.hpp"

/// The comparison of many rows with many, which neighbours and duplicates share.
namespace cupel::index {

/// Subjects, cut into cells; each subject is in one, and looks into some.
struct Cells {
  std::vector<uint32_t> subjects;              ///< rows that have a direction, ascending
  std::vector<std::vector<uint32_t>> members;  ///< by cell: positions in subjects, ascending
  /// By subject: `probes` cells that it looks into; empty: every subject looks into every cell.
  std::vector<uint32_t> probed;
  uint32_t probes = 0;
};

/// Cells of consecutive subjects, everyone looking into all: every pair.
Cells all_pairs(std::vector<uint32_t> subjects);
/// Cells around the centroids of `clusters`; everyone looks into the `probes` nearest, the first of
/// which is its own.
Cells near_centroids(const VectorRows& vectors, std::vector<uint32_t> subjects,
                     const Clusters& clusters, uint32_t probes, const Running& running);

/// Calls `f(subject, others, scores)` with positions of subjects: the cosines of one subject and
/// those of a cell it looks into (which may hold itself). Calls for one subject come one after the
/// other, in ascending order of cells; those for different ones from several threads.
void scan_pairs(const VectorRows& vectors, const Cells& cells, const Running& running,
                const std::function<void(uint32_t subject, std::span<const uint32_t> others,
                                         std::span<const double> scores)>& f);

}  // namespace cupel::index
