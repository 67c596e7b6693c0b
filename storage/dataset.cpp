#include "storage/dataset.hpp"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <utility>

#include "cupel/error.hpp"
#include "storage/advice.hpp"
#include "storage/core.hpp"
#include "storage/state.hpp"
#include "storage/writing.hpp"
#include "storage/writing_view.hpp"

namespace cupel::storage {
namespace {

/// How long a writer waits for the one before it between polls.
constexpr std::chrono::milliseconds kPollEvery{20};

namespace fs = std::filesystem;

/// A reader's view of a committed generation.
class CommittedSnapshot : public Snapshot {
 public:
  explicit CommittedSnapshot(VersionPtr version)
      : Snapshot(version->catalog()), version_(std::move(version)) {}

  ChunkPtr chunk(ColumnId column, uint32_t chunk) const override {
    return version_->chunk({column, chunk});
  }
  DictionaryPtr dictionary(ColumnId column) const override { return version_->dictionary(column); }
  VectorBlockPtr vector_block(uint32_t set, uint32_t block) const override {
    return version_->vector_block(require_vectors(catalog(), set), block);
  }
  std::optional<uint64_t> find_item(std::string_view reference_id) const override {
    return visible_item(*this, version_->lookup(reference_id));
  }

 private:
  const VersionPtr version_;
};

std::optional<std::string> read_meta(const Core& core, std::string_view key) {
  std::optional<std::string> bytes;
  core.store().read(Family::kMeta, key, nullptr, [&](std::string_view value) { bytes = value; });
  return bytes;
}

[[noreturn]] void throw_damaged(const Core& core, std::string_view why) {
  throw Error(ErrorCode::kCorruption,
              fmt::format("the database {} is damaged: {}; {}", core.directory().string(), why,
                          kRestore));
}

void write_first_catalog(Core& core) {
  Catalog catalog;
  catalog.chunk_rows = core.options().chunk_rows;
  if (catalog.chunk_rows == 0 || catalog.chunk_rows > kMaxChunkRows)
    throw Error(ErrorCode::kLimit,
                fmt::format("a chunk has 1 to {} rows, not {}", kMaxChunkRows, catalog.chunk_rows));
  WriteSet changes = core.store().changes();
  changes.put(Family::kMeta, kCatalogKey, catalog.encode());
  changes.put(Family::kMeta, kStateKey, encode_state(state_of(catalog)));
  core.store().write(changes, true);
}

/// The committed catalog; an empty store gets its first one.
Catalog load_catalog(Core& core) {
  if (!read_meta(core, kStateKey)) {
    if (core.sealed()) throw_damaged(core, "its row counts are gone");
    write_first_catalog(core);
  }
  const auto catalog_bytes = read_meta(core, kCatalogKey);
  const auto state_bytes = read_meta(core, kStateKey);
  if (!catalog_bytes || !state_bytes) throw_damaged(core, "its catalog is gone");
  try {
    Catalog catalog = Catalog::decode(*catalog_bytes);
    State state = decode_state(*state_bytes);
    if (state.rows.size() != catalog.next_table || state.deleted.size() != catalog.next_table)
      throw_damaged(core, "its row counts belong to another catalog");
    catalog.generation = state.generation;
    catalog.rows = std::move(state.rows);
    catalog.deleted = std::move(state.deleted);
    catalog.watched = std::move(state.watched);
    return catalog;
  } catch (const Error& error) {
    throw Error(error.code(),
                fmt::format("{} (in {})", error.message(), core.directory().string()));
  }
}

class StoredDataset : public Dataset, public std::enable_shared_from_this<StoredDataset> {
 public:
  StoredDataset(const fs::path& directory, const DatasetOptions& options)
      : core_(std::make_shared<Core>(directory, options)) {
    Catalog catalog = load_catalog(*core_);
    if (catalog.generation < core_->generation())
      throw_damaged(*core_, fmt::format("it holds generation {}, but generation {} was committed",
                                        catalog.generation, core_->generation()));
    if (!options.read_only) {
      if (something_is_ahead()) {
        core_->leave_unswept();
        drop_ahead(core_->store(), catalog);
      }
      core_->set_generation(catalog.generation);
      core_->seal();
    }
    current_ =
        std::make_shared<const Version>(core_, std::make_shared<const Catalog>(std::move(catalog)),
                                        std::map<ColumnId, DictionaryPtr>());
  }

  SnapshotPtr snapshot() const override { return std::make_shared<CommittedSnapshot>(current()); }

