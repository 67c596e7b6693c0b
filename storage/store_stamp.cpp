#include "storage/store_stamp.hpp"

#include <rocksdb/options.h>
#include <rocksdb/slice.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>
#include <rocksdb/write_batch.h>

#include <string_view>

namespace cupel::storage {
namespace {

/// How a stamp begins.
constexpr std::string_view kOf = "of ";

/// Looks for a stamp.
class Finder : public rocksdb::WriteBatch::Handler {
 public:
  using Status = rocksdb::Status;
  using Slice = rocksdb::Slice;

  Status PutCF(uint32_t, const Slice&, const Slice&) override { return Status::OK(); }
  Status DeleteCF(uint32_t, const Slice&) override { return Status::OK(); }
  Status MergeCF(uint32_t, const Slice&, const Slice&) override { return Status::OK(); }
  void LogData(const Slice& blob) override {
    const std::string_view text(blob.data(), blob.size());
    if (text.starts_with(kOf)) uuid_ = text.substr(kOf.size());
  }
  const std::string& uuid() const noexcept { return uuid_; }

 private:
  std::string uuid_;
};

constexpr const char* kTableStamp = "cupel.database";

class TableStamp final : public rocksdb::TablePropertiesCollector {
 public:
  explicit TableStamp(const std::string& uuid) : uuid_(uuid) {}
  rocksdb::Status AddUserKey(const rocksdb::Slice&, const rocksdb::Slice&, rocksdb::EntryType,
                             rocksdb::SequenceNumber, uint64_t) override {
    return rocksdb::Status::OK();
  }
  rocksdb::Status Finish(rocksdb::UserCollectedProperties* properties) override {
    *properties = GetReadableProperties();
    return rocksdb::Status::OK();
  }
  rocksdb::UserCollectedProperties GetReadableProperties() const override {
    return {{kTableStamp, uuid_}};
  }
  const char* Name() const override { return kTableStamp; }

 private:
  const std::string uuid_;
};

class TableStamps final : public rocksdb::TablePropertiesCollectorFactory {
 public:
  explicit TableStamps(std::string uuid) : uuid_(std::move(uuid)) {}
  rocksdb::TablePropertiesCollector* CreateTablePropertiesCollector(Context) override {
    return new TableStamp(uuid_);  // RocksDB's from here on
  }
  const char* Name() const override { return kTableStamp; }

 private:
  const std::string uuid_;
};

}  // namespace

std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> make_table_stamp(std::string uuid) {
  return std::make_shared<TableStamps>(std::move(uuid));
}

bool is_table_of_another(const std::string& path, const std::string& uuid) {
  rocksdb::SstFileReader reader{rocksdb::Options()};
  if (uuid.empty() || !reader.Open(path).ok()) return false;
  const auto properties = reader.GetTableProperties();
  if (!properties) return false;
  const auto stamp = properties->user_collected_properties.find(kTableStamp);
  return stamp != properties->user_collected_properties.end() && stamp->second != uuid;
}

void LogStamp::put_on(rocksdb::WriteBatch& batch) const {
  if (!uuid_.empty()) batch.PutLogData(std::string(kOf) + uuid_);
}

bool is_stamped_otherwise(const rocksdb::WriteBatch& batch, const std::string& uuid) {
  Finder finder;
  // What cannot be read is noticed by who reads it.
  return !uuid.empty() && batch.Iterate(&finder).ok() && !finder.uuid().empty() &&
         finder.uuid() != uuid;
}

rocksdb::WalFilter::WalProcessingOption LogStamp::LogRecordFound(unsigned long long,
                                                                 const std::string& name,
                                                                 const rocksdb::WriteBatch& batch,
                                                                 rocksdb::WriteBatch*, bool*) {
  if (!is_stamped_otherwise(batch, uuid_)) return WalProcessingOption::kContinueProcessing;
  stranger_ = name;
  return passes_over_ ? WalProcessingOption::kIgnoreCurrentRecord
                      : WalProcessingOption::kCorruptedRecord;
}

}  // namespace cupel::storage
