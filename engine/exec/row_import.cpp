#include "engine/exec/row_import.hpp"

#include <fmt/format.h>

namespace cupel::exec {
namespace {

storage::SnapshotPtr state_of(storage::Transaction& transaction) {
  transaction.flush();
  return transaction.view();
}

Complaint take(const ImportAliases::Item& item, std::string_view id, uint64_t& row) {
  if (item.ambiguous)
    return fmt::format("several items have the metadata.coco_id {}; the object could be of any",
                       id);
  row = item.row;
  return std::nullopt;
}

}  // namespace

RowImport::RowImport(storage::Transaction& transaction, const Context& context, bool update)
    : transaction_(transaction),
      context_(context),
      update_(update),
      base_(state_of(transaction)),
      items_(transaction, context, names_, base_, update),
      aliases_(base_) {}

Complaint RowImport::find_item(const io::ObjectRecord& object, uint64_t& row) {
  if (object.image_id) {
    if (const auto item = aliases_.item_by_number(*object.image_id))
      return take(*item, object.reference_id, row);
  }
  std::optional<uint64_t> found = items_.find(object.reference_id);
  if (!found && !object.alternative_reference.empty())
    found = items_.find(object.alternative_reference);
  if (found) {
    row = *found;
    return std::nullopt;
  }
  if (const auto item = aliases_.item_by_text(object.reference_id))
    return take(*item, object.reference_id, row);
  if (object.without_extension) {
    if (const auto item = aliases_.item_by_stem(object.reference_id)) {
      if (item->ambiguous)
        return fmt::format("several items are called '{}' but for folder and extension",
                           object.reference_id);
      row = item->row;
      return std::nullopt;
    }
  }
  if (object.reference_id.empty()) return "the object names no item; give it a reference_id";
  return fmt::format("there is no item '{}'; import the items first", object.reference_id);
}

io::ImageSize RowImport::size_of(const io::ObjectRecord& object) {
  uint64_t item = 0;
  if (Complaint complaint = find_item(object, item)) return {{}, {}, std::move(*complaint)};
  const ItemSizes::Size size = items_.size(item);
  io::ImageSize known;
  if (size.width != 0) known.width = size.width;
  if (size.height != 0) known.height = size.height;
  return known;
}

ObjectImport& RowImport::objects_of(storage::TableId table) {
  std::unique_ptr<ObjectImport>& objects = objects_[table];
  if (!objects)
    objects = std::make_unique<ObjectImport>(transaction_, context_, names_, base_, table, update_);
  return *objects;
}

Complaint RowImport::add_object(storage::TableId table, const io::ObjectRecord& object) {
  uint64_t item = 0;
  if (Complaint complaint = find_item(object, item)) return complaint;
  return add_object(table, item, object);
}

Complaint RowImport::add_object(storage::TableId table, uint64_t item,
                                const io::ObjectRecord& object) {
  ObjectImport& objects = objects_of(table);
  if (!object.category_id) return objects.add(item, object);
  const auto label = aliases_.label(*object.category_id);
  if (!label) return objects.add(item, object);
  io::ObjectRecord named = object;
  named.label = *label;
  return objects.add(item, named);
}

void RowImport::finish() {
  items_.finish();
  for (const auto& [table, objects] : objects_) objects->finish();
}

AppendCounts RowImport::objects() const {
  AppendCounts sum;
  for (const auto& [table, objects] : objects_) {
    sum.added += objects->counts().added;
    sum.updated += objects->counts().updated;
    sum.ignored += objects->counts().ignored;
    sum.repeated += objects->counts().repeated;
  }
  return sum;
}

}  // namespace cupel::exec
