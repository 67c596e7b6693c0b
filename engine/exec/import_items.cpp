#include "engine/exec/import_items.hpp"

#include <algorithm>
#include <utility>

namespace cupel::exec {
namespace {

constexpr size_t kMaxReferenceBytes = 1024;

Complaint reference_complaint(std::string_view reference_id) {
  if (reference_id.empty()) return "the item has no reference_id; give it one that is not empty";
  if (reference_id.size() > kMaxReferenceBytes)
    return "the reference_id is longer than 1,024 bytes; shorten it";
  return std::nullopt;
}

/// Whether a value at one path leaves no room for one at the other.
bool one_place(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a) && (a.size() == b.size() || b[a.size()] == '.');
}

}  // namespace

ItemImport::ItemImport(storage::Transaction& transaction, const Context& context,
                       io::FieldNames& names, const storage::SnapshotPtr& base, bool update)
    : transaction_(transaction),
      context_(context),
      update_(update),
      field_names_(names),
      names_{names.id("reference_id"), names.id("image_location"), names.id("width"),
             names.id("height"), names.id("$rest")},
      keys_(base, context),
      sizes_(base, context),
      writer_(transaction, storage::kItems, names),
      base_rows_(base->catalog().row_count(storage::kItems)) {}

const RowFields& ItemImport::fields_of(const io::ItemRecord& item) {
  fields_.clear();
  fields_.push_back({names_.reference_id, item.reference_id});
  if (item.image_location) fields_.push_back({names_.image_location, *item.image_location});
  if (item.width) fields_.push_back({names_.width, *item.width});
  if (item.height) fields_.push_back({names_.height, *item.height});
  fields_.insert(fields_.end(), item.fields.begin(), item.fields.end());
  if (!item.rest.empty()) fields_.push_back({names_.rest, item.rest});
  return fields_;
}

void ItemImport::append(const io::ItemRecord& item) {
  const uint64_t row = writer_.append(fields_of(item));
  transaction_.add_lookup(item.reference_id, row);
  keys_.add(item.reference_id, row);
  if (item.width || item.height) sizes_.set(row, item.width, item.height);
  ++counts_.added;
}

Complaint ItemImport::add(const io::ItemRecord& item) {
  if (Complaint complaint = reference_complaint(item.reference_id)) return complaint;
  const std::optional<uint64_t> row = keys_.find(item.reference_id);
  if (row && *row >= base_rows_) ++counts_.repeated;
  if (!row) {
    append(item);
  } else if (update_) {
    replace_later(*row, item);
    if (item.partial)
      sizes_.merge(*row, item.width, item.height);
    else
      sizes_.set(*row, item.width, item.height);
    ++counts_.updated;
  } else {
    ++counts_.ignored;
  }
  return std::nullopt;
}

Complaint ItemImport::mention(const io::ItemRecord& item) {
  if (Complaint complaint = reference_complaint(item.reference_id)) return complaint;
  if (keys_.find(item.reference_id)) return std::nullopt;
  if (!item.alternative_reference.empty() && keys_.find(item.alternative_reference))
    return std::nullopt;
  append(item);
  return std::nullopt;
}

io::ItemRecord ItemImport::merged(const io::ItemRecord& before, const io::ItemRecord& item) const {
  io::ItemRecord both = item;
  if (!both.image_location) both.image_location = before.image_location;
  if (!both.width) both.width = before.width;
  if (!both.height) both.height = before.height;
  for (const io::Field& old : before.fields) {
    const std::string& path = field_names_.path(old.name);
    const bool given = std::any_of(item.fields.begin(), item.fields.end(), [&](const auto& field) {
      return one_place(path, field_names_.path(field.name));
    });
    if (!given) both.fields.push_back(old);
  }
  return both;
}

void ItemImport::replace_later(uint64_t row, const io::ItemRecord& item) {
  const auto [at, is_new] = replacement_of_.try_emplace(row, replacements_.rows().size());
  if (is_new)
    replacements_.add(row, item);
  else if (item.partial)
    replacements_.replace(at->second, merged(replacements_.rows()[at->second].record, item));
  else
    replacements_.replace(at->second, item);
  if (replacements_.full()) settle();
}

void ItemImport::settle() {
  if (replacements_.empty()) return;
  writer_.finish();
  transaction_.flush();
  const storage::SnapshotPtr view = transaction_.view();
  for (const auto& [row, item] : replacements_.rows()) {
    context_.poll();
    if (item.partial)
      writer_.merge(view, row, fields_of(item));
    else
      writer_.replace(view, row, fields_of(item));
  }
  transaction_.flush();
  replacements_.clear();
  replacement_of_.clear();
}

void ItemImport::finish() {
  settle();
  writer_.finish();
}

}  // namespace cupel::exec
