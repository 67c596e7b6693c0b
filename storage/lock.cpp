#include "storage/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "cupel/error.hpp"
#include "storage/durable_file.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

/// A reader that looks whether there is a writer holds the lock for an instant.
constexpr int kAttempts = 5;
constexpr auto kPause = std::chrono::milliseconds(5);

bool take(int fd) {
  for (int attempt = 1;; ++attempt) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    if ((errno != EWOULDBLOCK && errno != EINTR) || attempt == kAttempts) return false;
    std::this_thread::sleep_for(kPause);
  }
}

/// What the holder wrote; " N", or nothing when it has not come to that yet.
std::string holder(int fd) {
  char buffer[32] = {};
  const ssize_t got = ::pread(fd, buffer, sizeof(buffer) - 1, 0);
  const long id = got > 0 ? std::strtol(buffer, nullptr, 10) : 0;
  return id > 0 ? fmt::format(" {}", id) : std::string();
}

}  // namespace

WriterLock::WriterLock(const fs::path& directory) {
  const fs::path path = directory / "LOCK";
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) throw_io("open", path, errno);
  if (take(fd_)) {
    const std::string id = fmt::format("{}\n", ::getpid());
    if (::ftruncate(fd_, 0) == 0 && ::pwrite(fd_, id.data(), id.size(), 0) == std::ssize(id))
      return;
  }
  const int error = errno;
  const std::string other = holder(fd_);
  ::close(fd_);
  if (error != EWOULDBLOCK) throw_io("lock", path, error);
  throw Error(ErrorCode::kConflict,
              fmt::format("the database {} is held by process{}; wait until it ends, or open it "
                          "read-only",
                          directory.string(), other));
}

bool writer_is_live(const fs::path& directory) {
  const int fd = ::open((directory / "LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool live = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  ::close(fd);
  return live;
}

WriterLock::~WriterLock() { ::close(fd_); }

}  // namespace cupel::storage
