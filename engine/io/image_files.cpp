#include "engine/io/image_files.hpp"

#include <algorithm>
#include <array>

namespace cupel::io {
namespace {

constexpr std::array<std::string_view, 8> kImageExtensions = {"jpg", "jpeg", "png", "webp",
                                                              "bmp", "gif",  "tif", "tiff"};
constexpr std::array<std::string_view, 4> kContainers = {"images", "labels", "JPEGImages",
                                                         "Annotations"};

std::string_view extension_of(std::string_view path) {
  const std::string_view name = last_part(path);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot + 1);
}

bool equal_letters(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char c, char lower) {
                      return (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == lower;
                    });
}

struct Part {
  size_t begin = 0;
  size_t bytes = 0;
};

/// The last folder on the path for which `is` holds. The last part is no folder unless the path
/// ends in a slash.
template <typename Is>
std::optional<Part> find_folder(std::string_view path, Is&& is) {
  size_t end = path.rfind('/');
  while (end != std::string_view::npos) {
    const size_t slash = end == 0 ? std::string_view::npos : path.rfind('/', end - 1);
    const size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    if (is(path.substr(begin, end - begin))) return Part{begin, end - begin};
    end = slash;
  }
  return std::nullopt;
}

bool is_container(std::string_view part) {
  return std::find(kContainers.begin(), kContainers.end(), part) != kContainers.end();
}

}  // namespace

std::string_view last_part(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view without_extension(std::string_view path) {
  const size_t extension = extension_of(path).size();
  return extension == 0 ? path : path.substr(0, path.size() - extension - 1);
}

bool has_extension(std::string_view path, std::string_view lower_case) {
  return equal_letters(extension_of(path), lower_case);
}

bool is_image(std::string_view path) {
  return std::any_of(kImageExtensions.begin(), kImageExtensions.end(),
                     [&](std::string_view extension) { return has_extension(path, extension); });
}

bool has_folder(std::string_view path, std::string_view name) {
  return find_folder(path, [&](std::string_view part) { return part == name; }).has_value();
}

std::string replace_folder(std::string_view path, std::string_view from, std::string_view to) {
  std::string result(path);
  const auto part = find_folder(path, [&](std::string_view folder) { return folder == from; });
  if (part) result.replace(part->begin, part->bytes, to);
  return result;
}

std::string without_folder(std::string_view path, std::string_view name) {
  std::string result(path);
  const auto part = find_folder(path, [&](std::string_view folder) { return folder == name; });
  if (part) result.erase(part->begin, part->bytes + 1);
  return result;
}

std::optional<std::string> find_image(Folder& folder, std::string_view stem) {
  for (const bool upper : {false, true}) {
    for (const std::string_view extension : kImageExtensions) {
      std::string path(stem);
      path += '.';
      for (const char c : extension) path += upper ? static_cast<char>(c - 'a' + 'A') : c;
      if (folder.has(path, Folder::Kind::kFile)) return path;
    }
  }
  return std::nullopt;
}

ImageReferences::ImageReferences(std::string_view form, std::string_view named) : form_(form) {
  std::string path = std::filesystem::path(named).lexically_normal().string();
  if (!path.ends_with('/')) path += '/';
  if (const auto part = find_folder(path, is_container)) {
    prefix_ = path.substr(part->begin + part->bytes + 1);
  }
}

FormatOption ImageReferences::option() {
  return {"reference", FormatOption::Kind::kChoice, {"path", "name", "stem"}};
}

std::string_view ImageReferences::of(std::string_view path) {
  if (form_ == "name") return reference_ = last_part(path);
  if (form_ == "stem") return reference_ = without_extension(last_part(path));
  if (const auto part = find_folder(path, is_container)) {
    reference_ = path.substr(0, part->begin);
    reference_ += path.substr(part->begin + part->bytes + 1);
  } else {
    reference_ = prefix_;
    reference_ += path;
  }
  return reference_;
}

std::string_view ImageReferences::alternative() const {
  const std::string_view name = last_part(reference_);
  return name.size() == reference_.size() ? std::string_view() : name;
}

}  // namespace cupel::io
