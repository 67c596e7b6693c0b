#include "index/clusters_file.hpp"

#include <cmath>
#include <new>

#include "cupel/error.hpp"
#include "storage/codec_bytes.hpp"
#include "storage/durable_file.hpp"

namespace cupel::index {
namespace {

using storage::FieldReader;

constexpr std::string_view kMagic = "CKI1";
constexpr std::string_view kWhat = "index of vectors";

struct StoredPoint {
  uint32_t lists;
  uint32_t zero;
  double recall;
};

/// What stands in front of the arrays.
struct Sizes {
  uint64_t lists = 0, listed = 0, unlisted = 0, points = 0;

  /// Bytes of the arrays; each of the numbers was bounded before.
  uint64_t bytes(uint32_t width) const {
    return (lists + 1) * sizeof(uint64_t) + points * sizeof(StoredPoint) +
           (lists * width + listed + unlisted) * sizeof(uint32_t);
  }
};

/// Takes what the rows that a list holds say about it; false when it is not what is promised.
bool sound_lists(const Clusters& clusters) {
  if (clusters.begins.front() != 0 || clusters.begins.back() != clusters.listed.size())
    return false;
  for (size_t list = 0; list + 1 < clusters.begins.size(); ++list)
    if (clusters.begins[list] > clusters.begins[list + 1]) return false;
  storage::Bitmap seen(static_cast<uint32_t>(clusters.rows));
  const auto take = [&](const std::vector<uint32_t>& rows, uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) {
      if (rows[i] >= clusters.rows || seen.test(rows[i])) return false;
      if (i > begin && rows[i] <= rows[i - 1]) return false;
      seen.set(rows[i]);
    }
    return true;
  };
  for (size_t list = 0; list + 1 < clusters.begins.size(); ++list)
    if (!take(clusters.listed, clusters.begins[list], clusters.begins[list + 1])) return false;
  return take(clusters.unlisted, 0, clusters.unlisted.size()) && seen.all();
}

bool sound_recall(const Clusters& clusters) {
  RecallPoint last{0, 0};
  for (const RecallPoint& point : clusters.recall) {
    if (point.lists <= last.lists || !(point.recall >= last.recall)) return false;
    last = point;
  }
  return last == RecallPoint{clusters.lists(), 1};
}

bool sound_centroids(const Clusters& clusters) {
  for (const float x : clusters.centroids)
    if (!(std::fabs(x) <= 1.001f)) return false;
  return true;
}

StoredClusters decode(std::string_view bytes) {
  FieldReader in(storage::unseal_bytes(bytes, kMagic, kWhat), kWhat);
  StoredClusters out;
  Clusters& clusters = out.clusters;
  Sizes sizes;
  out.key.set = in.take<uint32_t>();
  out.key.database = in.take<uint64_t>();
  out.key.generation = in.take<uint64_t>();
  clusters.width = in.take<uint32_t>();
  clusters.options.lists = in.take<uint32_t>();
  clusters.rows = in.take<uint64_t>();
  clusters.options.iterations = in.take<uint32_t>();
  clusters.options.samples_per_list = in.take<uint32_t>();
  clusters.options.recall_queries = in.take<uint32_t>();
  clusters.recall_at = in.take<uint32_t>();
  clusters.options.seed = in.take<uint64_t>();
  sizes.lists = clusters.options.lists;
  sizes.listed = in.take<uint64_t>();
  sizes.unlisted = in.take<uint64_t>();
  sizes.points = in.take<uint32_t>();
  if (in.take<uint32_t>() != 0) in.damaged("a zero is none");
  if (clusters.width == 0 || clusters.width > storage::kMaxVectorWidth || sizes.lists == 0 ||
      clusters.rows > UINT32_MAX || sizes.listed > clusters.rows ||
      sizes.unlisted != clusters.rows - sizes.listed || sizes.points > sizes.lists)
    in.damaged("its sizes are impossible");
  if (sizes.bytes(clusters.width) != in.left()) in.damaged("its sizes do not fill it");
  clusters.begins = in.take_array<uint64_t>(sizes.lists + 1);
  for (const StoredPoint& point : in.take_array<StoredPoint>(sizes.points)) {
    if (point.zero != 0) in.damaged("a zero is none");
    clusters.recall.push_back({point.lists, point.recall});
  }
  clusters.centroids = in.take_array<float>(sizes.lists * clusters.width);
  clusters.listed = in.take_array<uint32_t>(sizes.listed);
  clusters.unlisted = in.take_array<uint32_t>(sizes.unlisted);
  in.expect_end();
  if (!sound_lists(clusters) || !sound_recall(clusters) || !sound_centroids(clusters))
    in.damaged("its parts do not agree");
  return out;
}

}  // namespace

std::string encode_clusters(const Clusters& clusters, const ClustersKey& key) {
  std::string out(kMagic);
  storage::put(out, key.set);
  storage::put(out, key.database);
  storage::put(out, key.generation);
  storage::put(out, clusters.width);
  storage::put(out, clusters.lists());
  storage::put(out, clusters.rows);
  storage::put(out, clusters.options.iterations);
  storage::put(out, clusters.options.samples_per_list);
  storage::put(out, clusters.options.recall_queries);
  storage::put(out, clusters.recall_at);
  storage::put(out, clusters.options.seed);
  storage::put(out, uint64_t{clusters.listed.size()});
  storage::put(out, uint64_t{clusters.unlisted.size()});
  storage::put(out, static_cast<uint32_t>(clusters.recall.size()));
  storage::put(out, uint32_t{0});
  storage::put_array(out, std::span(clusters.begins));
  for (const RecallPoint& point : clusters.recall)
    storage::put(out, StoredPoint{point.lists, 0, point.recall});
  storage::put_array(out, std::span(clusters.centroids));
  storage::put_array(out, std::span(clusters.listed));
  storage::put_array(out, std::span(clusters.unlisted));
  storage::seal_bytes(out);
  return out;
}

std::optional<StoredClusters> decode_clusters(std::string_view bytes) noexcept {
  try {
    return decode(bytes);
  } catch (const Error&) {
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
}

void write_clusters(const std::filesystem::path& file, const Clusters& clusters,
                    const ClustersKey& key) {
  storage::write_file_durably(file, encode_clusters(clusters, key));
}

std::optional<StoredClusters> read_clusters(const std::filesystem::path& file, uint64_t database,
                                            uint32_t set, uint32_t width, uint64_t rows) noexcept {
  try {
    // More than any file for so many rows has is not read into memory.
    const uint64_t most = 1024 + (rows + 1) * (uint64_t{width} * 4 + 64);
    if (!std::filesystem::is_regular_file(file) || std::filesystem::file_size(file) > most)
      return std::nullopt;
    std::optional<StoredClusters> stored = decode_clusters(storage::read_file(file));
    if (!stored || stored->key.database != database || stored->key.set != set ||
        stored->clusters.width != width || stored->clusters.rows > rows)
      return std::nullopt;
    return stored;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace cupel::index
