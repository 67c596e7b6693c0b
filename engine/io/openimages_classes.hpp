#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cupel::io {

/// The display names of Open Images' classes: a CSV file of two columns, `/m/01yrx,Cat`, with or
/// without the header `LabelName,DisplayName`.
class OpenImagesClasses {
 public:
  OpenImagesClasses() = default;
  /// Throws Error: kIo, kLimit (more than 64 MiB), kConstraint with the line.
  explicit OpenImagesClasses(const std::filesystem::path& file);

  /// The name of a class, or nothing.
  const std::string* find(const std::string& code) const;

 private:
  std::unordered_map<std::string, std::string> names_;
};

}  // namespace cupel::io
