#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cupel/cupel.hpp"
#include "engine/exec/import_items.hpp"
#include "engine/exec/known_rows.hpp"
#include "engine/exec/object_keys.hpp"
#include "engine/exec/pending_rows.hpp"
#include "engine/exec/table_writer.hpp"
#include "index/counts.hpp"
#include "index/lookup.hpp"

namespace cupel::exec {

/// The objects of one table in one import or append statement.
///
/// 1. Objects mostly come item by item, of items that had none: then hashes of the keys of the
///    item at hand are all that is known (hashes_), and an object with a new one is appended at
///    once.
/// 2. Any other object waits in a batch, and while something waits, everything waits, so that rows
///    keep the order of arrival. The batch loads the keys of its items with one scan (known_), and
///    compares real values wherever hashes are equal.
/// 3. After a batch that only a repeated key of one item began, that is forgotten, and 1. goes on.
///    When items had objects before or come back, it is kept: objects of known items with a new
///    hash are appended at once, until it takes a good part of the statement's memory. Then it is
///    forgotten as well, so that memory is bounded however many objects there are.
/// 4. Replacements of a batch are made at its end; of several for one row the last wins.
class ObjectImport {
 public:
  ObjectImport(storage::Transaction& transaction, const Context& context, io::FieldNames& names,
               storage::SnapshotPtr base, storage::TableId table, bool update);

  Complaint add(uint64_t item, const io::ObjectRecord& object);
  /// Writes what waits and the counts. Every ItemImport of the statement has finished.
  void finish();
  const AppendCounts& counts() const { return counts_; }

 private:
  using Pending = PendingRows<io::ObjectRecord>;

  const RowFields& fields_of(uint64_t item, const io::ObjectRecord& object);
  uint64_t append(uint64_t item, const io::ObjectRecord& object, uint64_t hash);
  /// Whether the object goes on with the item at hand, or begins one that had none.
  bool begin_or_go_on(uint64_t item);
  void end_by_item();
  /// Whether the key is another one than those of the item at hand.
  bool is_new_of_item(uint64_t hash) const;
  /// The keys of the item at hand move to known_.
  void know_item();
  void forget();
  void settle();
  void load_keys();
  void take(size_t index);
  bool same(uint64_t row, const ObjectKey& key);
  void replace_rows();
  /// A reader that sees `row`, which was appended before this batch.
  ObjectKeyReader& reader(uint64_t row);
  void renew_view();

  storage::Transaction& transaction_;
  const Context& context_;
  storage::TableId table_;
  uint64_t base_rows_;  ///< rows of the table before the statement
  bool update_;
  struct Names {
    uint32_t item, label, type, taxonomy, annotation_id, area, confidence, geometry, rest;
    uint32_t box[6];
  } names_;
  TableWriter writer_;
  RowFields fields_;  ///< of the row being written
  index::CountChanges count_changes_;
  bool by_item_ = true;
  std::optional<uint64_t> item_;  ///< by_item_: the one at hand,
  std::vector<uint64_t> hashes_;  ///< the keys of its objects,
  uint64_t item_row_ = 0;         ///< and the row of the first of them; the others follow
  index::ItemSet unknown_;        ///< other items with objects, whose keys are not in known_
  KnownRows known_;               ///< keys of known_items_
  index::ItemSet known_items_{0};

  storage::SnapshotPtr view_;                          ///< the newest that was taken
  std::optional<ObjectKeyReader> key_reader_;          ///< of view_
  Pending batch_;                                      ///< Row::row is the item
  std::unordered_map<uint64_t, size_t> appended_;      ///< in this batch: row to index
  std::unordered_map<uint64_t, size_t> replacements_;  ///< in this batch: row to index
  AppendCounts counts_;
};

}  // namespace cupel::exec
