#include "storage/store_disk.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <map>
#include <mutex>
#include <string>

namespace cupel::storage {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

/// What has failed. Any thread.
class Failures {
 public:
  /// Of reading a table that is to be added.
  void add_read(const std::string& path, const IOStatus& status) {
    if (status.ok()) return;
    const std::lock_guard lock(mutex_);
    reads_.try_emplace(path, status);
  }
  /// The first failure of reading it, once.
  IOStatus take_read(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = reads_.extract(path);
    return found.empty() ? IOStatus::OK() : found.mapped();
  }
  /// Of writing a MANIFEST.
  IOStatus after_manifest(IOStatus status) {
    if (!status.ok()) manifest_failed_ = true;
    return status;
  }
  bool manifest_failed() const { return manifest_failed_; }

 private:
  std::mutex mutex_;
  std::map<std::string, IOStatus> reads_;
  std::atomic<bool> manifest_failed_{false};
};

class WatchedTable final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  WatchedTable(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::string path,
               std::shared_ptr<Failures> failures)
      : FSRandomAccessFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        failures_(std::move(failures)) {}

  IOStatus Read(uint64_t offset, size_t size, const IOOptions& options, rocksdb::Slice* result,
                char* scratch, IODebugContext* debug) const override {
    IOStatus status = target()->Read(offset, size, options, result, scratch, debug);
    failures_->add_read(path_, status);
    return status;
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    IOStatus status = target()->MultiRead(requests, count, options, debug);
    failures_->add_read(path_, status);
    for (size_t i = 0; i < count; ++i) failures_->add_read(path_, requests[i].status);
    return status;
  }

 private:
  std::string path_;
  std::shared_ptr<Failures> failures_;
};

class WatchedManifest final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WatchedManifest(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Failures> failures)
      : FSWritableFileOwnerWrapper(std::move(file)), failures_(std::move(failures)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    return failures_->after_manifest(target()->Append(data, options, debug));
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return failures_->after_manifest(target()->Append(data, options, verification, debug));
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return failures_->after_manifest(target()->Flush(options, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return failures_->after_manifest(target()->Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return failures_->after_manifest(target()->Fsync(options, debug));
  }

 private:
  std::shared_ptr<Failures> failures_;
};

class Disk final : public rocksdb::FileSystemWrapper {
 public:
  Disk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "cupel"; }

  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                               IODebugContext* debug) override {
    constexpr std::string_view kOld = ".ldb";
    if (path.ends_with(kOld)) {
      const std::string table = path.substr(0, path.size() - kOld.size()) + ".sst";
      return target()->NewRandomAccessFile(table, options, file, debug);
    }
    IOStatus status = target()->NewRandomAccessFile(path, options, file, debug);
    if (status.ok() && is_added(path))
      *file = std::make_unique<WatchedTable>(std::move(*file), path, failures_);
    return status;
  }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    IOStatus status = target()->NewWritableFile(path, options, file, debug);
    if (status.ok() && name_of(path).starts_with("MANIFEST-"))
      *file = std::make_unique<WatchedManifest>(std::move(*file), failures_);
    return status;
  }

  IOStatus LinkFile(const std::string& path, const std::string& link, const IOOptions& options,
                    IODebugContext* debug) override {
    IOStatus failure = failures_->take_read(path);
    return failure.ok() ? target()->LinkFile(path, link, options, debug) : failure;
  }

  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    failures_->take_read(path).PermitUncheckedError();
    if (failures_->manifest_failed() && !is_added(path))
      return IOStatus::IOError(path, "kept, because writing the MANIFEST failed");
    return target()->DeleteFile(path, options, debug);
  }

 private:
  static std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
  }
  static bool is_added(std::string_view path) { return name_of(path).starts_with(kAddedTable); }

  std::shared_ptr<Failures> failures_ = std::make_shared<Failures>();
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_disk() {
  return rocksdb::NewCompositeEnv(std::make_shared<Disk>());
}

}  // namespace cupel::storage
