#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/exec/column_reader.hpp"
#include "engine/exec/known_rows.hpp"
#include "storage/snapshot.hpp"

namespace cupel::exec {

/// From reference_id to row for one statement: what the statement looked up or added is kept in
/// memory (the text and about 50 bytes an item, accounted for). The rest is looked for in the few
/// rows behind the one found last, as files mostly go in the order of the items, and then asked of
/// the look-up.
class ItemKeys {
 public:
  /// `base`: the transaction's view as the statement began.
  ItemKeys(storage::SnapshotPtr base, const Context& context);

  std::optional<uint64_t> find(std::string_view reference_id);
  /// The caller has found that it is not known.
  void add(std::string_view reference_id, uint64_t row);

 private:
  struct Known {
    std::string_view reference_id;
    uint64_t row;
  };

  std::optional<uint64_t> find_behind_last(std::string_view reference_id);

  storage::SnapshotPtr base_;
  const Context& context_;
  bool base_empty_;
  ColumnReader references_;                ///< of base_
  uint64_t base_rows_;                     ///< items in base_
  std::optional<uint64_t> last_row_;       ///< in base_, found last
  std::optional<uint32_t> visible_chunk_;  ///< the chunk of visible_
  storage::Bitmap visible_;                ///< its rows that are not deleted
  uint64_t behind_ = 0, elsewhere_ = 0;    ///< how often an item was behind the last, and was not
  std::pmr::monotonic_buffer_resource memory_;
  std::vector<Known> known_;
  KnownRows by_hash_;  ///< its rows are indexes of known_
  size_t last_ = 0;    ///< index of the last one found: objects come item by item
};

}  // namespace cupel::exec
