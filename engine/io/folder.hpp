#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cupel::io {

/// Whether the path is that of a folder, or of a link to one.
bool is_folder(const std::filesystem::path& path);

/// A folder that a statement names, and the files in it. One thread.
///
/// 1. Only what lies in it is read: a link that leads out is not followed, and no path that a file
///    of it holds is looked for outside.
/// 2. Paths are relative to it (`images/train/a.jpg`; empty: the folder itself), with `/` between
///    their parts. Files come in an order that depends on names only: those of a folder sorted by
///    their bytes, folders among them.
/// 3. Memory is the names in one folder at each level.
class Folder {
 public:
  enum class Kind { kFile, kFolder };

  /// Throws Error(kIo) when there is no such folder.
  explicit Folder(const std::filesystem::path& path);

  const std::string& path() const { return path_; }
  /// The path of something in it, as a statement would name it.
  std::string path_of(std::string_view inside) const;
  /// Whether there is a regular file or a folder of that path that may be read.
  bool has(std::string_view inside, Kind kind);
  /// The longest tail of a path from elsewhere (absolute, with `..`, with backslashes) that is in
  /// the folder: of `/data/coco/images/a.jpg` perhaps `images/a.jpg`.
  std::optional<std::string> find_tail(std::string_view path, Kind kind);
  /// A path from elsewhere as one in a folder: from its last part `container` on, or all of it
  /// where it is relative, or its last part.
  static std::string inner_path(std::string_view path, std::string_view container);
  /// The names of the regular files in the folder itself, sorted.
  std::vector<std::string> files();
  using Visit = std::function<void(const std::string& inside)>;
  using Lose = std::function<void(std::string_view what)>;
  /// Calls `file` for each regular file below `inside`, and `lose` for what is there and not read,
  /// in the words of RecordSink::lost: links that are not followed, names that are not UTF-8.
  /// Hidden files and folders (`.name`) are passed over. Throws Error(kIo) when a folder cannot be
  /// read, kLimit when they nest deeper than 64 levels.
  void for_each_file(
      std::string_view inside, const Visit& file, const Lose& lose = [](std::string_view) {});

 private:
  struct Visits {
    const Visit& file;
    const Lose& lose;
  };
  void walk(const std::string& inside, size_t depth, const Visits& visits);
  bool is_within(const std::filesystem::path& path) const;
  bool leads_out(const std::filesystem::path& path);

  std::string path_;               ///< as the statement names it
  std::filesystem::path real_;     ///< without links
  std::filesystem::path parent_;   ///< of the file asked for last,
  bool parent_is_within_ = false;  ///< and whether that lies in the folder
};

}  // namespace cupel::io
