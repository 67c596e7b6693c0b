#include "index/cluster_order.hpp"

#include <algorithm>
#include <cmath>

#include "index/row_products.hpp"

namespace cupel::index {
namespace {

bool worse(const Hit& a, const Hit& b) { return better(b, a); }

}  // namespace

ClusterOrder::ClusterOrder(const Clusters& clusters, const Probe& probe) {
  const uint32_t lists = clusters.lists();
  std::vector<const std::byte*> rows(lists);
  for (uint32_t i = 0; i < lists; ++i)
    rows[i] = reinterpret_cast<const std::byte*>(&clusters.centroids[size_t{i} * clusters.width]);
  std::vector<RowProducts> products(lists);
  row_kernels().products[static_cast<size_t>(storage::Element::kFloat32)](
      rows.data(), lists, clusters.width, probe.components.data(), products.data());
  heap_.reserve(lists);
  for (uint32_t i = 0; i < lists; ++i) {
    // A centroid of zeros is near to nothing.
    const double length = std::sqrt(products[i].square);
    heap_.push_back({i, length > 0 ? products[i].product / length : -HUGE_VAL});
  }
  std::make_heap(heap_.begin(), heap_.end(), worse);
}

uint32_t ClusterOrder::next() {
  std::pop_heap(heap_.begin(), heap_.end(), worse);
  const auto list = static_cast<uint32_t>(heap_.back().row);
  heap_.pop_back();
  return list;
}

}  // namespace cupel::index
