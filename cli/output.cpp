#include "cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "cli/options.hpp"
#include "cupel/cupel.hpp"

namespace cupel::cli {
namespace {

/// The first failure of standard output, or 0.
int g_failure = 0;

/// What stands in place of standard output, and its name.
std::FILE* g_file = nullptr;
std::string g_file_name;
bool g_file_failed = false;

bool note(bool written) {
  if (!written && g_failure == 0) g_failure = errno != 0 ? errno : EIO;
  return g_failure == 0;
}

bool is_control(unsigned char byte) {
  return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f;
}

}  // namespace

void begin_file(const std::string& path, FileIs is) {
  end_file();
  g_file = std::fopen(path.c_str(), is == FileIs::kNew ? "wb" : "ab");
  if (g_file == nullptr)
    throw Error(ErrorCode::kIo,
                fmt::format("cannot write {}: {}", path, std::generic_category().message(errno)));
  g_file_name = path;
  g_file_failed = false;
}

void end_file() {
  if (g_file == nullptr) return;
  const bool closed = std::fclose(g_file) == 0;
  g_file = nullptr;
  if (!closed || g_file_failed)
    throw Error(ErrorCode::kIo, fmt::format("not everything could be written to {}", g_file_name));
}

bool output_is_terminal() { return g_file == nullptr && isatty(STDOUT_FILENO) != 0; }

bool put(std::string_view text) {
  if (g_file != nullptr) {
    if (std::fwrite(text.data(), 1, text.size(), g_file) != text.size()) g_file_failed = true;
    return true;
  }
  if (g_failure != 0) return false;
  return note(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

bool flush() { return g_file != nullptr || (g_failure == 0 && note(std::fflush(stdout) == 0)); }

bool output_works() { return g_failure == 0; }

int finish_output(int code) {
  if (flush() || g_failure == EPIPE || code != kOk) return code;
  const std::string why = std::generic_category().message(g_failure);
  std::fputs(fmt::format("error: cannot write the answer: {}\n", why).c_str(), stderr);
  return kIoFailed;
}

std::string without_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (is_control(byte)) {
      out += fmt::format("\\x{:02x}", byte);
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      out += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace cupel::cli
