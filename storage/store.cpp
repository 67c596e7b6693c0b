#include "storage/store.hpp"

#include <fmt/format.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <system_error>
#include <utility>

#include "cupel/error.hpp"
#include "storage/advice.hpp"
#include "storage/store_disk.hpp"
#include "storage/store_log.hpp"
#include "storage/store_options.hpp"
#include "storage/store_stamp.hpp"
#include "storage/store_table.hpp"

namespace cupel::storage {

namespace fs = std::filesystem;

namespace {

using Handles = std::array<rocksdb::ColumnFamilyHandle*, kFamilyNames.size()>;

/// Bytes with which each change in a batch is protected on its way to memory and log.
constexpr size_t kProtectionBytes = 8;

/// Room on the disk that a write leaves for cleaning up, and that cleaning up leaves.
constexpr uint64_t kRoomLeft = 4u << 20, kLeastRoomLeft = 1u << 20;

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

size_t index(Family family) { return static_cast<size_t>(family); }

/// Whether it was the system that failed, not a file that is damaged. RocksDB says "invalid
/// argument" of a MANIFEST that it cannot open, and "corruption" of a table that it cannot look at.
bool is_failure(const rocksdb::Status& status, std::string_view said) {
  if (status.IsCorruption())
    return said.find("IO error: ") != std::string_view::npos &&
           said.find("No such file") == std::string_view::npos;
  return status.IsIOError() || status.IsBusy() || status.IsTimedOut() || status.IsInvalidArgument();
}

[[noreturn]] void throw_status(const rocksdb::Status& status, const fs::path& where) {
  const std::string said = status.ToString();
  if (status.IsNoSpace()) {
    std::error_code error;
    const auto space = fs::space(where, error);
    throw Error(ErrorCode::kIo,
                fmt::format("the disk of {} is full ({} bytes are free): close the database, make "
                            "room on it and open it again; nothing that was acknowledged is lost "
                            "({})",
                            where.string(), error ? 0 : space.available, said));
  }
  if (is_failure(status, said))
    throw Error(ErrorCode::kIo, fmt::format("the files in {} failed: {}", where.string(), said));
  if (status.IsMemoryLimit())
    throw Error(ErrorCode::kLimit, fmt::format("{} needs more memory: {}", where.string(), said));
  throw Error(ErrorCode::kCorruption,
              fmt::format("the files in {} (tables *.sst, logs *.log) are damaged: {}; {}",
                          where.string(), said, kRestore));
}

void require(const rocksdb::Status& status, const fs::path& where) {
  if (!status.ok()) throw_status(status, where);
}

class RocksSnapshot : public StoreSnapshot {
 public:
  explicit RocksSnapshot(rocksdb::DB* db) : db_(db), snapshot_(db->GetSnapshot()) {}
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;
  ~RocksSnapshot() override { db_->ReleaseSnapshot(snapshot_); }
  const rocksdb::Snapshot* get() const noexcept { return snapshot_; }

 private:
  rocksdb::DB* db_;
  const rocksdb::Snapshot* snapshot_;
};

/// A read-only instance never changes, so that it needs no snapshots.
class NoSnapshot : public StoreSnapshot {};

rocksdb::ReadOptions read_options(Family family, const StoreSnapshot* at) {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  // Chunks and blocks are cached decoded; keeping their bytes too would halve what fits.
  options.fill_cache = family != Family::kColumns && family != Family::kVectors;
  if (const auto* snapshot = dynamic_cast<const RocksSnapshot*>(at))
    options.snapshot = snapshot->get();
  return options;
}

}  // namespace

struct WriteSet::Impl {
  explicit Impl(const Handles& families) : handles(families), batch(0, 0, kProtectionBytes, 0) {}
  Handles handles;
  rocksdb::WriteBatch batch;
};

namespace {

class RocksStore : public Store {
 public:
  explicit RocksStore(const StoreOptions& options)
      : options_(options), stamp_(options.uuid, options.tolerance != Tolerance::kNone) {
    env_ = options.in_memory
               ? std::unique_ptr<rocksdb::Env>(rocksdb::NewMemEnv(rocksdb::Env::Default()))
               : make_disk();
    where_ = options.in_memory ? fs::path("/memory") : options.directory;
    open();
  }
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;
  ~RocksStore() override { close_quietly(); }

  StoreSnapshotPtr snapshot() const override {
    if (options_.read_only) return std::make_shared<NoSnapshot>();
    return std::make_shared<RocksSnapshot>(db_.get());
  }

