#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

#include "cupel/error.hpp"
#include "storage/durable_file.hpp"
#include "storage/store_log_record.hpp"
#include "storage/store_options.hpp"
#include "storage/store_stamp.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

/// Takes the changes of a record of the log. Families have the numbers that they got when the store
/// was made: by order, behind that which every database of RocksDB has.
class Replay : public rocksdb::WriteBatch::Handler {
 public:
  using Status = rocksdb::Status;
  using Slice = rocksdb::Slice;

  explicit Replay(WriteSet& changes) : changes_(changes) {}

  Status PutCF(uint32_t family, const Slice& key, const Slice& value) override {
    if (is_known(family)) changes_.put(named(family), view(key), view(value));
    return Status::OK();
  }
  Status MergeCF(uint32_t family, const Slice& key, const Slice& value) override {
    if (is_known(family)) changes_.merge(named(family), view(key), view(value));
    return Status::OK();
  }
  Status DeleteCF(uint32_t family, const Slice& key) override {
    if (is_known(family)) changes_.erase(named(family), view(key));
    return Status::OK();
  }
  void LogData(const Slice&) override {}

 private:
  static bool is_known(uint32_t family) { return family >= 1 && family <= kFamilyNames.size(); }
  static Family named(uint32_t family) { return static_cast<Family>(family - 1); }
  static std::string_view view(const Slice& bytes) { return {bytes.data(), bytes.size()}; }

  WriteSet& changes_;
};

/// False where the record cannot be read.
bool apply(const std::string& bytes, const std::string& uuid, Store& store) {
  const rocksdb::WriteBatch batch(bytes);
  if (is_stamped_otherwise(batch, uuid)) return true;
  WriteSet changes = store.changes();
  Replay replay(changes);
  if (!batch.Iterate(&replay).ok()) return false;
  if (!changes.empty()) store.write(changes, false);
  return true;
}

/// Applies the records of a log up to the first that cannot be read. False if there was one.
bool apply_log(std::string_view log, const std::string& uuid, Store& store) {
  std::string bytes;
  for (size_t block = 0; block < log.size(); block += kLogBlock) {
    const size_t end = std::min(block + kLogBlock, log.size());
    for (size_t at = block; at + kRecordHeader <= end;) {
      const LogRecord record = log_record(log, at, end);
      if (!record.whole) return false;
      if (record.part == LogPart::kWhole || record.part == LogPart::kFirst) bytes.clear();
      bytes += record.bytes;
      if ((record.part == LogPart::kWhole || record.part == LogPart::kLast) &&
          !apply(bytes, uuid, store))
        return false;
      at = record.end;
    }
  }
  return true;
}

bool has_tables(const fs::path& directory) {
  for (const fs::path& file : entries_of(directory))
    if (file.extension() == ".sst") return true;
  return false;
}

}  // namespace

std::vector<fs::path> Store::strange_tables(const fs::path& directory, const std::string& uuid) {
  std::vector<fs::path> found;
  for (const fs::path& file : entries_of(directory))
    if (file.extension() == ".sst" && is_table_of_another(file.string(), uuid))
      found.push_back(file);
  return found;
}

void Store::repair(const fs::path& directory, const std::vector<fs::path>& logs,
                   const std::string& uuid) {
  StoreOptions options;
  options.directory = directory;
  options.create = true;
  options.tolerance = Tolerance::kTables;
  options.uuid = uuid;
  for (const fs::path& table : strange_tables(directory, uuid)) fs::remove(table);
  if (has_tables(directory)) {
    const rocksdb::Status status =
        rocksdb::RepairDB(directory.string(), database_options(options, rocksdb::Env::Default()),
                          named_families(options));
    if (!status.ok())
      throw Error(ErrorCode::kCorruption,
                  fmt::format("the tables in {} cannot be put together again: {}",
                              directory.string(), status.ToString()));
  }
  // What is in tables already is applied again, in the same order, and so changes nothing.
  // (Repairing logs as well fails where the same is in a table.)
  const std::unique_ptr<Store> store = open(options);
  for (const fs::path& log : logs)
    if (!apply_log(read_file(log), uuid, *store)) break;
  store->close();
}

}  // namespace cupel::storage
