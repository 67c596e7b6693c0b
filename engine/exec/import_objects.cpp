#include "engine/exec/import_objects.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cupel::exec {
namespace {

constexpr size_t kMaxIdBytes = 1024;
/// So many keys of one item are compared with each other.
constexpr size_t kMostOfItem = 1024;

Complaint complaint_of(const io::ObjectRecord& object) {
  if (object.label.empty()) return "the object has no label; give it one that is not empty";
  if (object.annotation_id.size() > kMaxIdBytes)
    return "the annotation_id is longer than 1,024 bytes; shorten it";
  const auto& types = storage::object_types();
  if (std::find(types.begin(), types.end(), object.type) == types.end())
    return fmt::format("there is no object type '{}'; the types are {}", object.type,
                       fmt::join(types, ", "));
  return std::nullopt;
}

std::optional<double> area_of(const io::ObjectRecord& object) {
  if (object.area || object.type != "box" || !object.width || !object.height) return object.area;
  return *object.width * *object.height;
}

}  // namespace

ObjectImport::ObjectImport(storage::Transaction& transaction, const Context& context,
                           io::FieldNames& names, storage::SnapshotPtr base, storage::TableId table,
                           bool update)
    : transaction_(transaction),
      context_(context),
      table_(table),
      base_rows_(base->catalog().row_count(table)),
      update_(update),
      names_{names.id("$item"),
             names.id("label"),
             names.id("type"),
             names.id("taxonomy"),
             names.id("annotation_id"),
             names.id("area"),
             names.id("confidence"),
             names.id("geometry"),
             names.id("$rest"),
             {names.id("position.x"), names.id("position.y"), names.id("position.z"),
              names.id("dimensions.x"), names.id("dimensions.y"), names.id("dimensions.z")}},
      writer_(transaction, table, names),
      count_changes_(transaction, table),
      unknown_(index::items_with_objects(*base, table)),
      known_(context),
      view_(std::move(base)) {}

const RowFields& ObjectImport::fields_of(uint64_t item, const io::ObjectRecord& object) {
  fields_.clear();
  const auto text = [&](uint32_t name, std::string_view value) {
    if (!value.empty()) fields_.push_back({name, value});
  };
  const auto number = [&](uint32_t name, const std::optional<double>& value) {
    if (value) fields_.push_back({name, *value});
  };
  fields_.push_back({names_.item, static_cast<int64_t>(item)});
  text(names_.label, object.label);
  text(names_.type, object.type);
  text(names_.taxonomy, object.taxonomy);
  text(names_.annotation_id, object.annotation_id);
  number(names_.box[0], object.x);
  number(names_.box[1], object.y);
  number(names_.box[2], object.z);
  number(names_.box[3], object.width);
  number(names_.box[4], object.height);
  number(names_.box[5], object.depth);
  number(names_.area, area_of(object));
  number(names_.confidence, object.confidence);
  fields_.insert(fields_.end(), object.fields.begin(), object.fields.end());
  text(names_.geometry, object.geometry);
  text(names_.rest, object.rest);
  return fields_;
}

uint64_t ObjectImport::append(uint64_t item, const io::ObjectRecord& object, uint64_t hash) {
  const uint64_t row = writer_.append(fields_of(item, object));
  if (item == item_) {
    if (hashes_.empty()) item_row_ = row;
    hashes_.push_back(hash);
  }
  if (!by_item_ || !batch_.empty()) {
    known_.insert(hash, row);
    known_items_.add(item);
  }
  count_changes_.add(item, object.type, object.label, 1);
  ++counts_.added;
  return row;
}

Complaint ObjectImport::add(uint64_t item, const io::ObjectRecord& object) {
  if (Complaint complaint = complaint_of(object)) return complaint;
  if (batch_.empty() && known_.full()) forget();
  if (by_item_ && !begin_or_go_on(item)) end_by_item();
  if (batch_.empty() && !unknown_.contains(item)) {
    const uint64_t hash = key_of(item, object).hash();
    if (by_item_ ? is_new_of_item(hash) : !known_.maybe(hash)) {
      append(item, object, hash);
      return std::nullopt;
    }
    if (by_item_) know_item();
  }
  batch_.add(item, object);
  if (batch_.full()) settle();
  return std::nullopt;
}

