#include "tests/property/model.hpp"

#include <algorithm>
#include <stdexcept>

namespace cupel::testing {

const Value& Row::field(const std::string& name) const {
  static const Value kMissing;
  const auto found = fields.find(name);
  return found == fields.end() ? kMissing : found->second;
}

void Row::set(const std::string& name, Value value) {
  if (value.is_missing()) {
    fields.erase(name);
  } else {
    fields[name] = std::move(value);
  }
}

Row* Model::find_item(std::string_view reference_id) {
  for (Row& item : items) {
    if (item.field("reference_id").as_text() == reference_id) return &item;
  }
  return nullptr;
}

Collection& Model::run(const std::string& name) {
  for (Collection& collection : collections) {
    if (collection.run == name) return collection;
  }
  collections.push_back({name, {}, {}});
  return collections.back();
}

Row* Model::find_annotation(std::string_view name) {
  for (Row& row : collections[0].rows)
    for (const Row& item : items)
      if (item.id == row.item && !row.field("annotation_id").is_missing() &&
          name == item.field("reference_id").as_text() + "/" + row.field("annotation_id").as_text())
        return &row;
  return nullptr;
}

void Model::put_item(std::map<std::string, Value> fields, bool update) {
  Row* known = find_item(fields.at("reference_id").as_text());
  if (known == nullptr) {
    items.push_back({next_id_++, 0, std::move(fields)});
  } else if (update) {
    known->fields = std::move(fields);
  }
}

void Model::put_object(Collection& collection, std::string_view reference_id,
                       std::map<std::string, Value> fields, bool update) {
  const Row* item = find_item(reference_id);
  if (item == nullptr) throw std::logic_error("an object without an item");
  Row row{0, item->id, std::move(fields)};
  const bool category = row.field("type") == Value("category");
  if (category) collection.taxonomies.insert(row.field("taxonomy").as_text());
  for (Row& known : collection.rows) {
    if (known.item != row.item || (known.field("type") == Value("category")) != category) continue;
    const char* key = category ? "taxonomy" : "annotation_id";
    if (known.field(key) != row.field(key)) continue;
    if (update) known.fields = std::move(row.fields);
    return;
  }
  row.id = next_id_++;
  collection.rows.push_back(std::move(row));
}

void Model::remove(const std::set<uint64_t>& ids) {
  std::erase_if(items, [&](const Row& row) { return ids.contains(row.id); });
  for (Collection& collection : collections) {
    std::erase_if(collection.rows,
                  [&](const Row& row) { return ids.contains(row.id) || ids.contains(row.item); });
  }
}

}  // namespace cupel::testing
