#pragma once

#include <filesystem>
#include <string_view>

namespace cupel::io {

/// A folder that appears under its name only when it is complete: filled beside it, synced and
/// renamed by publish(); removed when destroyed before. What has the name already is never
/// replaced. Throws Error: kConflict (something has the name), kIo (the path and the reason).
class OutputFolder {
 public:
  /// `contents`: what it will hold, for sentences ("the tasks"). Whether the name is free is not
  /// looked at yet.
  OutputFolder(const std::filesystem::path& path, std::string_view contents);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  /// The name it will have, without a slash at its end.
  const std::filesystem::path& path() const { return path_; }
  /// Where it is filled. Files that others write there are synced by them.
  const std::filesystem::path& inside() const { return inside_; }
  /// A whole file in it. `name` may have folders, which are made; it must not lead out.
  void write(const std::filesystem::path& name, std::string_view bytes);
  /// Adds to a file of it, which is made where there is none.
  void append(const std::filesystem::path& name, std::string_view bytes);

  void check_free() const;
  void publish();

 private:
  void put(const std::filesystem::path& name, std::string_view bytes, int flags);

  std::filesystem::path path_;
  std::filesystem::path inside_;
  bool unsynced_ = false;  ///< put() has written
  bool published_ = false;
};

}  // namespace cupel::io
