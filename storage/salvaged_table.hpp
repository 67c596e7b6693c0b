#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "storage/bitmap.hpp"
#include "storage/damaged_column.hpp"
#include "storage/store.hpp"

namespace cupel::storage {

/// Rows of a table, a set for each chunk.
using TableRows = std::vector<Bitmap>;

/// Which rows of a damaged table are kept: those that are not deleted and of which the essential
/// can be read. Of an item that is the reference_id; of an object its item, which must be kept, its
/// type and its label; of rows of hidden tables everything, because programs rely on it.
struct KeptRows {
  TableRows rows;
  uint64_t lost = 0;       ///< Rows that were there and are not kept.
  uint64_t undeleted = 0;  ///< At most so many are there that had been deleted.

  uint64_t count() const;
};

/// `items`: those that are kept; not needed for the items themselves.
KeptRows rows_to_keep(const Store& store, const Catalog& catalog, TableId table,
                      const TableRows& items);

}  // namespace cupel::storage
