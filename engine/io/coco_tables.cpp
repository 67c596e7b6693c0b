#include "engine/io/coco_tables.hpp"

#include <charconv>

namespace cupel::io {
namespace {

std::optional<int64_t> as_number(const JsonNode& id) {
  if (id.kind == JsonKind::kInteger) return id.integer;
  int64_t number = 0;
  const char* end = id.text.data() + id.text.size();
  const auto result = std::from_chars(id.text.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end || id.text != std::to_string(number)) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

bool CocoTable::add(const JsonNode& id, std::string_view text) {
  const Range range{texts_.size(), static_cast<uint32_t>(text.size())};
  const auto number = as_number(id);
  const bool added = number ? by_number_.emplace(*number, range).second
                            : by_text_.emplace(std::string(id.text), range).second;
  if (added) texts_.append(text);
  return added;
}

std::optional<std::string_view> CocoTable::find(const JsonNode& id) const {
  const Range* range = nullptr;
  if (const auto number = as_number(id)) {
    const auto found = by_number_.find(*number);
    if (found != by_number_.end()) range = &found->second;
  } else {
    const auto found = by_text_.find(std::string(id.text));
    if (found != by_text_.end()) range = &found->second;
  }
  if (range == nullptr) return std::nullopt;
  return std::string_view(texts_).substr(range->begin, range->bytes);
}

}  // namespace cupel::io
