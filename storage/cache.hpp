#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "storage/chunk.hpp"
#include "storage/key.hpp"
#include "storage/vectors.hpp"

namespace cupel::storage {

/// Decoded chunks and blocks of vectors under one budget of bytes; the least recently used leave
/// first. A key names the version of a chunk (the generation of its last change), so that an entry
/// is never stale and is shared by all readers that see that version. Blocks have keys of their
/// own. Thread-safe.
class ChunkCache {
 public:
  struct Key {
    ColumnKey chunk;  ///< or set and block
    uint64_t version = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };

  explicit ChunkCache(size_t budget_bytes) : budget_(budget_bytes) {}

  /// Null when it is not there.
  ChunkPtr find(const Key& key);
  VectorBlockPtr find_block(const Key& key);
  /// Keeps a chunk or block, unless it alone exceeds the budget. It is not null.
  void insert(const Key& key, ChunkPtr chunk);
  void insert_block(const Key& key, VectorBlockPtr block);
  size_t memory_bytes() const;

 private:
  enum class Kind : uint8_t { kChunk, kBlock };
  struct Slot {
    Kind kind = Kind::kChunk;
    Key key;
    friend bool operator==(const Slot&, const Slot&) = default;
  };
  using ValuePtr = std::shared_ptr<const void>;
  struct Entry {
    Slot slot;
    ValuePtr value;  ///< Of the type that slot.kind says.
    size_t bytes = 0;
  };
  struct SlotHash {
    size_t operator()(const Slot& slot) const noexcept;
  };

  ValuePtr find_value(const Slot& slot);
  void insert_value(const Slot& slot, ValuePtr value, size_t value_bytes);

  // Invariants, under mutex_: 1. bytes_ is the sum over entries_ and at most budget_. 2. index_
  // has exactly the slots of entries_. 3. entries_ is ordered from most to least recently used.
  mutable std::mutex mutex_;
  const size_t budget_;
  size_t bytes_ = 0;
  std::list<Entry> entries_;
  std::unordered_map<Slot, std::list<Entry>::iterator, SlotHash> index_;
};

}  // namespace cupel::storage
