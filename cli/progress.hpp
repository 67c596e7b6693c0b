#pragma once

#include <chrono>
#include <string>

#include "cupel/cupel.hpp"

namespace cupel::cli {

/// One line about a statement that takes long, after its first second, on standard error, where
/// that is a terminal:
///   `[########------------] 40% import 12.4 of 31.0 MB, 6.1 MB/s, 3 s left`
/// It is wiped before anything else is written.
class ProgressLine {
 public:
  ProgressLine();

  /// A statement begins, and ends. Between statements nothing is shown.
  void begin();
  void end();
  void show(const Progress& progress);
  /// Wipes the line where there is one.
  void wipe();

  /// The line, fitted to `width` columns. `seconds` since the statement began.
  static std::string text(const Progress& progress, double seconds, size_t width);

 private:
  bool terminal_;
  bool running_ = false;
  bool shown_ = false;
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace cupel::cli
