#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace cupel::io {

/// A window that slides over a regular file, so that files of any size are read in bounded
/// memory. It grows only while the bytes in view are not given up by advance(). Behind the bytes
/// in view stand 64 more that may be read (as JSON parsers do), of no meaning.
/// Throws Error(kIo) with the path and the reason.
class FileWindow {
 public:
  FileWindow(const std::filesystem::path& file, size_t window_bytes);
  /// Slides over bytes in memory, which must outlive it; `name` stands for the path.
  FileWindow(std::string name, std::string_view bytes, size_t window_bytes);
  ~FileWindow();
  FileWindow(const FileWindow&) = delete;
  FileWindow& operator=(const FileWindow&) = delete;

  const std::string& path() const noexcept { return path_; }
  uint64_t file_bytes() const noexcept { return file_bytes_; }
  /// The place of the first byte in view.
  uint64_t offset() const noexcept { return offset_; }
  /// What is in view. Changed by the other members, and so are the addresses.
  std::string_view view() const noexcept { return {buffer_.get() + begin_, end_ - begin_}; }
  /// Brings more bytes into view, keeping those that are; false at the end of the file.
  bool load();
  /// Gives up the first `bytes` in view.
  void advance(size_t bytes) noexcept {
    begin_ += bytes;
    offset_ += bytes;
  }
  /// Goes to another place of the file; nothing is in view then.
  void seek(uint64_t offset) noexcept;

 private:
  void make_room();

  size_t read(char* to, size_t bytes, uint64_t at);

  std::string path_;
  int descriptor_ = -1;      ///< -1: the bytes are in memory
  std::string_view memory_;
  uint64_t file_bytes_ = 0;
  uint64_t offset_ = 0;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::unique_ptr<char[]> buffer_;
};

}  // namespace cupel::io
