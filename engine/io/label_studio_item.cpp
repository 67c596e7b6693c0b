#include "engine/io/label_studio_item.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/io/label_studio_results.hpp"

namespace cupel::io {
namespace {

bool is_one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool names_an_image(const JsonNode& member) {
  if (!member.is_text()) return false;
  std::string name(image_name(member.text));
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const char* extension :
       {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}) {
    if (name.ends_with(extension)) return true;
  }
  return false;
}

/// What a record of JSON-MIN has beside the task's data.
bool is_of_record(std::string_view key) {
  return is_one_of(key,
                   {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"});
}

}  // namespace

std::string_view image_name(std::string_view path) {
  if (path.starts_with("data:")) return {};
  const size_t query = path.find('?');
  if (query != std::string_view::npos && path.substr(query).starts_with("?d=")) {
    path.remove_prefix(query + 3);
    path = path.substr(0, path.find('&'));
  } else {
    path = path.substr(0, query);
  }
  path = path.substr(0, path.find('#'));
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view uploaded_name(std::string_view name) {
  constexpr size_t kDigits = 8;
  if (name.size() <= kDigits + 1 || name[kDigits] != '-') return {};
  const std::string_view digits = name.substr(0, kDigits);
  if (digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) return {};
  return name.substr(kDigits + 1);
}

const JsonNode* StudioItemReader::find_image(const JsonNode& data, std::string_view prefix) const {
  const std::string_view key = image_key_.empty() ? "image" : image_key_;
  const JsonNode* image = data.find(key);
  if (image != nullptr && !image->is_null()) {
    text_of(*image, prefix);
    return image;
  }
  if (!image_key_.empty()) missing(fmt::format("{}{}", prefix, key));
  for (const JsonNode& member : data) {
    if (names_an_image(member)) return &member;
  }
  return nullptr;
}

const JsonNode* StudioItemReader::find_reference(const JsonNode& data, bool minimal,
                                                 std::string_view prefix) const {
  if (!reference_key_.empty()) {
    const JsonNode* found = data.find(reference_key_);
    if (found == nullptr || found->is_null()) missing(fmt::format("{}{}", prefix, reference_key_));
    return found;
  }
  for (const std::string_view key : {"reference_id", "item_id", "id"}) {
    const JsonNode* found = data.find(key);
    if (found != nullptr && !found->is_null() && !(minimal && is_of_record(key))) return found;
  }
  return nullptr;
}

void StudioItemReader::take_reference(const JsonNode* reference, const JsonNode* image,
                                      std::string_view prefix) {
  item_.alternative_reference = {};
  if (reference != nullptr) {
    item_.reference_id = identifier_of(*reference, prefix);
    if (item_.reference_id.empty()) {
      throw RecordError{fmt::format("{}{}", prefix, reference->key), "is empty"};
    }
    return;
  }
  item_.reference_id = image == nullptr ? std::string_view() : image_name(image->text);
  if (item_.reference_id.empty()) {
    throw RecordError{{},
                      "the task does not say which item it is about: its data have none of "
                      "reference_id, item_id and id, and no name of an image; say which member "
                      "does with FORMAT label_studio (reference = KEY)"};
  }
  item_.alternative_reference = uploaded_name(item_.reference_id);
}

std::optional<ItemSize> size_in(const JsonNode& object, std::string_view width,
                                std::string_view height) {
  const auto positive = [&](std::string_view key) {
    const JsonNode* found = object.find(key);
    return found != nullptr && found->kind == JsonKind::kInteger && found->integer > 0
               ? found->integer
               : 0;
  };
  const ItemSize size{positive(width), positive(height)};
  if (size.width == 0 || size.height == 0) return std::nullopt;
  return size;
}

bool StudioItemReader::take_size(const JsonNode& data, const std::optional<ItemSize>& size) {
  const std::optional<ItemSize> own = size_in(data, "width", "height");
  const std::optional<ItemSize>& found = size ? size : own;
  item_.width.reset();
  item_.height.reset();
  if (found) {
    item_.width = found->width;
    item_.height = found->height;
  }
  return own && own == found;
}

void StudioItemReader::begin(const JsonNode& data, bool minimal,
                             const std::optional<ItemSize>& size, std::string_view prefix) {
  const JsonNode* reference = find_reference(data, minimal, prefix);
  const JsonNode* image = find_image(data, prefix);
  take_reference(reference, image, prefix);
  item_.image_location.reset();
  const bool own_size = take_size(data, size);
  if (image != nullptr) item_.image_location = image->text;
  metadata_.start(item_.fields);
  for (const JsonNode& member : data) {
    if (&member == reference || &member == image) continue;
    if (own_size && (member.key == "width" || member.key == "height")) continue;
    if (minimal && (is_of_record(member.key) || is_minimal_answer(member))) continue;
    metadata_.add(member);
  }
}

const ItemRecord& StudioItemReader::finish(const Place& place) {
  item_.rest = metadata_.rest();
  item_.place = place;
  return item_;
}

}  // namespace cupel::io
