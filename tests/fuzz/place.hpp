#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace cupel::fuzz {

/// Statements, and the files that they read: an input whose lines `=== NAME` begin a file each.
struct Script {
  struct File {
    std::string_view name, bytes;
  };
  std::string_view statements;
  std::vector<File> files;
};
Script split_input(std::string_view input);

/// A directory of its own, which the program is in as long as it lives, with what is in `data` of
/// the tests.
class Place {
 public:
  Place();
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  const std::filesystem::path& path() const { return path_; }
  /// Writes the files of an input; false where a name leads outside.
  bool write(const std::vector<Script::File>& files) const;
  /// Removes everything but `data`.
  void clear() const;

 private:
  std::filesystem::path path_;
};

}  // namespace cupel::fuzz
