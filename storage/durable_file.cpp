#include "storage/durable_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "cupel/error.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

/// An open file that is closed when it goes.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, std::string_view verb)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0) throw_io(verb, path, errno);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(fd_); }
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

void write_all(const Descriptor& file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_io("write", path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

void throw_io(std::string_view verb, const fs::path& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  throw Error(ErrorCode::kIo, fmt::format("cannot {} {}: {}{}", verb, path.string(),
                                          std::strerror(error), full ? "; make room on it" : ""));
}

fs::file_type look_at(const fs::path& path) {
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::none) throw_io("look at", path, error.value());
  return type;
}

std::optional<uint64_t> size_of(const fs::path& path) {
  if (look_at(path) == fs::file_type::not_found) return std::nullopt;
  std::error_code error;
  const uint64_t size = fs::file_size(path, error);
  if (error == std::errc::no_such_file_or_directory) return std::nullopt;  // gone meanwhile
  if (error) throw_io("look at", path, error.value());
  return size;
}

std::vector<fs::path> entries_of(const fs::path& directory) {
  std::vector<fs::path> entries;
  if (look_at(directory) != fs::file_type::directory) return entries;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error))
    entries.push_back(it->path());
  if (error) throw_io("read", directory, error.value());
  return entries;
}

std::string read_file(const fs::path& path) {
  const Descriptor file(path, O_RDONLY, "read");
  std::string bytes;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_io("read", path, errno);
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(got));
  }
}

void write_file_durably(const fs::path& path, std::string_view bytes) {
  fs::path beside = path;
  beside += ".new";
  {
    const Descriptor file(beside, O_WRONLY | O_CREAT | O_TRUNC, "write");
    write_all(file, bytes, beside);
    if (::fsync(file.get()) != 0) throw_io("write", beside, errno);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) throw_io("write", path, errno);
  sync_directory(path.parent_path());
}

void sync_directory(const fs::path& directory) {
  const fs::path named = directory.empty() ? fs::path(".") : directory;
  const Descriptor file(named, O_RDONLY | O_DIRECTORY, "open");
  if (::fsync(file.get()) != 0) throw_io("sync", named, errno);
}

}  // namespace cupel::storage