  bool read(Family family, std::string_view key, const StoreSnapshot* at,
            const Reader& f) const override {
    rocksdb::PinnableSlice value;
    const rocksdb::Status status =
        db_->Get(read_options(family, at), handles_[index(family)], slice(key), &value);
    if (status.IsNotFound()) return false;
    require(status, where_);
    f(view(value));
    return true;
  }

  void scan(Family family, std::string_view begin, std::string_view end, const StoreSnapshot* at,
            const Visitor& f) const override {
    rocksdb::ReadOptions options = read_options(family, at);
    options.fill_cache = false;
    const rocksdb::Slice bound = slice(end);
    if (!end.empty()) options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options, handles_[index(family)]));
    for (it->Seek(slice(begin)); it->Valid(); it->Next())
      if (!f(view(it->key()), view(it->value()))) return;
    require(it->status(), where_);
  }

  WriteSet changes() const override { return WriteSet(std::make_unique<WriteSet::Impl>(handles_)); }

  void write(WriteSet& changes, bool sync) override { write_leaving(kRoomLeft, changes, sync); }

  void clean_up(WriteSet& changes) override { write_leaving(kLeastRoomLeft, changes, true); }

  bool failed() const noexcept override { return failed_; }

  void add_tables(Family family, const std::vector<TableValues>& tables) override {
    if (tables.empty()) return;
    require_unfailed();
    uint64_t bytes = 0;
    for (const TableValues& table : tables)
      for (const auto& [key, value] : table) bytes += key.size() + value.size();
    require_room(bytes + kRoomLeft);
    const rocksdb::Options options(database_options(options_, env_.get()),
                                   family_options(options_)[index(family)]);
    require_written(add_table_files(*db_, handles_[index(family)], options,
                                    (where_ / kAddedTable).string(), tables));
  }

  void drop_tables(Family family, std::string_view begin) override {
    require_unfailed();
    const rocksdb::Slice first = slice(begin);
    require_written(
        rocksdb::DeleteFilesInRange(db_.get(), handles_[index(family)], &first, nullptr));
  }

  void flush() override {
    require(db_->Flush(rocksdb::FlushOptions(), {handles_.begin(), handles_.end()}), where_);
  }

  std::vector<SealedFile> close() override {
    if (!db_) return {};
    rocksdb::CancelAllBackgroundWork(db_.get(), true);
    std::vector<SealedFile> live = tables();
    for (rocksdb::ColumnFamilyHandle* handle : all_handles_) db_->DestroyColumnFamilyHandle(handle);
    all_handles_.clear();
    const rocksdb::Status status = db_->Close();
    db_.reset();
    require(status, where_);
    return live;
  }

  std::vector<SealedFile> tables() const override {
    std::vector<rocksdb::LiveFileMetaData> files;
    db_->GetLiveFilesMetaData(&files);
    std::vector<SealedFile> tables;
    tables.reserve(files.size());
    for (const rocksdb::LiveFileMetaData& file : files)
      tables.push_back({fs::path(file.name).filename().string(), file.size, 0});
    return tables;
  }

  void verify_files() const override {
    for (const SealedFile& table : tables()) {
      try {
        verify_file(table.name);
      } catch (const Error&) {
        // Compaction may have replaced it meanwhile.
        if (is_live(table.name)) throw;
      }
    }
  }

  void verify_file(const std::string& table) const override {
    // Families differ in options that reading does not need, but for the merge operator.
    const rocksdb::Options options(database_options(options_, env_.get()),
                                   family_options(options_)[index(Family::kColumns)]);
    const fs::path path = where_ / table;
    rocksdb::SstFileReader reader(options);
    rocksdb::Status status = reader.Open(path.string());
    if (status.ok()) status = reader.VerifyChecksum();
    if (status.ok()) return;
    throw Error(ErrorCode::kCorruption,
                fmt::format("{} is damaged: {}; {}", path.string(), status.ToString(), kRestore));
  }

 private:
  bool is_live(const std::string& name) const {
    const std::vector<SealedFile> live = tables();
    return std::any_of(live.begin(), live.end(),
                       [&](const SealedFile& table) { return table.name == name; });
  }

  void write_leaving(uint64_t room, WriteSet& changes, bool sync) {
    require_unfailed();
    // Once in the log, once in a table.
    require_room(2 * changes.impl().batch.GetDataSize() + room);
    // A power loss may leave a page of the log and not the one before it: then these changes would
    // be there without those that they are built upon.
    if (sync && unsynced_ && !options_.in_memory) require_written(db_->SyncWAL());
    unsynced_ = !sync;
    stamp_.put_on(changes.impl().batch);
    rocksdb::WriteOptions options;
    options.sync = sync;
    options.protection_bytes_per_key = kProtectionBytes;
    require_written(db_->Write(options, &changes.impl().batch));
  }

