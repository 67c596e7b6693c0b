#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/io/json_document.hpp"

namespace cupel::io {

/// Texts by id, for the images and the categories of a COCO file. Ids are integers, in the wild
/// also texts; a text of digits is the same id as the integer. Memory: the texts and a hash entry
/// of an id.
class CocoTable {
 public:
  /// False when the id is taken.
  bool add(const JsonNode& id, std::string_view text);
  std::optional<std::string_view> find(const JsonNode& id) const;

 private:
  struct Range {
    uint64_t begin;
    uint32_t bytes;
  };
  std::string texts_;
  std::unordered_map<int64_t, Range> by_number_;
  std::unordered_map<std::string, Range> by_text_;
};

}  // namespace cupel::io