  std::unique_ptr<Transaction> begin(const Poll& poll) override {
    if (read_only())
      throw Error(ErrorCode::kUnsupported,
                  fmt::format("the database {} is open read-only; open it for writing to change it",
                              path()));
    std::unique_lock lock(mutex_);
    while (!free_.wait_for(lock, kPollEvery, [&] { return !writing_; }))
      if (poll) poll();
    writing_ = true;
    const VersionPtr base = current_;
    lock.unlock();
    try {
      core_->sweep_leftovers(*base->catalog(), poll);
      const auto self = shared_from_this();
      return std::make_unique<Writing>(
          WriterDoor{base, [self](VersionPtr next) { self->publish(std::move(next)); },
                     [self] { self->release(); }});
    } catch (...) {
      release();
      throw;
    }
  }

  bool read_only() const override { return core_->options().read_only; }
  std::string path() const override { return core_->directory().string(); }
  fs::path index_directory() const override {
    return core_->in_memory() ? fs::path() : core_->files() / "index";
  }
  std::string uuid() const override { return core_->uuid(); }

  uint64_t disk_bytes() const override {
    uint64_t bytes = 0;
    if (core_->in_memory()) {
      for (const SealedFile& table : core_->store().tables()) bytes += table.length;
      return bytes;
    }
    // Files come and go while a writer compacts; one that has just gone counts nothing.
    std::error_code error;
    fs::recursive_directory_iterator it(core_->files(), error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      std::error_code gone;
      if (!it->is_regular_file(gone)) continue;
      const uint64_t size = it->file_size(gone);
      if (!gone) bytes += size;
    }
    return bytes;
  }

  void verify_files() const override { core_->store().verify_files(); }

  void for_each_lookup(const std::function<void(std::string_view, uint64_t)>& f) const override {
    const VersionPtr version = current();
    const bool ahead = something_is_ahead();
    core_->store().scan(Family::kLookup, {}, {}, version->moment(),
                        [&](std::string_view key, std::string_view value) {
                          const auto row = decode_ordinal(value);
                          if (!row)
                            throw_damaged(*core_,
                                          fmt::format("the look-up of '{}' has no row", key));
                          if (!ahead || *row < version->catalog()->row_count(kItems)) f(key, *row);
                          return true;
                        });
  }

  void for_each_chunk(const std::function<void(ColumnId, uint32_t, uint64_t)>& f) const override {
    const CatalogPtr catalog = current()->catalog();
    const bool ahead = something_is_ahead();
    for_each_key(Family::kColumns, "a chunk has no column",
                 [&](ColumnId column, uint32_t chunk, uint64_t bytes) {
                   const bool committed =
                       column < catalog->next_column &&
                       (!catalog->has(column) ||
                        chunk < catalog->chunk_count(catalog->column(column).table));
                   if (!ahead || committed) f(column, chunk, bytes);
                 });
  }

  void for_each_block(const std::function<void(uint32_t, uint32_t, uint64_t)>& f) const override {
    const uint32_t next_set = current()->catalog()->next_vectors;
    const bool ahead = something_is_ahead();
    for_each_key(Family::kVectors, "a block of vectors has no set",
                 [&](uint32_t set, uint32_t block, uint64_t bytes) {
                   if (!ahead || set < next_set) f(set, block, bytes);
                 });
  }

 private:
  /// Whether a writer, alive or dead, has written ahead of its commit.
  bool something_is_ahead() const { return read_meta(*core_, kJournalKey).has_value(); }

  void for_each_key(Family family, std::string_view damage,
                    const std::function<void(uint32_t, uint32_t, uint64_t)>& f) const {
    const VersionPtr version = current();
    core_->store().scan(family, {}, {}, version->moment(),
                        [&](std::string_view bytes, std::string_view value) {
                          const auto key = decode_key(bytes);
                          if (!key) throw_damaged(*core_, damage);
                          f(key->column, key->number, value.size());
                          return true;
                        });
  }

  VersionPtr current() const {
    const std::scoped_lock lock(mutex_);
    return current_;
  }
  void publish(VersionPtr next) {
    VersionPtr before;  // released outside the lock
    const std::scoped_lock lock(mutex_);
    before = std::exchange(current_, std::move(next));
  }
  void release() noexcept {
    {
      const std::scoped_lock lock(mutex_);
      writing_ = false;
    }
    free_.notify_one();
  }

  const std::shared_ptr<Core> core_;
  mutable std::mutex mutex_;
  std::condition_variable free_;
  bool writing_ = false;
  VersionPtr current_;
};

}  // namespace

std::shared_ptr<Dataset> Dataset::open(const fs::path& directory, const DatasetOptions& options) {
  return std::make_shared<StoredDataset>(directory, options);
}

}  // namespace cupel::storage
