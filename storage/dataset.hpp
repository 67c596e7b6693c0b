#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/snapshot.hpp"
#include "storage/transaction.hpp"

namespace cupel::storage {

/// The format this program writes, and the oldest that it reads. A database of an older one becomes
/// one of this when it is opened for writing; others are refused by number.
/// 3: chunks of decimals (codec_decimal.hpp).
inline constexpr uint32_t kFormatVersion = 3;
inline constexpr uint32_t kOldestFormat = 2;

struct DatasetOptions {
  bool read_only = false;
  bool create = true;  ///< Make the directory where there is none.
  size_t memory_bytes =
      512u << 20;  ///< Budget of decoded chunks and vectors, block cache and write buffers.
  uint32_t chunk_rows = kMaxChunkRows;  ///< For a new database only.
  /// Bytes of appended chunks that a transaction keeps in memory before it writes ahead. Of blocks
  /// of vectors it collects eight times as many, for one table; none when it is 0.
  size_t write_ahead_bytes = 4u << 20;
  /// Look-ups that a transaction keeps in memory before it writes some ahead.
  size_t lookups_kept = 10000;
};

/// An open database directory. `:memory:` is one that lives in memory only.
///
///   DIR/CUPEL    "cupel database", format number, uuid: one line each
///   DIR/LOCK     held by the writer (flock), with its process id
///   DIR/seal     what the store must hold, checked before RocksDB opens (seal.hpp)
///   DIR/rows/    RocksDB: column families meta, columns, dictionary, lookup, vectors
///   DIR/index/   structures for searches, files of others: a cache, which may be gone at any time
///
/// Thread-safe. Any number of snapshots; at most one transaction at a time (begin() waits for the
/// one before it in this process; another process is refused at open with kConflict and the
/// holder's process id). A read-only open does not take the lock and sees the state as of opening.
class Dataset {
 public:
  /// Throws Error: kIo (not there, no permission), kConflict (a writer holds it), kUnsupported
  /// (another format, or not a database at all), kCorruption (names the file).
  static std::shared_ptr<Dataset> open(const std::filesystem::path& directory,
                                       const DatasetOptions& options);
  virtual ~Dataset() = default;

  virtual SnapshotPtr snapshot() const = 0;
  /// Waits for the writer before it and sweeps what transactions left that were given up, calling
  /// `poll` meanwhile, which may throw to stop that. Throws kUnsupported on a read-only database.
  virtual std::unique_ptr<Transaction> begin(const Poll& poll = {}) = 0;
  virtual bool read_only() const = 0;
  virtual std::string path() const = 0;
  /// DIR/index, which need not exist; empty in memory. Storage neither reads nor writes it.
  virtual std::filesystem::path index_directory() const = 0;
  /// The uuid of DIR/CUPEL: given when the database was made, the same in every copy of it. Empty
  /// in memory.
  virtual std::string uuid() const = 0;
  /// Bytes on disk, as the sum of its files.
  virtual uint64_t disk_bytes() const = 0;
  /// Reads every stored byte and compares checksums (RocksDB's own verification); throws
  /// kCorruption naming the file.
  virtual void verify_files() const = 0;
  // What a writer, alive or dead, wrote ahead of a commit is left out of these three: nobody sees
  // it, and the next writer sweeps it.
  /// Every reference_id in the look-up, with the ordinal it points to, in byte order.
  virtual void for_each_lookup(const std::function<void(std::string_view, uint64_t)>& f) const = 0;
  /// Every stored chunk (column, chunk number) and the number of its bytes.
  virtual void for_each_chunk(const std::function<void(ColumnId, uint32_t, uint64_t)>& f) const = 0;
  /// Every stored block of vectors (set, block) and the number of its bytes.
  virtual void for_each_block(const std::function<void(uint32_t, uint32_t, uint64_t)>& f) const = 0;
};

/// One thing that does not fit, in a sentence.
struct Finding {
  std::string what;
};

/// Walks everything and reports what does not fit, storage's part: files verify, every chunk of
/// every column decodes, has the column's type and no more rows than the table, its codes are in
/// its dictionary; no chunk belongs to no column or lies past the rows; look-ups and reference
/// ids agree both ways; deleted rows are counted right; members of static slices exist; objects
/// point to existing items; every block of vectors decodes, has the shape of its set and no more
/// rows than the table, none belongs to no set, vectors are counted right. (Counts against a
/// recount: index/counts.)
std::vector<Finding> check(const Dataset& dataset);

}  // namespace cupel::storage
