#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/seal.hpp"

// The wall around RocksDB: keys and values in five families, atomic writes, snapshots. Only
// store*.cpp include it.

namespace cupel::storage {

/// A column family. In kColumns a value may be followed by patches (codec.hpp), which reading
/// and compaction fold into it.
enum class Family : uint8_t { kMeta, kColumns, kDictionary, kLookup, kVectors };
inline constexpr std::array<const char*, 5> kFamilyNames = {"meta", "columns", "dictionary",
                                                            "lookup", "vectors"};

/// What damage a store that is only read may have when it is opened. kLogs: of logs; what follows
/// it is left out. kTables: tables that do not open; reading what is in them fails, and what cannot
/// be read of logs is left out.
enum class Tolerance : uint8_t { kNone, kLogs, kTables };

struct StoreOptions {
  std::filesystem::path directory;  ///< Where its files are; ignored in memory.
  bool in_memory = false;
  bool read_only = false;
  bool beside_writer = false;       ///< Read-only while a writer has it open.
  bool create = false;              ///< Make one where there is none.
  size_t memory_bytes = 64u << 20;  ///< Block cache and write buffers together.
  Tolerance tolerance = Tolerance::kNone;
  std::string uuid;  ///< Of the database: logs of others are refused. Empty: there are none.
};

/// Changes of one store that are written at once; the last one of a key wins (patches add up).
class WriteSet {
 public:
  struct Impl;
  explicit WriteSet(std::unique_ptr<Impl> impl);
  WriteSet(WriteSet&&) noexcept;
  WriteSet& operator=(WriteSet&&) noexcept;
  ~WriteSet();
  void put(Family family, std::string_view key, std::string_view value);
  void merge(Family family, std::string_view key, std::string_view patch);
  void erase(Family family, std::string_view key);
  bool empty() const;
  Impl& impl() noexcept { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// A moment of the store. Must not outlive it.
class StoreSnapshot {
 public:
  virtual ~StoreSnapshot() = default;

 protected:
  StoreSnapshot() = default;
};
using StoreSnapshotPtr = std::shared_ptr<const StoreSnapshot>;

/// Thread-safe; one thread writes at a time. Throws Error: kIo, kCorruption (with RocksDB's words,
/// which name the file where it knows it).
class Store {
 public:
  static std::unique_ptr<Store> open(const StoreOptions& options);
  /// Makes a store of the tables in a directory, where nothing else is, and of what is in the logs
  /// up to the first damage. Tables that cannot be read are put aside, those of others removed. The
  /// logs, oldest first, are only read. `uuid` as in StoreOptions.
  static void repair(const std::filesystem::path& directory,
                     const std::vector<std::filesystem::path>& logs, const std::string& uuid);
  /// The tables in the directory that say that they are of another database.
  static std::vector<std::filesystem::path> strange_tables(const std::filesystem::path& directory,
                                                           const std::string& uuid);
  virtual ~Store() = default;

  virtual StoreSnapshotPtr snapshot() const = 0;

  using Reader = std::function<void(std::string_view)>;
  /// Calls `f` with the value, if there is one; says whether there was. `at` null: as of now.
  virtual bool read(Family family, std::string_view key, const StoreSnapshot* at,
                    const Reader& f) const = 0;

  using Visitor = std::function<bool(std::string_view key, std::string_view value)>;
  /// Visits keys from `begin` on in byte order until `f` returns false or `end` is reached (empty:
  /// to the last key).
  virtual void scan(Family family, std::string_view begin, std::string_view end,
                    const StoreSnapshot* at, const Visitor& f) const = 0;

  virtual WriteSet changes() const = 0;
  /// Writes all of it or nothing. With `sync` it is durable on return, and everything written
  /// before is so before it. Refuses, with kIo and nothing done, when the disk has not so much room
  /// that all of it could be written out, and some more. A failure is final: every later change
  /// fails too, until the store is reopened (after a failed sync the system may have dropped what
  /// it says it has).
  virtual void write(WriteSet& changes, bool sync) = 0;
  /// The same, synced, for changes that give room back: it may use what write() leaves.
  virtual void clean_up(WriteSet& changes) = 0;
  /// Whether a change has failed since opening.
  virtual bool failed() const noexcept = 0;

  /// Adds values as table files, past the log: for many bytes. Keys ascend strictly within a table;
  /// tables whose ranges of keys lie apart, also from older ones, are never merged again. A
  /// snapshot that was taken before may see them: nobody asks it for these keys. All of it or
  /// nothing, durable on return; what was written before need not be. Refuses and fails as write()
  /// does.
  using KeyValue = std::pair<std::string, std::string_view>;
  using TableValues = std::vector<KeyValue>;
  virtual void add_tables(Family family, const std::vector<TableValues>& tables) = 0;
  /// Deletes table files that hold nothing but keys from `begin` on, for a range that no reader
  /// of any moment looks at. Other keys of it stay: they are for erase().
  virtual void drop_tables(Family family, std::string_view begin) = 0;

  /// Writes memory out into table files.
  virtual void flush() = 0;
  /// Ends background work and closes; returns the table files that are live then. Nothing but the
  /// destructor may be called after it.
  virtual std::vector<SealedFile> close() = 0;

  /// The table files that are live now.
  virtual std::vector<SealedFile> tables() const = 0;
  /// Reads every table file and compares its checksums. Throws kCorruption naming the file.
  virtual void verify_files() const = 0;
  virtual void verify_file(const std::string& table) const = 0;

 protected:
  Store() = default;
};

}  // namespace cupel::storage
