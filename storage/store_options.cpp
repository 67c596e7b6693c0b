#include "storage/store_options.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <sys/resource.h>

#include <algorithm>
#include <limits>

#include "storage/store_stamp.hpp"

namespace cupel::storage {
namespace {

constexpr size_t kMegabyte = size_t{1} << 20;

/// Neighbouring keys among which one deletion makes a table of vectors worth compacting.
constexpr size_t kDeletionWindow = 128;

/// Where RocksDB's words about itself go: nowhere.
class QuietLog : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

/// Keeps RocksDB from going on by itself after a failure, when a disk that was full has room: 7.8
/// may append to a log that ends torn (an assertion ends the process then) and takes no more
/// tables.
class NoRecovery : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status error,
                            bool* recovers) override {
    if (error.severity() >= rocksdb::Status::Severity::kHardError) *recovers = false;
  }
};

size_t write_buffer_bytes(const StoreOptions& options) {
  return std::clamp(options.memory_bytes / 8, kMegabyte, 64 * kMegabyte);
}

/// How many tables are held open at once.
int open_tables() {
  rlimit files{};
  constexpr rlim_t kLeast = 64, kMost = 4096;
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return kLeast;
  return static_cast<int>(std::clamp(files.rlim_cur / 4, kLeast, kMost));
}

}  // namespace

rocksdb::DBOptions database_options(const StoreOptions& options, rocksdb::Env* env) {
  rocksdb::DBOptions db;
  db.env = env;
  db.create_if_missing = options.create;
  db.create_missing_column_families = options.create;

  // A flipped bit in the log must be an error. The default, kPointInTimeRecovery, drops what
  // follows it in silence, and is for what a power loss leaves only (store_log.hpp);
  // kAbsoluteConsistency refuses the torn tail of an honest crash.
  db.wal_recovery_mode = options.tolerance == Tolerance::kLogs
                             ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                             : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // After a failed write nothing more is written, and a table that does not open is an error.
  db.paranoid_checks = options.tolerance != Tolerance::kTables;
  db.max_bgerror_resume_count = 0;
  db.listeners.push_back(std::make_shared<NoRecovery>());
  // Table files must be the ones that the MANIFEST speaks of.
  db.verify_sst_unique_id_in_manifest = true;
  db.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // A synced log that has gone is noticed. Does not work with secondary instances; switched off in
  // a plain read-only one, RocksDB would want to note that, and abort.
  db.track_and_verify_wals_in_manifest = !options.beside_writer;
  // RocksDB would begin a new MANIFEST beyond this size; the seal relies on one a session.
  db.max_manifest_file_size = std::numeric_limits<uint64_t>::max();
  // Recovery may step over holes that this leaves in the log.
  db.wal_bytes_per_sync = 0;

  // Table files reach the disk while they are written, not all at once when they are synced.
  db.bytes_per_sync = kMegabyte;

  // Mapped reads are twice as slow warm and ten times slower cold.
  db.allow_mmap_reads = false;
  // A secondary instance keeps reading files that the writer has deleted; only open ones survive.
  // Others open a table when they need it, and leave files to the rest of the process.
  db.max_open_files = options.beside_writer ? -1 : open_tables();
  // An embedded library: one flush and one compaction beside the caller's own threads.
  db.max_background_jobs = 2;
  db.max_subcompactions = 1;
  db.max_file_opening_threads = 1;
  // Small families are flushed when the log grows, else one dictionary entry would keep it all.
  db.max_total_wal_size = 4 * write_buffer_bytes(options);
  db.db_write_buffer_size = 2 * write_buffer_bytes(options);
  db.skip_stats_update_on_db_open = true;  // reads table files that nobody asked for
  db.skip_checking_sst_file_sizes_on_db_open = false;

  // A log file of RocksDB ends the process when a line of it cannot be written, as on a full disk,
  // and another follows: an assertion fails, and Debian's RocksDB has assertions.
  db.info_log = std::make_shared<QuietLog>();
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  return db;
}

std::array<rocksdb::ColumnFamilyOptions, kFamilyNames.size()> family_options(
    const StoreOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(std::max(options.memory_bytes / 2, kMegabyte));
  table.checksum = rocksdb::ChecksumType::kXXH3;
  table.format_version = 5;
  // Indexes and filters count against the budget too.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;

  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = write_buffer_bytes(options);
  family.compression = rocksdb::kLZ4Compression;  // halves the disk and costs no time
  family.level_compaction_dynamic_level_bytes = true;
  family.force_consistency_checks = true;
  family.memtable_protection_bytes_per_key = 8;
#ifndef NDEBUG
  family.paranoid_file_checks = true;
#endif
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

  if (!options.uuid.empty())
    family.table_properties_collector_factories.push_back(make_table_stamp(options.uuid));

  std::array<rocksdb::ColumnFamilyOptions, kFamilyNames.size()> families;
  families.fill(family);
  families[static_cast<size_t>(Family::kColumns)].merge_operator = make_fold_operator();
  rocksdb::ColumnFamilyOptions& vectors = families[static_cast<size_t>(Family::kVectors)];
  // Numbers of vectors do not compress, and trying costs more than writing them.
  vectors.compression = rocksdb::kNoCompression;
  // Blocks of half a megabyte: a removed set should give its room back soon.
  vectors.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(kDeletionWindow, 1));
  // A look-up of an unknown reference id should not read a block.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  families[static_cast<size_t>(Family::kLookup)].table_factory.reset(
      rocksdb::NewBlockBasedTableFactory(table));
  return families;
}

std::vector<rocksdb::ColumnFamilyDescriptor> named_families(const StoreOptions& options) {
  const auto families = family_options(options);
  std::vector<rocksdb::ColumnFamilyDescriptor> named = {
      {rocksdb::kDefaultColumnFamilyName, families[static_cast<size_t>(Family::kMeta)]}};
  for (size_t i = 0; i < families.size(); ++i) named.emplace_back(kFamilyNames[i], families[i]);
  return named;
}

}  // namespace cupel::storage
