#include "index/neighbours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <random>

#include "cupel/error.hpp"
#include "index/directions.hpp"
#include "index/pair_scan.hpp"
#include "index/row_products.hpp"

namespace cupel::index {
namespace {

/// Subjects and the cells they are compared by.
struct Plan {
  Cells cells;
  bool exact = true;
};

Plan make_plan(const VectorRows& vectors, const storage::Bitmap* among, const Clusters* clusters,
               const NeighbourOptions& options, const Running& running) {
  std::vector<uint32_t> subjects = rows_with_direction(vectors, among, running);
  if (subjects.size() <= options.exact_rows) return {all_pairs(std::move(subjects)), true};
  std::optional<Clusters> built;
  if (clusters == nullptr) {
    built = build_clusters(vectors, {.seed = options.seed}, running);
    if (!built) return {all_pairs(std::move(subjects)), true};
    clusters = &*built;
  }
  const bool all = options.lists >= clusters->lists();
  return {near_centroids(vectors, std::move(subjects), *clusters, options.lists, running), all};
}

double distance_of(double cosine) { return std::max(0.0, 1 - cosine); }

/// The k nearest others of one subject by comparing it with all; positions in `subjects`.
std::vector<Hit> nearest_of(const VectorRows& vectors, const std::vector<uint32_t>& subjects,
                            uint32_t subject, size_t k, const storage::Bitmap& taking_part) {
  std::vector<double> components(padded_width(vectors.width));
  RowFetcher(vectors).fetch(subjects[subject], components.data());
  components.resize(vectors.width);
  std::vector<Hit> hits;
  for (Hit hit : nearest(vectors, cosine_to(components), k + 1, &taking_part, {})) {
    hit.row = static_cast<uint64_t>(std::lower_bound(subjects.begin(), subjects.end(), hit.row) -
                                    subjects.begin());
    if (hit.row != subject && hits.size() < k) hits.push_back(hit);
  }
  return hits;
}

storage::Bitmap bits_of(const VectorRows& vectors, const std::vector<uint32_t>& subjects) {
  storage::Bitmap bits(static_cast<uint32_t>(vectors.rows));
  for (const uint32_t row : subjects) bits.set(row);
  return bits;
}

/// The share of the true k nearest that lie within the distances found, on a sample.
double measured_recall(const VectorRows& vectors, const Cells& cells, size_t k,
                       std::span<const double> distances, const NeighbourOptions& options,
                       const Running& running) {
  const std::vector<uint32_t>& subjects = cells.subjects;
  std::vector<uint32_t> sample(subjects.size());
  std::iota(sample.begin(), sample.end(), 0);
  std::mt19937_64 random(options.seed);
  const size_t count = std::clamp<size_t>(options.recall_samples, 1, sample.size());
  for (size_t i = 0; i < count; ++i)
    std::swap(sample[i], sample[i + random() % (sample.size() - i)]);
  const storage::Bitmap bits = bits_of(vectors, subjects);
  std::vector<size_t> found(count);
  running.for_each(count, [&](size_t i) {
    running.check();
    const std::vector<Hit> truth = nearest_of(vectors, subjects, sample[i], k, bits);
    const double most = distance_of(truth.back().score);
    const auto mine = distances.subspan(size_t{sample[i]} * k, k);
    found[i] = static_cast<size_t>(
        std::count_if(mine.begin(), mine.end(), [&](double distance) { return distance <= most; }));
  });
  const size_t all = std::accumulate(found.begin(), found.end(), size_t{0});
  return static_cast<double>(all) / static_cast<double>(count * k);
}

/// Sets that grow together (Tarjan, 1975). Joined from several threads at once: a root is only ever
/// put below a smaller one, so in the end each set's root is its smallest member, whatever the
/// order.
class Sets {
 public:
  explicit Sets(size_t size) : parents_(size) {
    for (size_t i = 0; i < size; ++i) parents_[i] = static_cast<uint32_t>(i);
  }
  uint32_t root(uint32_t i) const {
    for (uint32_t parent = parents_[i]; parent != i; parent = parents_[i]) i = parent;
    return i;
  }
  void join(uint32_t a, uint32_t b) {
    for (;;) {
      a = root(a);
      b = root(b);
      if (a == b) return;
      if (a > b) std::swap(a, b);
      uint32_t expected = b;
      if (parents_[b].compare_exchange_strong(expected, a)) break;
    }
  }

