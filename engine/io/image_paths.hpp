#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/io/image_files.hpp"

namespace cupel::io {

/// Names of files for items, made of reference ids: folders stay folders, and nothing leads out of
/// the folder that they are in. One thread.
class ImagePaths {
 public:
  explicit ImagePaths(std::function<void(size_t)> reserve)
      : reserve_(std::move(reserve)), references_("path", {}) {}

  struct Path {
    std::string image;     ///< `images/street/a.jpg`
    std::string label;     ///< `labels/street/a.txt`
    bool changed = false;  ///< a reader finds another reference id in the name of the image
  };
  /// Of the item in that row, the same every time. An id without the extension of an image gets
  /// that of `location`, or .jpg. No two items have one label file: a number is put in.
  Path of(uint64_t row, std::string_view reference_id, std::string_view location);

 private:
  std::function<void(size_t)> reserve_;
  ImageReferences references_;
  std::unordered_map<std::string, uint64_t> rows_;  ///< by label file
};

/// A relative path of printable names, without `.`, `..` and hidden ones; at most 1,000 bytes.
std::string safe_path(std::string_view reference_id);

}  // namespace cupel::io
