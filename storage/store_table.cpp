#include "storage/store_table.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>

#include <atomic>
#include <future>

namespace cupel::storage {
namespace {

rocksdb::Status write_file(const rocksdb::Options& options, const std::string& path,
                           const Store::TableValues& values,
                           rocksdb::ExternalSstFileInfo& written) {
  // Pages stay in the system's cache: whoever imports vectors reads them next.
  constexpr bool kInvalidatePageCache = false;
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(options), options, nullptr,
                                kInvalidatePageCache);
  rocksdb::Status status = writer.Open(path);
  for (size_t i = 0; status.ok() && i < values.size(); ++i)
    status = writer.Put(values[i].first,
                        rocksdb::Slice(values[i].second.data(), values[i].second.size()));
  return status.ok() ? writer.Finish(&written) : status;  // synced
}

/// The files of one call, written by two threads: compressing and syncing takes both.
class TableFiles {
 public:
  TableFiles(const rocksdb::Options& options, const std::string& path,
             const std::vector<Store::TableValues>& tables)
      : options_(options), tables_(tables), written_(tables.size()), statuses_(tables.size()) {
    for (size_t i = 0; i < tables.size(); ++i) paths_.push_back(path + "-" + std::to_string(i));
  }
  TableFiles(const TableFiles&) = delete;
  TableFiles& operator=(const TableFiles&) = delete;
  ~TableFiles() {
    // After success they have been moved already; what cannot be removed is at the next opening.
    for (const std::string& path : paths_) options_.env->DeleteFile(path).PermitUncheckedError();
  }

  rocksdb::Status write() {
    if (tables_.size() > 1) {
      auto other = std::async(std::launch::async, [this] { write_some(); });
      write_some();
      other.get();
    } else {
      write_some();
    }
    for (const rocksdb::Status& status : statuses_)
      if (!status.ok()) return status;
    return rocksdb::Status::OK();
  }

  rocksdb::Status ingest(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) const {
    rocksdb::IngestExternalFileArg files;
    files.column_family = family;
    files.external_files = paths_;
    // The checksums were taken while the files were written; taking them again would read them
    // again.
    for (const rocksdb::ExternalSstFileInfo& written : written_) {
      files.files_checksums.push_back(written.file_checksum);
      files.files_checksum_func_names.push_back(written.file_checksum_func_name);
    }
    files.options.verify_file_checksum = false;
    files.options.move_files = true;
    // Files that snapshots are to look past would be rewritten as soon as there is none.
    files.options.snapshot_consistency = false;
    files.options.write_global_seqno = false;  // would change the files, and so their checksums
    return db.IngestExternalFiles({files});
  }

 private:
  void write_some() {
    for (size_t i = next_.fetch_add(1); i < tables_.size(); i = next_.fetch_add(1))
      statuses_[i] = write_file(options_, paths_[i], tables_[i], written_[i]);
  }

  const rocksdb::Options& options_;
  const std::vector<Store::TableValues>& tables_;
  std::vector<std::string> paths_;
  std::vector<rocksdb::ExternalSstFileInfo> written_;
  std::vector<rocksdb::Status> statuses_;
  std::atomic<size_t> next_{0};
};

}  // namespace

rocksdb::Status add_table_files(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                                const rocksdb::Options& options, const std::string& path,
                                const std::vector<Store::TableValues>& tables) {
  TableFiles files(options, path, tables);
  rocksdb::Status status = files.write();
  return status.ok() ? files.ingest(db, family) : status;
}

}  // namespace cupel::storage
