#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "storage/cache.hpp"
#include "storage/change_log.hpp"
#include "storage/codec.hpp"
#include "storage/dataset.hpp"
#include "storage/lock.hpp"
#include "storage/snapshot.hpp"
#include "storage/store.hpp"

namespace cupel::storage {

/// What everything that reads or writes an open database shares. The last holder closes it: it
/// writes memory out, seals the files and releases the lock. Members are thread-safe.
class Core {
 public:
  Core(std::filesystem::path directory, const DatasetOptions& options);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core();

  /// As it was named.
  const std::filesystem::path& directory() const noexcept { return directory_; }
  /// Where it is, whatever becomes of the process's working directory.
  const std::filesystem::path& files() const noexcept { return files_; }
  bool in_memory() const noexcept { return in_memory_; }
  /// Empty in memory.
  const std::string& uuid() const noexcept { return uuid_; }
  const DatasetOptions& options() const noexcept { return options_; }
  Store& store() const noexcept { return *store_; }
  ChunkCache& cache() const noexcept { return cache_; }
  ChangeLog& changes() const noexcept { return changes_; }
  /// Of blocks of vector sets.
  ChangeLog& block_changes() const noexcept { return block_changes_; }

  /// Whether it was a database before it was opened.
  bool sealed() const noexcept { return sealed_; }
  /// The last committed generation: as the seal says, then as the writer says.
  uint64_t generation() const noexcept { return generation_; }
  void set_generation(uint64_t generation) noexcept { generation_ = generation; }
  /// Writes the seal of a database that is in use. Called by the writer.
  void seal();
  /// Sweeps what transactions left that came to no end, if they left something. Called by the
  /// writer, before it begins.
  void sweep_leftovers(const Catalog& committed, const Poll& poll);
  void leave_unswept() noexcept { swept_ = false; }

 private:
  void prepare_directory();
  void open_to_read();
  void open_to_write();
  void close();

  const std::filesystem::path directory_;
  std::filesystem::path files_;
  const DatasetOptions options_;
  const bool in_memory_;
  std::string uuid_;
  bool sealed_ = false;
  std::optional<WriterLock> lock_;
  std::unique_ptr<Store> store_;
  // These two are touched by the writer and by the last holder only.
  uint64_t generation_ = 0;
  bool swept_ = true;
  mutable ChunkCache cache_;
  mutable ChangeLog changes_;
  mutable ChangeLog block_changes_;
};

/// A committed generation: catalog, moment of the store, dictionaries. Shared by its readers.
class Version {
 public:
  Version(std::shared_ptr<Core> core, CatalogPtr catalog,
          std::map<ColumnId, DictionaryPtr> dictionaries);
  Version(const Version&) = delete;
  Version& operator=(const Version&) = delete;
  ~Version();

  Core& core() const noexcept { return *core_; }
  const std::shared_ptr<Core>& core_ptr() const noexcept { return core_; }
  const CatalogPtr& catalog() const noexcept { return catalog_; }
  const StoreSnapshot* moment() const noexcept { return moment_.get(); }

  ChunkPtr chunk(ColumnKey key) const;
  VectorBlockPtr vector_block(const VectorSet& set, uint32_t block) const;
  DictionaryPtr dictionary(ColumnId column) const;
  std::optional<uint64_t> lookup(std::string_view reference_id) const;
  /// The dictionaries loaded so far.
  std::map<ColumnId, DictionaryPtr> dictionaries() const;

 private:
  const std::shared_ptr<Core> core_;
  const CatalogPtr catalog_;
  const StoreSnapshotPtr moment_;
  mutable std::mutex mutex_;
  mutable std::map<ColumnId, DictionaryPtr> dictionaries_;
};

using VersionPtr = std::shared_ptr<const Version>;

/// What decoding a chunk of a column gives, or throws kCorruption naming database, column and
/// chunk. `f` does the decoding.
ChunkPtr decode_named(const Core& core, const Column& column, uint32_t chunk,
                      const std::function<ChunkPtr()>& f);

/// The same for a block of a set; kCorruption too when it does not have the set's shape.
VectorBlockPtr decode_named_block(const Core& core, const VectorSet& set, uint32_t block,
                                  const std::function<VectorBlockPtr()>& f);

/// The set, which must be there, else kInternal.
const VectorSet& require_vectors(const Catalog& catalog, uint32_t set);

/// Removes what unfinished transactions wrote ahead of their commit: chunks wholly past the rows
/// of `committed`, chunks of columns it does not know, blocks of vector sets it does not know,
/// look-ups past its items when the journal tells of some; and then the journal. Synced. `poll` is
/// called now and then and may throw to stop it: the rest is for the next one.
void sweep(Store& store, const Catalog& committed, const Poll& poll);

/// The part of it that takes no time and gives most of the room back: whole table files.
void drop_ahead(Store& store, const Catalog& committed);

/// Removes look-ups of items from `rows` on, in one pass over all of them. Synced; `poll` as above.
void erase_lookups_from(Store& store, uint64_t rows, const Poll& poll);

}  // namespace cupel::storage
