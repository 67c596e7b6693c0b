#include "storage/store_table.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>

namespace cupel::storage {
namespace {

rocksdb::Status write_file(const rocksdb::Options& options, const std::string& path,
                           const std::vector<Store::KeyValue>& values,
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

rocksdb::Status ingest(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                       const rocksdb::ExternalSstFileInfo& written) {
  rocksdb::IngestExternalFileArg file;
  file.column_family = family;
  file.external_files = {written.file_path};
  // The checksum was taken while the file was written; taking it again would read it again.
  file.files_checksums = {written.file_checksum};
  file.files_checksum_func_names = {written.file_checksum_func_name};
  file.options.verify_file_checksum = false;
  file.options.move_files = true;
  file.options.write_global_seqno = false;  // would change the file, and so its checksum
  return db.IngestExternalFiles({file});
}

}  // namespace

rocksdb::Status add_table_file(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                               const rocksdb::Options& options, const std::string& path,
                               const std::vector<Store::KeyValue>& values) {
  rocksdb::ExternalSstFileInfo written;
  rocksdb::Status status = write_file(options, path, values, written);
  if (status.ok()) status = ingest(db, family, written);
  // After success it has been moved already; what cannot be removed is at the next opening.
  options.env->DeleteFile(path).PermitUncheckedError();
  return status;
}

}  // namespace cupel::storage
