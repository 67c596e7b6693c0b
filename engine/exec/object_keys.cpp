#include "engine/exec/object_keys.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "engine/exec/known_rows.hpp"

namespace cupel::exec {
namespace {

/// Mixes less than mix(), which is to follow the last part.
uint64_t stir(uint64_t hash, uint64_t part) {
  return (std::rotl(hash, 23) ^ part) * 0x9E3779B97F4A7C15u;
}

uint64_t stir(uint64_t hash, std::string_view text) {
  hash = stir(hash, text.size());
  while (!text.empty()) {
    const size_t bytes = std::min(text.size(), sizeof(uint64_t));
    uint64_t part = 0;
    std::memcpy(&part, text.data(), bytes);
    hash = stir(hash, part);
    text.remove_prefix(bytes);
  }
  return hash;
}

/// Kind and name, by the rule of ObjectKey; false when the content is the key.
bool name_key(ObjectKey& key, std::string_view type, std::string_view taxonomy,
              std::string_view annotation_id) {
  if (type == "category" && !taxonomy.empty()) {
    key.kind = ObjectKey::Kind::kTaxonomy;
    key.name = taxonomy;
    return true;
  }
  if (annotation_id.empty()) return false;
  key.kind = ObjectKey::Kind::kId;
  key.name = annotation_id;
  return true;
}

ColumnReader reader_of(const storage::SnapshotPtr& snapshot, storage::TableId table,
                       std::string_view name, Type type) {
  return ColumnReader(snapshot, snapshot->catalog().find(table, name, type));
}

void put_box(ObjectKey& key, size_t i, std::optional<double> number) {
  if (!number || std::isnan(*number)) return;
  key.box[i] = *number + 0.0;  // -0 is 0
  key.box_present |= uint32_t{1} << i;
}

}  // namespace

uint64_t ObjectKey::hash() const {
  const uint64_t hash = mix(static_cast<uint64_t>(kind), item);
  if (kind != Kind::kContent) return mix(0, stir(hash, name));
  uint64_t content = stir(stir(stir(hash, label), type), geometry);
  for (const double number : box) content = stir(content, std::bit_cast<uint64_t>(number));
  return mix(content, box_present);
}

ObjectKey key_of(uint64_t item, const io::ObjectRecord& object) {
  ObjectKey key;
  key.item = item;
  if (name_key(key, object.type, object.taxonomy, object.annotation_id)) return key;
  key.label = object.label;
  key.type = object.type;
  key.geometry = object.geometry;
  put_box(key, 0, object.x);
  put_box(key, 1, object.y);
  put_box(key, 2, object.z);
  put_box(key, 3, object.width);
  put_box(key, 4, object.height);
  put_box(key, 5, object.depth);
  return key;
}

ObjectKeyReader::ObjectKeyReader(const storage::SnapshotPtr& snapshot, storage::TableId table)
    : item_(reader_of(snapshot, table, "$item", Type::kInt64)),
      annotation_id_(reader_of(snapshot, table, "annotation_id", Type::kText)),
      taxonomy_(reader_of(snapshot, table, "taxonomy", Type::kText)),
      label_(reader_of(snapshot, table, "label", Type::kText)),
      type_(reader_of(snapshot, table, "type", Type::kText)),
      geometry_(reader_of(snapshot, table, "geometry", Type::kText)),
      box_{reader_of(snapshot, table, "position.x", Type::kFloat64),
           reader_of(snapshot, table, "position.y", Type::kFloat64),
           reader_of(snapshot, table, "position.z", Type::kFloat64),
           reader_of(snapshot, table, "dimensions.x", Type::kFloat64),
           reader_of(snapshot, table, "dimensions.y", Type::kFloat64),
           reader_of(snapshot, table, "dimensions.z", Type::kFloat64)} {}

ObjectKey ObjectKeyReader::key(uint64_t row) {
  ObjectKey key;
  key.item = item(row);
  const std::string_view type = this->type(row);
  if (name_key(key, type, taxonomy_.text(row).value_or(""), annotation_id_.text(row).value_or("")))
    return key;
  key.label = label(row);
  key.type = type;
  key.geometry = geometry_.text(row).value_or("");
  for (size_t i = 0; i < box_.size(); ++i) put_box(key, i, box_[i].number(row));
  return key;
}

}  // namespace cupel::exec
