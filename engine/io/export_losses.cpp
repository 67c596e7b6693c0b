#include "engine/io/export_losses.hpp"

#include <array>
#include <utility>

#include "storage/catalog.hpp"

namespace cupel::io {
namespace {

constexpr const char* kNouns[] = {"items", "annotations", "predictions"};

void append_segment(std::string& path, std::string_view key) {
  path += '.';
  const bool plain = !key.empty() && key.find_first_of(".\"") == std::string_view::npos;
  path += plain ? std::string(key) : storage::quote_segment(key);
}

}  // namespace

ExportLosses::Loss& ExportLosses::loss(std::string_view key) {
  const auto [found, is_new] = by_key_.try_emplace(std::string(key), losses_.size());
  if (is_new) losses_.emplace_back();
  return losses_[found->second];
}

void ExportLosses::field(RowKind of, std::string_view path, uint64_t count) {
  key_ = static_cast<char>('0' + static_cast<int>(of));
  key_ += path;
  Loss& found = loss(key_);
  found.count += count;
  if (!found.field.empty()) return;
  found.field = path;
  found.noun = kNouns[static_cast<size_t>(of)];
}

void ExportLosses::below(RowKind of, std::string_view path, const JsonNode& object) {
  path_ = path;
  walk(of, object);
}

void ExportLosses::walk(RowKind of, const JsonNode& node) {
  if (!node.is_object() || node.empty()) return field(of, path_);
  const size_t before = path_.size();
  for (const JsonNode& member : node) {
    append_segment(path_, member.key);
    walk(of, member);
    path_.resize(before);
  }
}

void ExportLosses::objects(std::string_view plural, std::string_view suffix, uint64_t count) {
  key_ = plural;
  key_ += suffix;
  Loss& found = loss(key_);
  found.noun = plural;
  found.suffix = suffix;
  found.count += count;
}

std::string plural_of_type(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, const char*>, 7> kPlurals = {{
      {"box", "boxes"},
      {"polygon", "polygons"},
      {"line", "lines"},
      {"cuboid", "cuboids"},
      {"segmentation", "masks"},
      {"category", "category labels"},
      {"keypoints", "keypoint objects"},
  }};
  for (const auto& [known, plural] : kPlurals) {
    if (known == type) return plural;
  }
  return std::string(type) + " objects";
}

}  // namespace cupel::io
