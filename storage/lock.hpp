#pragma once

#include <filesystem>

namespace cupel::storage {

/// The writer's hold on a database: an exclusive flock on its file LOCK, in which stands the
/// process id of the holder. The system releases it when the process ends, however it ends, so
/// that a stale file never has to be removed.
class WriterLock {
 public:
  /// Takes the lock without waiting. Throws Error: kConflict naming the holder; kIo.
  explicit WriterLock(const std::filesystem::path& directory);
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();

 private:
  int fd_ = -1;
};

/// Whether some process holds the lock now.
bool writer_is_live(const std::filesystem::path& directory);

}  // namespace cupel::storage
