#include <string>
#include <vector>

#include "storage/core.hpp"
#include "storage/key.hpp"

namespace cupel::storage {
namespace {

/// Keys of [begin, end) of a family, which a sweep removes: only orphans are read.
void erase_keys(const Store& store, Family family, const std::string& begin, const std::string& end,
                WriteSet& changes) {
  store.scan(family, begin, end, nullptr, [&](std::string_view key, std::string_view) {
    changes.erase(family, key);
    return true;
  });
}

}  // namespace

void erase_lookups_from(const Store& store, uint64_t rows, WriteSet& changes) {
  store.scan(Family::kLookup, {}, {}, nullptr, [&](std::string_view key, std::string_view value) {
    const auto row = decode_ordinal(value);
    if (row && *row >= rows) changes.erase(Family::kLookup, key);
    return true;
  });
}

void sweep(Store& store, const Catalog& committed, bool lookups) {
  WriteSet changes = store.changes();
  for (const ColumnId id : committed.column_ids()) {
    const uint32_t chunks = committed.chunk_count(committed.column(id).table);
    erase_keys(store, Family::kColumns, encode_key({id, chunks}), encode_key({id + 1, 0}), changes);
  }
  // Most chunks of new columns and most blocks went ahead in tables of their own, so that the room
  // is free again at once.
  const std::string first_column = encode_key({committed.next_column, 0});
  store.drop_tables(Family::kColumns, first_column);
  erase_keys(store, Family::kColumns, first_column, {}, changes);
  const std::string first_set = encode_key({committed.next_vectors, 0});
  store.drop_tables(Family::kVectors, first_set);
  erase_keys(store, Family::kVectors, first_set, {}, changes);
  if (lookups) erase_lookups_from(store, committed.row_count(kItems), changes);
  changes.erase(Family::kMeta, kJournalKey);
  store.clean_up(changes);
}

}  // namespace cupel::storage
