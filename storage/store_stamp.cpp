#include "storage/store_stamp.hpp"

#include <rocksdb/slice.h>
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

}  // namespace

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
