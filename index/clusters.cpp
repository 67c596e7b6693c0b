#include "index/clusters.hpp"

#include <algorithm>
#include <cmath>

#include "cupel/error.hpp"
#include "index/cluster_order.hpp"

namespace cupel::index {
namespace {

/// The rows that a search compares, and which lists they came from.
class Candidates {
 public:
  Candidates(const VectorRows& vectors, const Clusters& clusters, const Probe& probe,
             const storage::Bitmap* among)
      : clusters_(clusters),
        among_(among),
        order_(clusters, probe),
        rows_(static_cast<uint32_t>(vectors.rows)) {
    for (const uint32_t row : clusters.unlisted) add(row);
    for (uint64_t row = clusters.rows; row < vectors.rows; ++row) add(static_cast<uint32_t>(row));
    always_ = compared_;
  }

  void add_list() {
    const uint32_t list = order_.next();
    const uint64_t begin = clusters_.begins[list], end = clusters_.begins[list + 1];
    for (uint64_t i = begin; i < end; ++i) add(clusters_.listed[i]);
    seen_ += end - begin;
    ++lists_;
  }

  const storage::Bitmap& rows() const { return rows_; }
  uint32_t lists() const { return lists_; }
  bool all() const { return lists_ == clusters_.lists(); }
  uint64_t compared() const { return compared_; }
  uint64_t from_lists() const { return compared_ - always_; }
  uint64_t seen() const { return seen_; }  ///< rows of the lists, among or not

 private:
  void add(uint32_t row) {
    if (among_ != nullptr && !among_->test(row)) return;
    rows_.set(row);
    ++compared_;
  }

  const Clusters& clusters_;
  const storage::Bitmap* among_;
  ClusterOrder order_;
  storage::Bitmap rows_;
  uint32_t lists_ = 0;
  uint64_t compared_ = 0, always_ = 0, seen_ = 0;
};

/// Lists for k rows where so many were found to be enough for recall_at.
uint32_t lists_for(const Clusters& clusters, const RecallPoint& point, size_t k) {
  const double more = static_cast<double>(k) / std::max<uint32_t>(clusters.recall_at, 1);
  const double lists = std::ceil(point.lists * std::max(1.0, more));
  return static_cast<uint32_t>(std::min<double>(lists, clusters.lists()));
}

ApproximateHits exactly(const VectorRows& vectors, const Probe& probe, size_t k,
                        const storage::Bitmap* among, uint64_t rows, const Running& running) {
  ApproximateHits out;
  out.hits = nearest(vectors, probe, k, among, running);
  out.exact = true;
  out.compared = rows;
  return out;
}

}  // namespace

uint32_t usual_lists(uint64_t vectors) {
  // Centroids and rows of eight lists then cost about the same.
  const auto lists = static_cast<uint64_t>(4 * std::sqrt(static_cast<double>(vectors)));
  return static_cast<uint32_t>(std::bit_floor(std::clamp<uint64_t>(lists, 1, 65536)));
}

RecallPoint Clusters::at_recall(double wanted) const {
  for (const RecallPoint& point : recall)
    if (point.recall >= wanted) return point;
  return recall.back();
}

ApproximateHits nearest_approximate(const VectorRows& vectors, const Clusters& clusters,
                                    const Probe& probe, size_t k, double recall,
                                    const storage::Bitmap* among, const Running& running) {
  if (clusters.width != vectors.width || clusters.rows > vectors.rows)
    throw Error(ErrorCode::kInternal, "lists of other vectors were used for a search");
  const RecallPoint point = clusters.at_recall(recall);
  const uint32_t lists = lists_for(clusters, point, k);
  // Where nearly as many rows would be compared as there are, all are, and all is known: reading
  // them in order costs less than picking every other one.
  const uint64_t usual = clusters.listed.size() * lists / clusters.lists();
  const uint64_t matching = among == nullptr ? vectors.rows : among->count();
  if (matching <= std::max<uint64_t>(2 * usual, k))
    return exactly(vectors, probe, k, among, matching, running);
  Candidates candidates(vectors, clusters, probe, among);
  while (candidates.lists() < lists) candidates.add_list();
  const uint64_t wanted = candidates.seen();
  while (!candidates.all() && candidates.from_lists() < wanted) candidates.add_list();
  ApproximateHits out;
  for (;;) {
    out.hits = nearest(vectors, probe, k, &candidates.rows(), running);
    if (out.hits.size() == k || candidates.all()) break;
    const uint32_t more = std::max<uint32_t>(candidates.lists(), 1);
    for (uint32_t i = 0; i < more && !candidates.all(); ++i) candidates.add_list();
  }
  out.exact = candidates.all();
  out.expected_recall = out.exact ? 1 : point.recall;
  out.lists = candidates.lists();
  out.compared = candidates.compared();
  return out;
}

}  // namespace cupel::index
