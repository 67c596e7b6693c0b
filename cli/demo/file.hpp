#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

namespace cupel::demo {

/// A file being written. Every member throws Error kIo with the path and the reason.
class File {
 public:
  explicit File(std::filesystem::path path);
  void write(std::string_view bytes);
  /// Must be called: a file that is only destroyed may have lost its end silently.
  void close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Closer> file_;
};

}  // namespace cupel::demo
