#pragma once

#include <filesystem>
#include <optional>

namespace cupel::io {

/// Which files the statements of a database may read and write: all, or those below one directory
/// (Options::files_within). Immutable; any thread.
///
/// 1. A path is judged by where it leads: `..` and links are followed first, also a link to what is
///    not there yet. What another process changes between that and the opening is not seen.
/// 2. What is written lies below the directory, never in its place: files and folders are made
///    beside their final names.
class Reach {
 public:
  enum class For { kReading, kWriting };

  /// Everywhere.
  Reach() = default;
  /// Throws Error(kIo) when there is no such directory.
  explicit Reach(const std::filesystem::path& directory);

  bool everywhere() const noexcept { return !directory_; }
  /// The path as it may be opened: without links, or as it is where everything may be reached.
  /// Throws Error(kIo), with what to do, where it leads elsewhere.
  std::filesystem::path resolve(const std::filesystem::path& path, For purpose) const;
  /// Whether it may be read.
  bool allows(const std::filesystem::path& path) const;

 private:
  bool holds(const std::filesystem::path& resolved) const;

  std::optional<std::filesystem::path> directory_;  ///< without links; nothing: everywhere
};

}  // namespace cupel::io
