#include "engine/io/file_window.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "cupel/error.hpp"

namespace cupel::io {
namespace {

constexpr size_t kPadding = 64;

[[noreturn]] void fail(const std::string& path, int error) {
  throw Error(ErrorCode::kIo,
              fmt::format("cannot read {}: {}", path, std::generic_category().message(error)));
}

}  // namespace

FileWindow::FileWindow(const std::filesystem::path& file, size_t window_bytes)
    : path_(file.string()), capacity_(std::max<size_t>(window_bytes, 1)) {
  // O_NONBLOCK: opening a pipe must not wait for its writer; it has no effect on regular files.
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) fail(path_, errno);
  struct stat status = {};
  if (::fstat(descriptor_, &status) != 0) {
    const int error = errno;
    ::close(descriptor_);
    fail(path_, error);
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw Error(ErrorCode::kIo, fmt::format("cannot read {}: it is {}", path_,
                                            S_ISDIR(status.st_mode) ? "a folder; name a file in it"
                                                                    : "not a regular file"));
  }
  file_bytes_ = static_cast<uint64_t>(status.st_size);
  buffer_ = std::make_unique<char[]>(capacity_ + kPadding);
}

FileWindow::FileWindow(std::string name, std::string_view bytes, size_t window_bytes)
    : path_(std::move(name)),
      memory_(bytes),
      file_bytes_(bytes.size()),
      capacity_(std::max<size_t>(window_bytes, 1)),
      buffer_(std::make_unique<char[]>(capacity_ + kPadding)) {}

FileWindow::~FileWindow() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

size_t FileWindow::read(char* to, size_t bytes, uint64_t at) {
  if (descriptor_ < 0)
    return at < memory_.size() ? memory_.copy(to, bytes, static_cast<size_t>(at)) : 0;
  for (;;) {
    const ssize_t got = ::pread(descriptor_, to, bytes, static_cast<off_t>(at));
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) fail(path_, errno);
  }
}

void FileWindow::make_room() {
  if (end_ < capacity_) return;
  const size_t kept = end_ - begin_;
  if (kept > capacity_ / 2) {
    const size_t capacity = capacity_ * 2;
    auto bigger = std::make_unique<char[]>(capacity + kPadding);
    std::memcpy(bigger.get(), buffer_.get() + begin_, kept);
    buffer_ = std::move(bigger);
    capacity_ = capacity;
  } else {
    std::memmove(buffer_.get(), buffer_.get() + begin_, kept);
  }
  begin_ = 0;
  end_ = kept;
}

bool FileWindow::load() {
  if (begin_ == end_) begin_ = end_ = 0;
  make_room();
  const size_t got = read(buffer_.get() + end_, capacity_ - end_, offset_ + (end_ - begin_));
  end_ += got;
  return got != 0;
}

void FileWindow::seek(uint64_t offset) noexcept {
  begin_ = end_ = 0;
  offset_ = offset;
}

}  // namespace cupel::io
