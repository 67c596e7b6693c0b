#include "cli/pager.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace cupel::cli {
namespace {

constexpr int kNotFound = 127;  ///< what a shell answers for a command that is not there

bool is_on_path(const std::string& program) {
  const char* value = std::getenv("PATH");
  std::string_view path = value == nullptr ? "" : value;
  while (!path.empty()) {
    const size_t end = std::min(path.find(':'), path.size());
    if (::access((std::string(path.substr(0, end)) + "/" + program).c_str(), X_OK) == 0)
      return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

}  // namespace

bool page(std::string_view text) {
  const char* chosen = std::getenv("PAGER");
  const bool named = chosen != nullptr && *chosen != '\0';
  if (!named && !is_on_path("less")) return false;
  ::setenv("LESSCHARSET", "utf-8", 0);
  // Ctrl-C is the pager's while it is there.
  const auto before = std::signal(SIGINT, SIG_IGN);
  std::FILE* pipe = ::popen(named ? chosen : "less -SFRX", "w");
  int status = kNotFound << 8;
  if (pipe != nullptr) {
    // One who leaves before the end closes the pipe, which is no failure.
    std::fwrite(text.data(), 1, text.size(), pipe);
    status = ::pclose(pipe);
  }
  std::signal(SIGINT, before);
  return !(WIFEXITED(status) && WEXITSTATUS(status) == kNotFound);
}

}  // namespace cupel::cli
