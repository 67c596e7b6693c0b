#pragma once

#include <initializer_list>

#include "recording.hpp"

namespace cupel::io {

/// The head of a GIF of that size.
inline std::string gif(int width, int height) {
  std::string bytes = "GIF89a";
  for (const int number : {width, height}) {
    bytes += static_cast<char>(number % 256);
    bytes += static_cast<char>(number / 256);
  }
  return bytes;
}

/// Files in a folder of their own that disappears with them.
class ScratchFolder {
 public:
  ScratchFolder(std::initializer_list<std::pair<std::string, std::string>> files) {
    for (const auto& [name, content] : files) write(name, content);
  }
  void write(const std::string& name, std::string_view content) const {
    const std::filesystem::path file = path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
  }
  void link(const std::string& name, const std::filesystem::path& target) const {
    std::filesystem::create_directories((path() / name).parent_path());
    std::filesystem::create_symlink(target, path() / name);
  }
  std::filesystem::path path() const { return scratch_.folder() / "data"; }

 private:
  ScratchFile scratch_{"beside.txt", "beside the folder\n"};
};

/// What is read of the folder, or of something in it; its path becomes DATA.
inline Outcome read_folder(const ScratchFolder& folder, Want want, const HowToRead& how = {},
                           const std::string& inside = {}) {
  const std::filesystem::path path = inside.empty() ? folder.path() : folder.path() / inside;
  return read_path(path, want, how, folder.path().string(), "DATA");
}

}  // namespace cupel::io
