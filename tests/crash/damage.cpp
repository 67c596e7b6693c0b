#include "tests/crash/damage.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace cupel::crash {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kMostSeconds = 120;
constexpr rlim_t kMostMemory = rlim_t{8} << 30;
constexpr size_t kPage = 4096;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const fs::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written <= 0) ::_exit(3);
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

std::string in_child(const std::function<std::string()>& f) {
  int ends[2];
  if (::pipe(ends) != 0) return "<no pipe>";
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    const rlimit memory{kMostMemory, kMostMemory};
    ::setrlimit(RLIMIT_AS, &memory);
    ::alarm(kMostSeconds);
    write_all(ends[1], f());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[1 << 16];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, static_cast<size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return said;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return "<it hangs>";
  return fmt::format("<it ended with {}>",
                     WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
}

std::string damage(const fs::path& file, How how, const fs::path& other, std::mt19937_64& random) {
  std::string bytes = bytes_of(file);
  const auto below = [&](size_t most) { return most == 0 ? 0 : random() % most; };
  if (how == How::kSwap) {
    fs::copy_file(other, file, fs::copy_options::overwrite_existing);
    return fmt::format("swapped with {} of another database", other.filename().string());
  }
  // Heads and tails of files say the most about them.
  size_t at = below(bytes.size());
  if (below(4) == 0) at = below(std::min<size_t>(bytes.size(), 200));
  if (below(4) == 0) at = bytes.size() - 1 - below(std::min<size_t>(bytes.size(), 200));
  std::string what;
  if (how == How::kFlip) {
    const size_t bit = below(8);
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
    what = fmt::format("bit {} of byte {} flipped", bit, at);
  } else if (how == How::kCut) {
    bytes.resize(at);
    what = fmt::format("cut after {} bytes", at);
  } else {
    const size_t begin = at / kPage * kPage;
    const size_t end = std::min(begin + kPage, bytes.size());
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
              bytes.begin() + static_cast<std::ptrdiff_t>(end), '\0');
    what = fmt::format("bytes {} to {} are zeros", begin, end);
  }
  write_bytes(file, bytes);
  return what;
}

}  // namespace cupel::crash
