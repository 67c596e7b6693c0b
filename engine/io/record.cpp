#include "engine/io/record.hpp"

#include <fmt/format.h>

namespace cupel::io {

uint32_t FieldNames::id(std::string_view path) {
  const auto found = ids_.find(path);
  if (found != ids_.end()) return found->second;
  const auto id = static_cast<uint32_t>(paths_.size());
  paths_.emplace_back(path);
  ids_.emplace(paths_.back(), id);
  return id;
}

std::string describe(const std::string& file, const Place& place) {
  const std::string_view name = place.file.empty() ? std::string_view(file) : place.file;
  if (place.record == 0)
    return place.line == 0 ? std::string(name) : fmt::format("{}:{}", name, place.line);
  if (place.line != 0) return fmt::format("{}:{} (record {})", name, place.line, place.record);
  return fmt::format("{}, byte {} (record {})", name, place.byte, place.record);
}

}  // namespace cupel::io
