#include <string>

#include "storage/core.hpp"
#include "storage/key.hpp"

namespace cupel::storage {
namespace {

/// Removes keys of a store, some at a time: memory is bounded, and it can be stopped.
class Eraser {
 public:
  Eraser(Store& store, const Poll& poll) : store_(store), poll_(poll), changes_(store.changes()) {}

  /// Of the keys of [begin, end) those whose value is `wanted`.
  template <typename Wanted>
  void erase(Family family, const std::string& begin, const std::string& end, Wanted&& wanted) {
    store_.scan(family, begin, end, nullptr, [&](std::string_view key, std::string_view value) {
      if (++seen_ % kSeenBetweenPolls == 0 && poll_) poll_();
      if (!wanted(value)) return true;
      changes_.erase(family, key);
      if (++erased_ % kErasedAtOnce == 0) write();
      return true;
    });
  }
  void erase(Family family, const std::string& begin, const std::string& end) {
    erase(family, begin, end, [](std::string_view) { return true; });
  }

  void write() {
    if (changes_.empty()) return;
    store_.clean_up(changes_);
    changes_ = store_.changes();
  }

 private:
  static constexpr uint64_t kSeenBetweenPolls = 256;
  static constexpr uint64_t kErasedAtOnce = 10000;

  Store& store_;
  const Poll& poll_;
  WriteSet changes_;
  uint64_t seen_ = 0;
  uint64_t erased_ = 0;
};

/// Where the keys begin of what a catalog does not know.
std::string first_new_column(const Catalog& committed) {
  return encode_key({committed.next_column, 0});
}
std::string first_new_set(const Catalog& committed) {
  return encode_key({committed.next_vectors, 0});
}

bool lookups_are_ahead(const Store& store) {
  bool only_chunks = false;
  store.read(Family::kMeta, kJournalKey, nullptr,
             [&](std::string_view value) { only_chunks = value == kChunksAhead; });
  return !only_chunks;
}

}  // namespace

void erase_lookups_from(Store& store, uint64_t rows, const Poll& poll) {
  Eraser eraser(store, poll);
  eraser.erase(Family::kLookup, {}, {}, [&](std::string_view value) {
    const auto row = decode_ordinal(value);
    return row && *row >= rows;
  });
  eraser.write();
}

void drop_ahead(Store& store, const Catalog& committed) {
  store.drop_tables(Family::kColumns, first_new_column(committed));
  store.drop_tables(Family::kVectors, first_new_set(committed));
}

void sweep(Store& store, const Catalog& committed, const Poll& poll) {
  drop_ahead(store, committed);
  Eraser eraser(store, poll);
  for (const ColumnId id : committed.column_ids()) {
    const uint32_t chunks = committed.chunk_count(committed.column(id).table);
    eraser.erase(Family::kColumns, encode_key({id, chunks}), encode_key({id + 1, 0}));
  }
  eraser.erase(Family::kColumns, first_new_column(committed), {});
  eraser.erase(Family::kVectors, first_new_set(committed), {});
  eraser.write();
  if (lookups_are_ahead(store)) erase_lookups_from(store, committed.row_count(kItems), poll);
  WriteSet journal = store.changes();
  journal.erase(Family::kMeta, kJournalKey);
  store.clean_up(journal);
}

}  // namespace cupel::storage