bool ObjectImport::begin_or_go_on(uint64_t item) {
  if (item == item_) return hashes_.size() < kMostOfItem;
  if (unknown_.contains(item) || known_items_.contains(item)) return false;
  if (item_) (batch_.empty() ? unknown_ : known_items_).add(*item_);
  item_ = item;
  hashes_.clear();
  return true;
}

bool ObjectImport::is_new_of_item(uint64_t hash) const {
  uint32_t same = 0;
  for (const uint64_t known : hashes_) same += known == hash ? 1 : 0;
  return same == 0;
}

void ObjectImport::end_by_item() {
  if (item_ && batch_.empty()) know_item();
  by_item_ = false;
  item_.reset();
}

void ObjectImport::know_item() {
  for (size_t i = 0; i < hashes_.size(); ++i) known_.insert(hashes_[i], item_row_ + i);
  known_items_.add(*item_);
}

void ObjectImport::forget() {
  unknown_.add(known_items_);
  if (item_) unknown_.remove(*item_);
  known_items_.clear();
  known_.clear();
  by_item_ = true;
}

void ObjectImport::load_keys() {
  index::ItemSet items(0);
  for (const Pending::Row& pending : batch_.rows()) {
    if (!unknown_.contains(pending.row)) continue;
    items.add(pending.row);
    unknown_.remove(pending.row);
  }
  if (items.empty()) return;
  known_items_.add(items);
  if (view_->catalog().row_count(table_) < base_rows_ + counts_.added) renew_view();
  index::for_each_object(*view_, table_, items, [&](uint64_t row, uint64_t) {
    known_.insert(reader(row).key(row).hash(), row);
  });
}

void ObjectImport::renew_view() {
  writer_.finish();
  transaction_.flush();
  view_ = transaction_.view();
  key_reader_.reset();
}

ObjectKeyReader& ObjectImport::reader(uint64_t row) {
  if (row >= view_->catalog().row_count(table_)) renew_view();
  if (!key_reader_) key_reader_.emplace(view_, table_);
  return *key_reader_;
}

bool ObjectImport::same(uint64_t row, const ObjectKey& key) {
  if (const auto at = appended_.find(row); at != appended_.end()) {
    const Pending::Row& pending = batch_.rows()[at->second];
    return key_of(pending.row, pending.record) == key;
  }
  return reader(row).key(row) == key;
}

void ObjectImport::take(size_t index) {
  const Pending::Row& pending = batch_.rows()[index];
  const ObjectKey key = key_of(pending.row, pending.record);
  const uint64_t hash = key.hash();
  const std::optional<uint64_t> row =
      known_.find_lowest(hash, [&](uint64_t candidate) { return same(candidate, key); });
  if (!row) {
    appended_.emplace(append(pending.row, pending.record, hash), index);
    return;
  }
  if (*row >= base_rows_) ++counts_.repeated;
  if (update_) {
    replacements_[*row] = index;
    ++counts_.updated;
  } else {
    ++counts_.ignored;
  }
}

void ObjectImport::replace_rows() {
  if (replacements_.empty()) return;
  renew_view();
  std::vector<std::pair<uint64_t, size_t>> ascending(replacements_.begin(), replacements_.end());
  std::sort(ascending.begin(), ascending.end());
  for (const auto& [row, index] : ascending) {
    context_.poll();
    const auto& [item, object] = batch_.rows()[index];
    ObjectKeyReader& before = reader(row);
    if (before.type(row) != object.type || before.label(row) != object.label) {
      count_changes_.add(item, before.type(row), before.label(row), -1);
      count_changes_.add(item, object.type, object.label, 1);
    }
    writer_.replace(view_, row, fields_of(item, object));
  }
  renew_view();
}

void ObjectImport::settle() {
  if (batch_.empty()) return;
  load_keys();
  for (size_t index = 0; index < batch_.rows().size(); ++index) {
    if (index % 1024 == 0) context_.poll();
    take(index);
  }
  replace_rows();
  batch_.clear();
  appended_.clear();
  replacements_.clear();
  if (by_item_) forget();
}

void ObjectImport::finish() {
  settle();
  writer_.finish();
  count_changes_.apply();
}

}  // namespace cupel::exec