 private:
  std::vector<std::atomic<uint32_t>> parents_;
};

void take_others(BestHits& best, uint32_t subject, std::span<const uint32_t> others,
                 std::span<const double> scores) {
  for (size_t i = 0; i < others.size(); ++i)
    if (others[i] != subject) best.offer({others[i], scores[i]});
}

/// Writes k neighbours of each subject; those that found fewer search again, among all.
void write_neighbours(const VectorRows& vectors, const Cells& cells, size_t k,
                      std::vector<BestHits>& best, RowNeighbours& out, const Running& running) {
  const storage::Bitmap bits = bits_of(vectors, cells.subjects);
  running.for_each(best.size(), [&](size_t subject) {
    std::vector<Hit> hits = best[subject].take();
    if (hits.size() < k) {
      running.check();
      hits = nearest_of(vectors, cells.subjects, static_cast<uint32_t>(subject), k, bits);
    }
    for (size_t i = 0; i < k; ++i) {
      out.rows[subject * k + i] = hits[i].row;
      out.distances[subject * k + i] = distance_of(hits[i].score);
    }
  });
}

}  // namespace

RowNeighbours row_neighbours(const VectorRows& vectors, size_t k, const storage::Bitmap* among,
                             const Clusters* clusters, const NeighbourOptions& options,
                             const Running& running) {
  const Plan plan = make_plan(vectors, among, clusters, options, running);
  const size_t count = plan.cells.subjects.size();
  RowNeighbours out;
  out.subjects.assign(plan.cells.subjects.begin(), plan.cells.subjects.end());
  out.k = std::min(k, count == 0 ? 0 : count - 1);
  out.exact = plan.exact;
  if (out.k == 0) return out;
  out.rows.resize(count * out.k);
  out.distances.resize(count * out.k);
  std::vector<BestHits> best(count, BestHits(out.k));
  scan_pairs(
      vectors, plan.cells, running,
      [&](uint32_t subject, std::span<const uint32_t> others, std::span<const double> scores) {
        take_others(best[subject], subject, others, scores);
      });
  write_neighbours(vectors, plan.cells, out.k, best, out, running);
  if (!out.exact)
    out.recall = measured_recall(vectors, plan.cells, out.k, out.distances, options, running);
  return out;
}

DuplicateGroups duplicate_groups(const VectorRows& vectors, double distance,
                                 const storage::Bitmap* among, const Clusters* clusters,
                                 const NeighbourOptions& options, const Running& running) {
  if (!(distance >= 0))
    throw Error(ErrorCode::kConstraint,
                fmt::format("a distance is 0 or more, but {} was given", distance));
  const Plan plan = make_plan(vectors, among, clusters, options, running);
  const size_t count = plan.cells.subjects.size();
  DuplicateGroups out;
  out.subjects.assign(plan.cells.subjects.begin(), plan.cells.subjects.end());
  out.exact = plan.exact;
  out.nearest.assign(count, 2);
  Sets sets(count);
  scan_pairs(
      vectors, plan.cells, running,
      [&](uint32_t subject, std::span<const uint32_t> others, std::span<const double> scores) {
        double& nearest = out.nearest[subject];
        for (size_t i = 0; i < others.size(); ++i) {
          if (others[i] == subject) continue;
          const double apart = distance_of(scores[i]);
          nearest = std::min(nearest, apart);
          if (apart <= distance) sets.join(subject, others[i]);
        }
      });
  std::vector<uint32_t> sizes(count);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t root = sets.root(i);
    out.group.push_back(plan.cells.subjects[root]);
    ++sizes[root];
  }
  for (const uint32_t size : sizes)
    if (size > 1) ++out.groups, out.members += size;
  if (!out.exact && count > 1)
    out.recall = measured_recall(vectors, plan.cells, 1, out.nearest, options, running);
  return out;
}

}  // namespace cupel::index
