#include "engine/io/row_parts.hpp"

#include <algorithm>

namespace cupel::io {
namespace {

constexpr std::array<std::string_view, 4> kBoxNumbers = {"x", "y", "width", "height"};

}  // namespace

ObjectParts::ObjectParts(RowKind object_kind, const JsonNode& object)
    : kind(object_kind), object_(object), members_(object, Members::Nulls::kKeep) {
  reference_id = take_text("reference_id");
  run = take_text("run");
  label = take_text("label");
  type = take_text("type");
  taxonomy = take_text("taxonomy");
  annotation_id = take_text("annotation_id");
  geometry = take("geometry", JsonKind::kObject);
  metadata = take("metadata", JsonKind::kObject);
  class_pdf = take("class_pdf", JsonKind::kObject);
  for (const JsonKind kind_of_number : {JsonKind::kInteger, JsonKind::kNumber}) {
    if (area == nullptr) area = take("area", kind_of_number);
    if (confidence == nullptr) confidence = take("confidence", kind_of_number);
  }
  if (geometry != nullptr) read_box();
}

const JsonNode* ObjectParts::take(std::string_view key, JsonKind kind_of_value) {
  const JsonNode* member = object_.find(key);
  if (member == nullptr || member->kind != kind_of_value) return nullptr;
  return members_.take(key);
}

std::string_view ObjectParts::take_text(std::string_view key) {
  const JsonNode* member = take(key, JsonKind::kText);
  return member == nullptr ? std::string_view() : member->text;
}

bool ObjectParts::is_box_number(std::string_view key) {
  return std::find(kBoxNumbers.begin(), kBoxNumbers.end(), key) != kBoxNumbers.end();
}

void ObjectParts::read_box() {
  std::array<double, 4> numbers{};
  for (size_t i = 0; i < kBoxNumbers.size(); ++i) {
    const JsonNode* member = geometry->find(kBoxNumbers[i]);
    if (member == nullptr || !member->is_number()) return;
    numbers[i] = member->number;
    box_digits[i] = member->raw;
  }
  box = {numbers[0], numbers[1], numbers[2], numbers[3]};
}

void ObjectParts::lose_others(ExportLosses& losses) const {
  members_.for_each_other([&](const JsonNode& member) { losses.field(kind, member.key); });
}

void ObjectParts::lose(ExportLosses& losses, const JsonNode* part) const {
  if (part != nullptr) losses.field(kind, part->key);
}

ItemParts::ItemParts(const JsonNode& item) : item_(item), members_(item, Members::Nulls::kKeep) {
  if (const JsonNode* id = take("reference_id", JsonKind::kText)) reference_id = id->text;
  image_location = take("image_location", JsonKind::kText);
  width = take("width", JsonKind::kInteger);
  height = take("height", JsonKind::kInteger);
  metadata = take("metadata", JsonKind::kObject);
  annotations_ = take("annotations", JsonKind::kArray);
  predictions_ = take("predictions", JsonKind::kObject);
}

const JsonNode* ItemParts::take(std::string_view key, JsonKind kind) {
  const JsonNode* member = item_.find(key);
  return member == nullptr || member->kind != kind ? nullptr : members_.take(key);
}

void ItemParts::lose_others(ExportLosses& losses) const {
  members_.for_each_other(
      [&](const JsonNode& member) { losses.field(RowKind::kItem, member.key); });
}

namespace {

uint64_t length_of(const JsonNode& list) {
  uint64_t length = 0;
  for (auto at = list.begin(); at != list.end(); ++at) ++length;
  return length;
}

}  // namespace

void lose_run(std::string_view run, const JsonNode& objects, ExportLosses& losses) {
  losses.objects("predictions", " of the run '" + std::string(run) + "'", length_of(objects));
}

void lose_predictions(const ItemParts& item, ExportLosses& losses) {
  item.for_each_run([&](std::string_view, const JsonNode& objects) {
    losses.objects("predictions", {}, length_of(objects));
  });
}

}  // namespace cupel::io
