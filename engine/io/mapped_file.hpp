#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace cupel::io {

/// A regular file, mapped read-only into memory: nothing is copied, and the system reads pages as
/// they are touched.
///
/// A file can become shorter under a mapping; touching what is gone raises SIGBUS, which would end
/// the process. So the first mapping installs a handler for it, once and for the process: inside a
/// mapping of this class it puts zeros where the file has nothing left, and require_unchanged()
/// throws from then on; for any other address it calls the handler that was there before. A program
/// that installs a handler of its own afterwards should call the former one from it. Whoever reads
/// a mapping calls require_unchanged() before results are used.
class MappedFile {
 public:
  /// Throws Error(kIo) with the path and the reason, kLimit when too many files are mapped at once.
  explicit MappedFile(const std::filesystem::path& file);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::string& path() const noexcept { return path_; }
  std::string_view bytes() const noexcept { return {static_cast<const char*>(data_), size_}; }
  /// The moment of the file's last change as it was mapped, in microseconds since 1970.
  int64_t changed_micros() const noexcept { return changed_nanos_ / 1000; }
  /// Throws Error(kConflict) when the file is no longer as long, or has been written to, since it
  /// was mapped.
  void require_unchanged() const;

 private:
  std::string path_;
  int descriptor_ = -1;
  void* data_ = nullptr;
  size_t size_ = 0;
  int64_t changed_nanos_ = 0;
  size_t guard_ = 0;  ///< number of its guarded range
};

}  // namespace cupel::io
