#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

#include "cupel/error.hpp"
#include "engine/io/write.hpp"

namespace cupel::io {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  throw Error(ErrorCode::kIo,
              fmt::format("cannot write {}: {}{}", path.string(), full ? "disk full: " : "",
                          std::generic_category().message(error)));
}

/// Renaming onto anything but a file would replace a device, a pipe or a folder by a file.
std::filesystem::path checked(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::kIo,
                fmt::format("cannot write {}: it is {}", path.string(),
                            std::filesystem::is_directory(status) ? "a folder; name a file in it"
                                                                  : "not a regular file"));
  }
  if (!std::filesystem::is_symlink(path, error)) return path;
  const auto target = std::filesystem::weakly_canonical(path, error);
  return error ? path : target;
}

std::filesystem::path beside(const std::filesystem::path& path) {
  static std::atomic<uint64_t> counter{0};
  std::filesystem::path result = path;
  result += fmt::format(".partial-{}-{}", ::getpid(), counter.fetch_add(1));
  return result;
}

/// Makes the new name itself durable. Some file systems cannot sync folders; they are let be.
void sync_folder(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

struct OutputFile::Impl {
  std::filesystem::path path;
  std::filesystem::path temporary;
  int descriptor = -1;
  bool done = false;
  std::string buffer;

  void write_out(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
      if (written >= 0) {
        bytes.remove_prefix(static_cast<size_t>(written));
      } else if (errno != EINTR) {
        fail(path, errno);
      }
    }
  }

  void flush() {
    write_out(buffer);
    buffer.clear();
  }
};

OutputFile::OutputFile(const std::filesystem::path& path) : impl_(std::make_unique<Impl>()) {
  impl_->path = checked(path);
  impl_->temporary = beside(impl_->path);
  impl_->descriptor =
      ::open(impl_->temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (impl_->descriptor < 0) fail(impl_->path, errno);
  impl_->buffer.reserve(kBufferBytes);
}

OutputFile::~OutputFile() {
  if (impl_->descriptor >= 0) ::close(impl_->descriptor);
  if (!impl_->done) ::unlink(impl_->temporary.c_str());
}

void OutputFile::write(std::string_view bytes) {
  if (impl_->buffer.size() + bytes.size() > kBufferBytes) impl_->flush();
  if (bytes.size() >= kBufferBytes) {
    impl_->write_out(bytes);
  } else {
    impl_->buffer.append(bytes);
  }
}

void OutputFile::commit() {
  impl_->flush();
  if (::fsync(impl_->descriptor) != 0) fail(impl_->path, errno);
  const int descriptor = impl_->descriptor;
  impl_->descriptor = -1;
  if (::close(descriptor) != 0) fail(impl_->path, errno);
  if (::rename(impl_->temporary.c_str(), impl_->path.c_str()) != 0) fail(impl_->path, errno);
  impl_->done = true;
  sync_folder(impl_->path);
}

}  // namespace cupel::io
