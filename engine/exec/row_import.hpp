#pragma once

#include <map>
#include <memory>

#include "engine/exec/import_aliases.hpp"
#include "engine/exec/import_items.hpp"
#include "engine/exec/import_objects.hpp"

namespace cupel::exec {

/// One statement that brings rows: items and objects of any tables, in any order; an object's
/// item comes before it or is in the database.
class RowImport {
 public:
  RowImport(storage::Transaction& transaction, const Context& context, bool update);

  io::FieldNames& names() { return names_; }
  Complaint add_item(const io::ItemRecord& item) { return items_.add(item); }
  Complaint mention(const io::ItemRecord& item) { return items_.mention(item); }
  /// The size of the image that an object belongs to.
  io::ImageSize size_of(const io::ObjectRecord& object);
  Complaint add_object(storage::TableId table, const io::ObjectRecord& object);
  // The same in two steps.
  /// The item of an object, in the order that io::ObjectRecord documents.
  Complaint find_item(const io::ObjectRecord& object, uint64_t& item);
  Complaint add_object(storage::TableId table, uint64_t item, const io::ObjectRecord& object);
  /// Writes everything that waits, and the counts. Last.
  void finish();

  /// The state as the statement began.
  const storage::SnapshotPtr& base() const { return base_; }
  /// Of an item in the database or of this statement.
  ItemSizes::Size size(uint64_t item) { return items_.size(item); }
  const AppendCounts& items() const { return items_.counts(); }
  AppendCounts objects() const;

 private:
  ObjectImport& objects_of(storage::TableId table);

  storage::Transaction& transaction_;
  const Context& context_;
  bool update_;
  storage::SnapshotPtr base_;  ///< as the statement began
  io::FieldNames names_;
  ItemImport items_;
  ImportAliases aliases_;
  std::map<storage::TableId, std::unique_ptr<ObjectImport>> objects_;
};

}  // namespace cupel::exec
