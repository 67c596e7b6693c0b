#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/candidates.hpp"

namespace cupel::cli {
namespace {

constexpr double kPatience = 1;  ///< seconds without a line
constexpr size_t kBar = 20;

/// "12.4 of 31.0 MB", "36,400 rows".
std::string amount(double number, std::string_view unit) {
  if (unit != "bytes") {
    if (number >= 10e6) return fmt::format("{:.1f} M", number / 1e6);
    return number >= 10e3 ? fmt::format("{:.1f} k", number / 1e3) : fmt::format("{:.0f}", number);
  }
  return number >= 1e9 ? fmt::format("{:.1f} GB", number / 1e9)
                       : fmt::format("{:.1f} MB", number / 1e6);
}

std::string time_left(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s left", seconds);
  return seconds < 6000 ? fmt::format("{:.0f} min left", seconds / 60)
                        : fmt::format("{:.1f} h left", seconds / 3600);
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

void ProgressLine::begin() {
  begun_ = std::chrono::steady_clock::now();
  running_ = true;
}

void ProgressLine::end() {
  wipe();
  running_ = false;
}

std::string ProgressLine::text(const Progress& progress, double seconds, size_t width) {
  const auto done = static_cast<double>(progress.done);
  const auto total = static_cast<double>(progress.total);
  const double rate = done / std::max(seconds, 1e-3);
  const std::string_view unit = progress.unit == "bytes" ? "" : progress.unit;
  const std::string space = unit.empty() ? "" : " ";
  std::string line;
  if (progress.total > 0) {
    const double share = std::clamp(done / total, 0.0, 1.0);
    const auto full = static_cast<size_t>(share * kBar);
    line = fmt::format("[{:#<{}}{:-<{}}] {:.0f}% ", "", full, "", kBar - full, share * 100);
    line += fmt::format("{} {} of {}{}{}, {}/s", progress.what, amount(done, progress.unit),
                        amount(total, progress.unit), space, unit, amount(rate, progress.unit));
    if (rate > 0) line += ", " + time_left(std::max(0.0, (total - done) / rate));
  } else {
    line = fmt::format("{} {}{}{}, {}/s", progress.what, amount(done, progress.unit), space, unit,
                       amount(rate, progress.unit));
  }
  // The last column stays free: writing there would break the line.
  if (line.size() >= width) line.resize(width > 0 ? width - 1 : 0);
  return line;
}

void ProgressLine::show(const Progress& progress) {
  if (!terminal_ || !running_) return;
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun_;
  if (spent.count() < kPatience) return;
  shown_ = true;
  std::fputs(("\r" + text(progress, spent.count(), terminal_width()) + "\x1b[K").c_str(), stderr);
  std::fflush(stderr);
}

void ProgressLine::wipe() {
  if (!shown_) return;
  shown_ = false;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace cupel::cli
