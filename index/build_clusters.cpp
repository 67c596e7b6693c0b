#include <algorithm>
#include <random>

#include "index/cluster_order.hpp"
#include "index/clusters.hpp"
#include "index/directions.hpp"
#include "index/train_centroids.hpp"

namespace cupel::index {
namespace {

constexpr uint64_t kLeastVectors = 1000;
constexpr size_t kAssignRows = 4096;
constexpr uint32_t kRecallAt = 100;

/// Moves `count` of the rows, drawn at random, to the front.
void draw(std::vector<uint32_t>& rows, size_t count, std::mt19937_64& random) {
  for (size_t i = 0; i < count; ++i) std::swap(rows[i], rows[i + random() % (rows.size() - i)]);
}

std::vector<float> units_of(const VectorRows& vectors, std::span<const uint32_t> rows,
                            const Running& running) {
  RowFetcher fetcher(vectors);
  std::vector<float> units(rows.size() * vectors.width);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i % kAssignRows == 0) running.check();
    fetcher.fetch_unit(rows[i], &units[i * vectors.width]);
  }
  return units;
}

/// The list of each row.
std::vector<uint32_t> assign(const VectorRows& vectors, std::span<const uint32_t> rows,
                             std::span<const float> centroids, const Running& running) {
  std::vector<uint32_t> lists(rows.size());
  for (size_t begin = 0; begin < rows.size(); begin += kAssignRows) {
    const auto some = rows.subspan(begin, std::min(kAssignRows, rows.size() - begin));
    const std::vector<float> units = units_of(vectors, some, running);
    assign_to_centroids(units, centroids, vectors.width, &lists[begin]);
  }
  return lists;
}

void fill_lists(Clusters& clusters, std::span<const uint32_t> rows,
                std::span<const uint32_t> lists) {
  clusters.begins.assign(clusters.options.lists + 1, 0);
  for (const uint32_t list : lists) ++clusters.begins[list + 1];
  for (size_t i = 1; i < clusters.begins.size(); ++i) clusters.begins[i] += clusters.begins[i - 1];
  std::vector<uint64_t> next = clusters.begins;
  clusters.listed.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) clusters.listed[next[lists[i]]++] = rows[i];
  size_t at = 0;
  for (uint64_t row = 0; row < clusters.rows; ++row) {
    if (at < rows.size() && rows[at] == row) {
      ++at;
    } else {
      clusters.unlisted.push_back(static_cast<uint32_t>(row));
    }
  }
}

/// found[p] counts the true neighbours of the query that lie in the p-th nearest list.
std::vector<uint64_t> count_by_list(const VectorRows& vectors, const Clusters& clusters,
                                    uint32_t query, std::span<const uint32_t> list_of,
                                    const Running& running) {
  std::vector<double> components(vectors.width);
  std::vector<float> unit(vectors.width);
  RowFetcher(vectors).fetch_unit(query, unit.data());
  std::copy(unit.begin(), unit.end(), components.begin());
  const Probe probe = cosine_to(components);
  std::vector<uint32_t> place(clusters.lists());
  ClusterOrder order(clusters, probe);
  for (uint32_t i = 0; i < clusters.lists(); ++i) place[order.next()] = i;
  std::vector<uint64_t> found(clusters.lists());
  uint32_t left = clusters.recall_at;
  for (const Hit& hit :
       nearest(vectors, probe, clusters.recall_at + 1, nullptr, {{}, running.poll})) {
    if (hit.row == query || left == 0) continue;
    --left;
    ++found[place[list_of[hit.row]]];
  }
  return found;
}

void measure_recall(const VectorRows& vectors, Clusters& clusters,
                    std::span<const uint32_t> queries, const Running& running) {
  std::vector<uint32_t> list_of(clusters.rows);
  for (uint32_t list = 0; list < clusters.lists(); ++list)
    for (uint64_t i = clusters.begins[list]; i < clusters.begins[list + 1]; ++i)
      list_of[clusters.listed[i]] = list;
  std::vector<std::vector<uint64_t>> counts(queries.size());
  running.for_each(queries.size(), [&](size_t i) {
    counts[i] = count_by_list(vectors, clusters, queries[i], list_of, running);
  });
  uint64_t all = 0, found = 0;
  std::vector<uint64_t> by_place(clusters.lists());
  for (const std::vector<uint64_t>& count : counts)
    for (size_t i = 0; i < count.size(); ++i) by_place[i] += count[i], all += count[i];
  for (uint32_t lists = 1, step = 1; lists < clusters.lists(); ++lists) {
    found += by_place[lists - 1];
    if (lists % step != 0) continue;
    clusters.recall.push_back({lists, static_cast<double>(found) / static_cast<double>(all)});
    if (lists >= 8 * step) step *= 2;
  }
  clusters.recall.push_back({clusters.lists(), 1});
}

}  // namespace

uint64_t cluster_build_bytes(uint64_t rows, uint32_t width, const ClusterOptions& options) {
  const uint64_t lists = options.lists != 0 ? options.lists : usual_lists(rows);
  const uint64_t samples = std::min(rows, lists * options.samples_per_list);
  // Samples and two copies of the centroids; a batch and its products; rows, lists, by list.
  return (samples + 2 * lists + kAssignRows) * width * sizeof(float) +
         kAssignRows * lists * sizeof(float) + rows * 5 * sizeof(uint32_t);
}

std::optional<Clusters> build_clusters(const VectorRows& vectors, const ClusterOptions& options,
                                       const Running& running) {
  const std::vector<uint32_t> rows = rows_with_direction(vectors, nullptr, running);
  if (rows.size() < kLeastVectors) return std::nullopt;
  Clusters clusters;
  clusters.width = vectors.width;
  clusters.rows = vectors.rows;
  clusters.options = options;
  clusters.recall_at = static_cast<uint32_t>(std::min<size_t>(kRecallAt, rows.size() - 1));
  uint32_t& lists = clusters.options.lists;
  if (lists == 0) lists = usual_lists(rows.size());
  lists = static_cast<uint32_t>(std::min<size_t>(lists, rows.size() / 4));

  std::mt19937_64 random(options.seed);
  std::vector<uint32_t> drawn = rows;
  const size_t queries = std::clamp<size_t>(options.recall_queries, 1, rows.size() / 4);
  const size_t samples = std::min<size_t>(
      rows.size() - queries, size_t{lists} * std::max<uint32_t>(options.samples_per_list, 1));
  draw(drawn, queries + samples, random);
  std::sort(drawn.begin() + static_cast<ptrdiff_t>(queries),
            drawn.begin() + static_cast<ptrdiff_t>(queries + samples));
  clusters.centroids = train_centroids(
      units_of(vectors, std::span(drawn).subspan(queries, samples), running), vectors.width, lists,
      std::max<uint32_t>(options.iterations, 1), options.seed, running.poll);
  fill_lists(clusters, rows, assign(vectors, rows, clusters.centroids, running));
  measure_recall(vectors, clusters, std::span(drawn).first(queries), running);
  return clusters;
}

}  // namespace cupel::index
