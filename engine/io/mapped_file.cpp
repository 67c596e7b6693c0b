#include "engine/io/mapped_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <system_error>
#include <utility>

#include "cupel/error.hpp"

namespace cupel::io {
namespace {

/// Addresses in which a bus error is ours. Written before the mapping is read, read in the signal
/// handler: atomics only.
struct GuardedRange {
  std::atomic<bool> taken{false};
  std::atomic<uintptr_t> begin{0}, end{0};
  std::atomic<bool> lost{false};  ///< zeros stand where the file had nothing left
};
static_assert(std::atomic<uintptr_t>::is_always_lock_free);

std::array<GuardedRange, 256> ranges;
struct sigaction former;
std::atomic<uintptr_t> page_bytes{4096};

bool fill_with_zeros(uintptr_t address) {
  for (GuardedRange& range : ranges) {
    const uintptr_t end = range.end.load();
    if (address < range.begin.load() || address >= end) continue;
    const uintptr_t page = address & ~(page_bytes.load() - 1);
    void* const place = reinterpret_cast<void*>(page);
    range.lost.store(true);
    return ::mmap(place, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
           place;
  }
  return false;
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
  const int error = errno;
  const bool sent = info->si_code <= 0;  // by kill or raise: no address is concerned
  if (!sent && fill_with_zeros(reinterpret_cast<uintptr_t>(info->si_addr))) {
    errno = error;
    return;
  }
  if ((former.sa_flags & SA_SIGINFO) != 0) return former.sa_sigaction(signal, info, context);
  if (former.sa_handler != SIG_DFL && former.sa_handler != SIG_IGN)
    return former.sa_handler(signal);
  ::signal(SIGBUS, SIG_DFL);
  if (sent) ::raise(SIGBUS);  // a fault happens again by itself
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    page_bytes = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action = {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, nullptr, &former);  // first: the handler reads it
    ::sigaction(SIGBUS, &action, nullptr);
  });
}

size_t guard(const std::string& path, const void* data, size_t size) {
  for (size_t i = 0; i < ranges.size(); ++i) {
    GuardedRange& range = ranges[i];
    if (range.taken.exchange(true)) continue;
    range.lost = false;
    range.end = reinterpret_cast<uintptr_t>(data) + size;
    range.begin = reinterpret_cast<uintptr_t>(data);
    return i;
  }
  throw Error(ErrorCode::kLimit,
              fmt::format("cannot read {}: too many files are in use at once; end a statement that "
                          "reads one",
                          path));
}

void release(size_t number) {
  GuardedRange& range = ranges[number];
  range.begin = 0;
  range.end = 0;
  range.taken = false;
}

int64_t nanos(const struct stat& status) {
  return int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

[[noreturn]] void fail(const std::string& path, const std::string& reason) {
  throw Error(ErrorCode::kIo, fmt::format("cannot read {}: {}", path, reason));
}

/// Closes what an exception leaves open.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& file) : path_(file.string()) {
  // O_NONBLOCK: opening a pipe must not wait for its writer; it has no effect on regular files.
  Descriptor opened{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (opened.number < 0) fail(path_, std::generic_category().message(errno));
  struct stat status = {};
  if (::fstat(opened.number, &status) != 0) fail(path_, std::generic_category().message(errno));
  if (!S_ISREG(status.st_mode))
    fail(path_, S_ISDIR(status.st_mode) ? "it is a folder; name a file in it"
                                        : "it is not a regular file");
  size_ = static_cast<size_t>(status.st_size);
  changed_nanos_ = nanos(status);
  if (size_ != 0) {
    install_handler();
    void* const data = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, opened.number, 0);
    if (data == MAP_FAILED) fail(path_, std::generic_category().message(errno));
    try {
      guard_ = guard(path_, data, size_);
    } catch (...) {
      ::munmap(data, size_);
      throw;
    }
    data_ = data;
    ::madvise(data_, size_, MADV_WILLNEED);
  }
  descriptor_ = std::exchange(opened.number, -1);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) {
    release(guard_);  // first: the addresses may be somebody else's as soon as they are unmapped
    ::munmap(data_, size_);
  }
  ::close(descriptor_);
}

void MappedFile::require_unchanged() const {
  struct stat status = {};
  const bool same =
      ::fstat(descriptor_, &status) == 0 && static_cast<size_t>(status.st_size) == size_ &&
      nanos(status) == changed_nanos_ && (data_ == nullptr || !ranges[guard_].lost.load());
  if (!same)
    throw Error(ErrorCode::kConflict,
                fmt::format("{} was changed while it was read; run the statement again when "
                            "nothing writes to it",
                            path_));
}

}  // namespace cupel::io
