#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "index/nearest.hpp"

/// Approximate search: rows in lists around centroids, of which a search looks into the nearest
/// (IVF; Sivic and Zisserman, "Video Google", 2003; Jégou et al., "Product quantization for nearest
/// neighbor search", 2011). Centroids are learned by spherical k-means, in FAISS.
///
/// Only centroids and lists of rows are kept. The vectors stay in their set, and every row a search
/// returns was compared by its vector as it is now, by similarity.hpp. So whatever lists say, and
/// however old they are, a score is never wrong; a row can only be missed.
namespace cupel::index {

struct ClusterOptions {
  uint32_t lists = 0;              ///< 0: by the number of vectors (usual_lists)
  uint32_t iterations = 10;        ///< of k-means
  uint32_t samples_per_list = 64;  ///< vectors that k-means sees, for each list
  uint32_t recall_queries = 64;    ///< rows on which the recall is measured
  uint64_t seed = 1;
};

/// How many lists suit so many vectors.
uint32_t usual_lists(uint64_t vectors);
/// The bytes that building takes at most, beside blocks.
uint64_t cluster_build_bytes(uint64_t rows, uint32_t width, const ClusterOptions& options);

/// Of searches that look into `lists` lists: how many of the true nearest they find.
struct RecallPoint {
  uint32_t lists = 0;
  double recall = 0;  ///< 0 to 1
  friend bool operator==(const RecallPoint&, const RecallPoint&) = default;
};

/// Immutable once made; shared by threads. Invariants:
/// 1. Every row below `rows` is either in exactly one list, or in `unlisted` (it had no direction).
/// 2. `begins` has one number more than there are lists, ascends from 0 to listed.size(); rows
///    ascend within a list.
/// 3. `recall` ascends in both numbers and ends with all lists and 1.
struct Clusters {
  uint32_t width = 0;
  uint64_t rows =
      0;  ///< that are covered; later ones are a tail, which searches compare one by one
  ClusterOptions options;           ///< as it was built; lists as they are
  std::vector<float> centroids;     ///< lists × width, each of length 1
  std::vector<uint64_t> begins;     ///< of lists in `listed`
  std::vector<uint32_t> listed;     ///< rows, list by list
  std::vector<uint32_t> unlisted;   ///< ascending; always compared, as they may have a vector now
  uint32_t recall_at = 0;           ///< the k of `recall`
  std::vector<RecallPoint> recall;  ///< measured on rows that k-means did not see, where possible

  uint32_t lists() const { return static_cast<uint32_t>(begins.size() - 1); }
  /// The fewest lists whose measured recall is at least `wanted`; all of them above 1.
  RecallPoint at_recall(double wanted) const;
};

/// Learns centroids and assigns all rows. Nothing when there are too few vectors for lists to be
/// of use (fewer than 1,000): then an exact search is as fast. Deterministic for a seed on one
/// machine. Uses FAISS, whose BLAS may use threads of its own; `running` is used beside.
std::optional<Clusters> build_clusters(const VectorRows& vectors, const ClusterOptions& options,
                                       const Running& running);

struct ApproximateHits {
  std::vector<Hit> hits;       ///< best first
  bool exact = false;          ///< every row in question was compared
  double expected_recall = 1;  ///< measured when the lists were built, without `among`
  uint32_t lists = 0;          ///< looked into; 0 when there was no need of lists
  uint64_t compared = 0;       ///< rows
};

/// The k best-scored rows among `among` (null: all) that the lists nearest to the probe hold:
/// min(k, rows there that have a score), always. Looks into as many lists as `recall` asks for,
/// and, where `among` leaves few rows of them, into further ones until as many were compared as
/// without it; for k above recall_at proportionally more. Where that would be half of the rows in
/// question, it compares them all. The probe is one of cosine_to. Rows past
/// clusters.rows are all compared. Widths must be equal; clusters.rows at most vectors.rows.
ApproximateHits nearest_approximate(const VectorRows& vectors, const Clusters& clusters,
                                    const Probe& probe, size_t k, double recall,
                                    const storage::Bitmap* among, const Running& running);

}  // namespace cupel::index
