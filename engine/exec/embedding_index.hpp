#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/plan/search.hpp"
#include "index/clusters_file.hpp"

/// Lists for approximate searches (index/clusters.hpp) of the database's sets of embeddings: a
/// cache in memory and in files, outside of the data. No answer ever needs one, no score comes from
/// one.
///
/// Invariants: 1. Lists that are handed out are of that set of this database, and cover no more
/// rows than the snapshot has. 2. They were built from a committed state, in which the set's last
/// change was no later than in the snapshot. 3. The files of the directory are `embeddings-ID.cki`;
/// whatever else is there is neither read nor changed.
namespace cupel::exec {

/// From so many vectors on, lists are worth having.
inline constexpr uint64_t kApproximateVectors = plan::kFewestVectorsForLists;
/// Lists are built anew when more than this share of the vectors is not in them, or has changed
/// since: these are searched one by one, or missed.
inline constexpr double kOutdatedShare = 0.2;

using ClustersPtr = std::shared_ptr<const index::Clusters>;

/// What becomes of lists that a search asked for.
struct Lists {
  ClustersPtr clusters;                  ///< null: search exactly
  std::optional<std::string> complaint;  ///< their file could not be written, in a sentence
};

/// Thread-safe.
class EmbeddingIndexes {
 public:
  /// `directory` is empty for a database in memory: then there are no files. `database` tells files
  /// of this database from others.
  EmbeddingIndexes(std::filesystem::path directory, std::string_view database, bool read_only);

  /// Lists that are there and fit the snapshot; null: none. Reads a file at most once.
  ClustersPtr find(const storage::Snapshot& snapshot, const storage::VectorSet& set);

  /// The same, built where there are none or they are outdated; null where the set is too small for
  /// lists or the statement's memory does not do. The context's snapshot must be a committed state.
  /// Of several statements that want them one builds, the others wait; throws what polling throws.
  Lists find_or_build(const storage::VectorSet& set, const Context& context);

  /// Removes lists and files of sets that were dropped. `catalog` is the last committed one.
  void sweep(const storage::Catalog& catalog);

 private:
  struct Entry {
    bool looked_for_file = false;
    uint64_t generation = 0;
    ClustersPtr clusters;
  };

  static bool outdated(const Entry& entry, const storage::Catalog& catalog,
                       const storage::VectorSet& set);
  /// With mutex_ held.
  Entry& entry_of(const storage::Snapshot& snapshot, const storage::VectorSet& set);
  std::optional<std::string> keep(const storage::VectorSet& set, const ClustersPtr& clusters);

  const std::filesystem::path directory_;
  const uint64_t database_;
  const bool read_only_;
  std::timed_mutex building_;
  std::mutex mutex_;
  std::map<uint32_t, Entry> entries_;  ///< by set; guarded by mutex_
};

/// Files of lists that cannot be used, in sentences: damaged, of another database, or of a set that
/// is not like that.
std::vector<std::string> unusable_lists(const std::filesystem::path& directory,
                                        std::string_view database, const storage::Catalog& catalog);

}  // namespace cupel::exec
