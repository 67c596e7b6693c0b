#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cupel::cli {

/// The statements of former and other shells: a file of lines that only its owner may read, in
/// $XDG_STATE_HOME/cupel/history (~/.local/state/cupel/history). Shells that run beside each other
/// append to it in turns, and none takes away what another has added. What cannot be read or
/// written is left alone: history is a help, no duty.
class HistoryFile {
 public:
  explicit HistoryFile(std::filesystem::path path);
  /// The place that the environment says; empty where there is no home.
  static std::filesystem::path place();

  /// The last 10,000 statements, oldest first. Shortens a file that has twice as many.
  std::vector<std::string> read();
  /// One that begins with a blank is not kept.
  void append(const std::string& statement);

 private:
  std::filesystem::path path_;
};

}  // namespace cupel::cli
