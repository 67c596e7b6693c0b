#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

#include "storage/chunk.hpp"
#include "storage/key.hpp"

namespace cupel::storage {

/// Decoded chunks under a budget of bytes; the least recently used leave first. A key names the
/// version of a chunk (the generation of its last change), so that an entry is never stale and
/// is shared by all readers that see that version. Thread-safe.
class ChunkCache {
 public:
  struct Key {
    ColumnKey chunk;
    uint64_t version = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };

  explicit ChunkCache(size_t budget_bytes) : budget_(budget_bytes) {}

  /// Null when it is not there.
  ChunkPtr find(const Key& key);
  /// Keeps a chunk, unless it alone exceeds the budget. `chunk` is not null.
  void insert(const Key& key, ChunkPtr chunk);
  size_t memory_bytes() const;

 private:
  struct Entry {
    Key key;
    ChunkPtr chunk;
    size_t bytes = 0;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept;
  };

  // Invariants, under mutex_: 1. bytes_ is the sum over entries_ and at most budget_. 2. index_
  // has exactly the keys of entries_. 3. entries_ is ordered from most to least recently used.
  mutable std::mutex mutex_;
  const size_t budget_;
  size_t bytes_ = 0;
  std::list<Entry> entries_;
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> index_;
};

}  // namespace cupel::storage
