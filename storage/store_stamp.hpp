#pragma once

#include <rocksdb/wal_filter.h>

#include <memory>
#include <string>
#include <utility>

namespace rocksdb {
class TablePropertiesCollectorFactory;
class WriteBatch;
}  // namespace rocksdb

namespace cupel::storage {

/// Says in each record of the log whose it is, so that a log of another database is not taken for
/// one of this: RocksDB tells logs by their numbers only. Records without a stamp are taken.
class LogStamp : public rocksdb::WalFilter {
 public:
  /// Of the database with that uuid. A strange log is passed over, or else an error.
  LogStamp(std::string uuid, bool passes_over)
      : uuid_(std::move(uuid)), passes_over_(passes_over) {}

  void put_on(rocksdb::WriteBatch& batch) const;
  /// The log of another database that was met; empty: none.
  const std::string& stranger() const noexcept { return stranger_; }

  WalProcessingOption LogRecordFound(unsigned long long number, const std::string& name,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* changed,
                                     bool* has_changed) override;
  const char* Name() const override { return "cupel.stamp"; }

 private:
  const std::string uuid_;
  const bool passes_over_;
  std::string stranger_;
};

/// Whether the record is stamped, and not with that uuid. An empty one fits every stamp.
bool is_stamped_otherwise(const rocksdb::WriteBatch& batch, const std::string& uuid);

/// Says in each table whose it is. A MANIFEST knows its tables; who puts tables together without
/// one asks them.
std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> make_table_stamp(std::string uuid);
/// Whether the table is stamped, and not with that uuid, as above. Not where it cannot be read.
bool is_table_of_another(const std::string& path, const std::string& uuid);

}  // namespace cupel::storage
