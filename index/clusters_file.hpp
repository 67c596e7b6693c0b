#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "index/clusters.hpp"

/// Clusters as a file: a cache outside of the data. It can be deleted at any time; one that is
/// missing, damaged, foreign or of other data reads as nothing, and is built again.
///
///   file := magic "CKI1" | set u32 | database u64 | generation u64 | width u32 | lists u32 | rows
///   u64
///           | iterations u32 | samples_per_list u32 | recall_queries u32 | recall_at u32 | seed
///           u64 | listed u64 | unlisted u64 | recall points u32 | zero u32 | begins u64[lists + 1]
///           | recall (lists u32, zero u32, recall f64)[] | centroids f32[lists × width] | listed
///           u32[] | unlisted u32[] | xxh3-64 of all before
namespace cupel::index {

/// What the lists were built from.
struct ClustersKey {
  uint64_t database = 0;  ///< a number that tells databases apart
  uint32_t set = 0;
  uint64_t generation = 0;  ///< of the set's last change
  friend bool operator==(const ClustersKey&, const ClustersKey&) = default;
};

struct StoredClusters {
  ClustersKey key;
  Clusters clusters;
};

std::string encode_clusters(const Clusters& clusters, const ClustersKey& key);
/// Nothing for bytes that are not exactly what encode_clusters gives; never throws, never reads
/// outside, takes no memory beyond that of what the bytes hold.
std::optional<StoredClusters> decode_clusters(std::string_view bytes) noexcept;

/// Replaces the file as a whole, durably. Throws Error(kIo).
void write_clusters(const std::filesystem::path& file, const Clusters& clusters,
                    const ClustersKey& key);
/// Nothing when there is no such file, it cannot be read or decoded, or it is of another database,
/// set or width, or covers more than `rows` rows. The caller compares the generation: an older one
/// means that vectors of covered rows may have changed since, which costs recall only.
std::optional<StoredClusters> read_clusters(const std::filesystem::path& file, uint64_t database,
                                            uint32_t set, uint32_t width, uint64_t rows) noexcept;

}  // namespace cupel::index
