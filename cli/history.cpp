#include "cli/history.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace cupel::cli {
namespace {

constexpr size_t kMost = 10000;

/// The file, opened and locked against other shells; closed with the object.
class Locked {
 public:
  Locked(const std::filesystem::path& path, int flags) {
    descriptor_ = ::open(path.c_str(), flags | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX) != 0) {
      ::close(descriptor_);
      descriptor_ = -1;
    }
  }
  ~Locked() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// A statement in one line: line ends are `\n`, backslashes doubled.
std::string encoded(const std::string& statement) {
  std::string line;
  for (const char c : statement) {
    if (c == '\\') line += "\\\\";
    if (c == '\n') line += "\\n";
    if (c != '\\' && c != '\n') line += c;
  }
  return line;
}

std::string decoded(std::string_view line) {
  std::string statement;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool escape = line[i] == '\\' && i + 1 < line.size();
    if (escape) ++i;
    statement += escape && line[i] == 'n' ? '\n' : line[i];
  }
  return statement;
}

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

HistoryFile::HistoryFile(std::filesystem::path path) : path_(std::move(path)) {
  if (path_.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(path_.parent_path(), error);
}

std::filesystem::path HistoryFile::place() {
  const auto directory = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  // A relative one is to be ignored, says the specification of the XDG directories.
  std::filesystem::path state = directory("XDG_STATE_HOME");
  if (!state.is_absolute()) {
    if (!directory("HOME").is_absolute()) return {};
    state = directory("HOME") / ".local" / "state";
  }
  return state / "cupel" / "history";
}

std::vector<std::string> HistoryFile::read() {
  std::vector<std::string> statements;
  if (path_.empty()) return statements;
  const Locked file(path_, O_RDWR);
  if (file.get() < 0) return statements;
  std::string text;
  char buffer[65536];
  for (ssize_t got = 0; (got = ::read(file.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(got));
  std::vector<std::string_view> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(std::string_view(text).substr(at, end - at));
    at = end + 1;
  }
  const size_t first = lines.size() > kMost ? lines.size() - kMost : 0;
  if (lines.size() > 2 * kMost && ::ftruncate(file.get(), 0) == 0 &&
      ::lseek(file.get(), 0, SEEK_SET) == 0) {
    write_all(file.get(), std::string_view(text).substr(
                              static_cast<size_t>(lines[first].data() - text.data())));
  }
  for (size_t i = first; i < lines.size(); ++i) statements.push_back(decoded(lines[i]));
  return statements;
}

void HistoryFile::append(const std::string& statement) {
  if (path_.empty() || statement.empty() || statement.front() == ' ') return;
  const Locked file(path_, O_WRONLY | O_APPEND);
  if (file.get() >= 0) write_all(file.get(), encoded(statement) + "\n");
}

}  // namespace cupel::cli
