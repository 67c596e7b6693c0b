#include "engine/io/output_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

#include "cupel/error.hpp"
#include "storage/durable_file.hpp"

namespace cupel::io {
namespace {

namespace fs = std::filesystem;

/// `out/` and `out/.` are `out`.
fs::path without_slash(const fs::path& folder, std::string_view contents) {
  fs::path path = folder.lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  if (path.empty() || path == path.root_path() || path.filename() == "." ||
      path.filename() == "..") {
    throw Error(ErrorCode::kIo, fmt::format("cannot write {}: name a new directory for {}",
                                            folder.string(), contents));
  }
  return path;
}

fs::path partial_beside(const fs::path& folder) {
  static std::atomic<uint64_t> counter{0};
  fs::path path = folder;
  path += fmt::format(".partial-{}-{}", ::getpid(), counter.fetch_add(1));
  return path;
}

/// An open file or folder that is closed when it goes.
class Descriptor {
 public:
  /// `shown`: the path for sentences.
  Descriptor(const fs::path& path, int flags, const fs::path& shown)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (fd_ < 0) storage::throw_io("write", shown, errno);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

}  // namespace

OutputFolder::OutputFolder(const fs::path& path, std::string_view contents)
    : path_(without_slash(path, contents)) {
  // A folder that is there, or a link that has the name, is somebody else's.
  int failed = 0;
  do {
    inside_ = partial_beside(path_);
    failed = ::mkdir(inside_.c_str(), 0777);
  } while (failed != 0 && errno == EEXIST);
  if (failed != 0) storage::throw_io("make", path_, errno);
}

OutputFolder::~OutputFolder() {
  if (published_) return;
  std::error_code error;
  fs::remove_all(inside_, error);
}

void OutputFolder::write(const fs::path& name, std::string_view bytes) { put(name, bytes, O_EXCL); }

void OutputFolder::append(const fs::path& name, std::string_view bytes) {
  put(name, bytes, O_APPEND);
}

void OutputFolder::put(const fs::path& name, std::string_view bytes, int flags) {
  const fs::path file = inside_ / name;
  std::error_code error;
  if (name.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (error) storage::throw_io("make", (path_ / name).parent_path(), error.value());
  unsynced_ = true;
  const Descriptor descriptor(file, O_WRONLY | O_CREAT | flags, path_ / name);
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) storage::throw_io("write", path_ / name, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void OutputFolder::check_free() const {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path_, error);
  if (status.type() == fs::file_type::not_found) return;
  if (error) storage::throw_io("look at", path_, error.value());
  throw Error(
      ErrorCode::kConflict,
      fmt::format("{} is there already: name a directory that does not exist", path_.string()));
}

void OutputFolder::publish() {
  if (unsynced_) {
    // One call for all of its files: a sync of each would wait for the disk as many times.
    const Descriptor folder(inside_, O_RDONLY | O_DIRECTORY, path_);
    if (::syncfs(folder.get()) != 0) storage::throw_io("write", path_, errno);
  } else {
    storage::sync_directory(inside_);
  }
  check_free();
  // Not every file system can refuse to replace; rename() itself replaces empty folders only.
  int failed = ::renameat2(AT_FDCWD, inside_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE);
  if (failed != 0 && (errno == EINVAL || errno == ENOSYS)) {
    failed = ::rename(inside_.c_str(), path_.c_str());
  }
  if (failed != 0 && errno == EEXIST) check_free();
  if (failed != 0) storage::throw_io("make", path_, errno);
  published_ = true;
  storage::sync_directory(path_.parent_path());
}

}  // namespace cupel::io
