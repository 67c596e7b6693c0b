#include "engine/io/image_paths.hpp"

#include <algorithm>

#include "engine/io/image_files.hpp"

namespace cupel::io {
namespace {

constexpr size_t kMostPathBytes = 1000;
constexpr size_t kMostNameBytes = 200;  ///< file systems have 255, and a number may come on top

/// At most so many bytes from the end, whole characters.
std::string_view tail(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  size_t begin = text.size() - most;
  while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) ++begin;
  return text.substr(begin);
}

std::string safe_name(std::string_view part) {
  std::string name(tail(part, kMostNameBytes));
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '\\') c = '_';
  }
  if (name.front() == '.' || name.front() == ' ') name.front() = '_';
  if (name.back() == ' ') name.back() = '_';
  return name;
}

/// The path in a URL or of a file, without a query.
std::string_view without_query(std::string_view location) {
  return location.substr(0, location.find_first_of("?#"));
}

std::string extension_of(std::string_view path) {
  return std::string(path.substr(without_extension(path).size()));
}

}  // namespace

std::string safe_path(std::string_view reference_id) {
  std::string path;
  for (size_t begin = 0; begin <= reference_id.size();) {
    const size_t end = std::min(reference_id.find('/', begin), reference_id.size());
    const std::string_view part = reference_id.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == "." || part == "..") continue;
    if (!path.empty()) path += '/';
    path += safe_name(part);
  }
  if (path.size() > kMostPathBytes) path = last_part(path);
  return path.empty() ? "item" : path;
}

ImagePaths::Path ImagePaths::of(uint64_t row, std::string_view reference_id,
                                std::string_view location) {
  std::string image = safe_path(reference_id);
  if (!is_image(image)) {
    const std::string_view path = without_query(location);
    image += is_image(path) ? extension_of(path) : ".jpg";
  }
  const std::string stem(without_extension(image));
  const std::string extension = extension_of(image);
  for (uint64_t number = 1;; ++number) {
    Path path;
    path.image = "images/" + stem;
    if (number > 1) path.image += '-' + std::to_string(number);
    path.label = replace_folder(path.image, "images", "labels") + ".txt";
    path.image += extension;
    const auto [found, is_new] = rows_.try_emplace(path.label, row);
    if (is_new) reserve_(path.label.size() + 64);
    if (found->second != row) continue;
    // Readers take a path from its last folder of images on.
    path.changed = references_.of(path.image) != reference_id || has_folder(reference_id, "images");
    return path;
  }
}

}  // namespace cupel::io