  /// A disk that is full when RocksDB writes is a failure, and final. So it is asked before, for
  /// these bytes and for what waits in memory to be written out.
  void require_room(uint64_t bytes) const {
    if (options_.in_memory) return;
    uint64_t waiting = 0;
    db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &waiting);
    std::error_code error;
    const auto space = fs::space(where_, error);
    if (error || space.available >= bytes + waiting) return;
    throw Error(
        ErrorCode::kIo,
        fmt::format("the disk of {} is full: {} bytes are free, and {} are needed to go on; "
                    "make room on it and try again",
                    where_.string(), space.available, bytes + waiting));
  }
  void require_unfailed() const {
    if (!failed_) return;
    if (failure_.IsNoSpace()) throw_status(failure_, where_);
    throw Error(ErrorCode::kIo,
                fmt::format("an earlier write to {} failed; close the database and open it again",
                            where_.string()));
  }
  void require_written(const rocksdb::Status& status) {
    if (status.ok()) return;
    failure_ = status;
    failed_ = true;
    throw_status(status, where_);
  }

  void open() {
    rocksdb::DBOptions options = database_options(options_, env_.get());
    const auto descriptors = named_families(options_);
    if (!options_.read_only && !options_.in_memory) remove_added_tables();
    options.wal_filter = &stamp_;
    rocksdb::DB* db = nullptr;
    rocksdb::Status status = open_as_asked(options, descriptors, &db);
    if (status.IsCorruption() && !options_.in_memory && stamp_.stranger().empty() &&
        logs_end_torn(where_)) {
      options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
      status = open_as_asked(options, descriptors, &db);
    }
    db_.reset(db);
    if (!stamp_.stranger().empty() && options_.tolerance == Tolerance::kNone) {
      close_quietly();
      throw Error(
          ErrorCode::kCorruption,
          fmt::format("{} is of another database; {}",
                      (where_ / fs::path(stamp_.stranger()).filename()).string(), kRestore));
    }
    require(status, where_);
    for (size_t i = 0; i < handles_.size(); ++i) handles_[i] = all_handles_[i + 1];
  }

  rocksdb::Status open_as_asked(const rocksdb::DBOptions& options,
                                const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                                rocksdb::DB** db) {
    if (!options_.read_only)
      return rocksdb::DB::Open(options, where_.string(), families, &all_handles_, db);
    // Beside a live writer only a secondary instance is safe. Alone it is not strict enough: it
    // passes over table files that do not open.
    if (options_.beside_writer)
      return rocksdb::DB::OpenAsSecondary(options, where_.string(), where_.string(), families,
                                          &all_handles_, db);
    return rocksdb::DB::OpenForReadOnly(options, where_.string(), families, &all_handles_, db);
  }

  /// What a death between writing tables and adding them left.
  void remove_added_tables() const {
    std::error_code error;
    for (fs::directory_iterator it(where_, error), end; !error && it != end; it.increment(error)) {
      std::error_code ignored;
      if (it->path().filename().string().starts_with(kAddedTable)) fs::remove(it->path(), ignored);
    }
  }

  void close_quietly() noexcept {
    try {
      close();
    } catch (const Error&) {
      // Everything acknowledged is in the synced log; the next open reads it from there.
      db_.reset();
    }
  }

  // Invariant: the environment and the stamp outlive db_.
  const StoreOptions options_;
  LogStamp stamp_;
  fs::path where_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> all_handles_;
  Handles handles_{};
  std::atomic<bool> failed_ = false;
  rocksdb::Status failure_;  ///< Of the writing thread.
  bool unsynced_ = false;    ///< Something in the log is not synced.
};

}  // namespace

WriteSet::WriteSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WriteSet::WriteSet(WriteSet&&) noexcept = default;
WriteSet& WriteSet::operator=(WriteSet&&) noexcept = default;
WriteSet::~WriteSet() = default;

bool WriteSet::empty() const { return impl_->batch.Count() == 0; }

// A batch fails to grow only when it is over a limit that is not set here.
void WriteSet::put(Family family, std::string_view key, std::string_view value) {
  require(impl_->batch.Put(impl_->handles[index(family)], slice(key), slice(value)), "memory");
}
void WriteSet::merge(Family family, std::string_view key, std::string_view patch) {
  require(impl_->batch.Merge(impl_->handles[index(family)], slice(key), slice(patch)), "memory");
}
void WriteSet::erase(Family family, std::string_view key) {
  require(impl_->batch.Delete(impl_->handles[index(family)], slice(key)), "memory");
}

std::unique_ptr<Store> Store::open(const StoreOptions& options) {
  return std::make_unique<RocksStore>(options);
}

}  // namespace cupel::storage
