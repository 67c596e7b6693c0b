#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "index/clusters.hpp"

namespace cupel::index {

/// The lists by how near their centroids are to a probe, nearest first, found one by one.
class ClusterOrder {
 public:
  ClusterOrder(const Clusters& clusters, const Probe& probe);
  /// The next list. Call it at most as many times as there are lists.
  uint32_t next();

 private:
  std::vector<Hit> heap_;
};

}  // namespace cupel::index
