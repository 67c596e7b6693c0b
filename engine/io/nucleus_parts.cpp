#include "engine/io/nucleus_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/io/json_text.hpp"
#include "engine/io/record_parts.hpp"

namespace cupel::io {
namespace {

const JsonNode* present(const JsonNode& object, std::string_view key) {
  const JsonNode* found = object.find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

bool is_one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  append_text(out, text);
}

void append_member(std::string& out, const JsonNode& member) {
  append_key(out, member.key);
  out.append(member.raw);
}

std::string identity_of(const JsonNode& payload, std::string_view otherwise) {
  const JsonNode* id = present(payload, "annotation_id");
  return std::string(id == nullptr ? otherwise : identifier_of(*id));
}

void append_segment(std::string& out, const JsonNode& segment, const JsonNode& mask) {
  append_key(out, "geometry");
  out += '{';
  append_member(out, *mask.find("mask_url"));
  if (const JsonNode* index = present(segment, "index")) append_member(out, *index);
  out += '}';
  for (const JsonNode& member : segment) {
    if (is_one_of(member.key, {"type", "geometry", "annotation_id"})) {
      throw RecordError{std::string(member.key), "is nothing that a segment has"};
    }
    if (member.key != "index") append_member(out, member);
  }
  for (const JsonNode& member : mask) {
    if (is_one_of(member.key, {"type", "annotations", "mask_url", "annotation_id", "geometry"})) {
      continue;
    }
    if (member.key != "index" && segment.find(member.key) == nullptr) append_member(out, member);
  }
}

void append_metadata(std::string& out, const JsonNode* metadata, std::string_view taxonomy) {
  if (metadata == nullptr && taxonomy.empty()) return;
  append_key(out, "metadata");
  out += '{';
  if (metadata != nullptr) {
    for (const JsonNode& member : *metadata) append_member(out, member);
  }
  const bool taken = metadata != nullptr && metadata->find("taxonomy") != nullptr;
  if (!taxonomy.empty() && !taken) append_member(out, "taxonomy", taxonomy);
  out += '}';
}

}  // namespace

bool is_mask(const JsonNode& payload, std::string_view type) {
  if (type == "mask") return true;
  const JsonNode* segments = present(payload, "annotations");
  return segments != nullptr && segments->is_array() &&
         (type == "segmentation" || present(payload, "mask_url") != nullptr);
}

bool is_multicategory(const JsonNode& payload, std::string_view type) {
  return type == "multicategory" ||
         (present(payload, "labels") != nullptr && present(payload, "label") == nullptr);
}

std::vector<Part> segments_of(const JsonNode& mask, std::string_view reference_id) {
  const JsonNode* url = present(mask, "mask_url");
  if (url == nullptr) missing("mask_url");
  text_of(*url);
  const JsonNode* segments = present(mask, "annotations");
  if (segments == nullptr) missing("annotations");
  const std::string id = identity_of(mask, fmt::format("{}-mask", reference_id));
  std::vector<Part> parts;
  for (const JsonNode& segment : list_of(*segments)) {
    const size_t number = parts.size();
    Part& part = parts.emplace_back();
    part.where = fmt::format("annotations[{}]", number);
    try {
      if (!segment.is_object()) {
        throw RecordError{{}, "must be an object, but is " + segment.in_words()};
      }
      std::string json = "{";
      append_member(json, "type", "segmentation");
      append_member(json, "annotation_id", fmt::format("{}/{}", id, number));
      append_segment(json, segment, mask);
      part.json = json + "}";
    } catch (const RecordError& error) {
      part.error = error;
    }
  }
  return parts;
}

std::vector<Part> categories_of(const JsonNode& payload) {
  const JsonNode* labels = present(payload, "labels");
  if (labels == nullptr) missing("labels");
  const JsonNode* taxonomy = present(payload, "taxonomy_name");
  const std::string_view name = taxonomy == nullptr ? std::string_view() : text_of(*taxonomy);
  const JsonNode* metadata = present(payload, "metadata");
  if (metadata != nullptr) object_of(*metadata);
  const std::string id = identity_of(payload, name);
  std::vector<Part> parts;
  for (const JsonNode& label : list_of(*labels)) {
    const size_t number = parts.size();
    Part& part = parts.emplace_back();
    part.where = fmt::format("labels[{}]", number);
    if (!label.is_text()) {
      part.error = {{}, "must be a text, but is " + label.in_words()};
      continue;
    }
    part.json = "{";
    append_member(part.json, "label", label.text);
    append_member(part.json, "type", "category");
    append_member(part.json, "annotation_id", fmt::format("{}/{}", id, label.text));
    append_metadata(part.json, metadata, name);
    for (const JsonNode& member : payload) {
      if (!is_one_of(member.key, {"labels", "label", "type", "annotation_id", "metadata",
                                  "taxonomy_name", "taxonomy"})) {
        append_member(part.json, member);
      }
    }
    part.json += '}';
  }
  return parts;
}

}  // namespace cupel::io
