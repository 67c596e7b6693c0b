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
  if (place.line != 0) return fmt::format("{}:{} (record {})", file, place.line, place.record);
  return fmt::format("{}, byte {} (record {})", file, place.byte, place.record);
}

}  // namespace cupel::io
