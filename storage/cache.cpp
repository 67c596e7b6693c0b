#include "storage/cache.hpp"

#include <utility>

namespace cupel::storage {

size_t ChunkCache::SlotHash::operator()(const Slot& slot) const noexcept {
  // Mixes as splitmix64 does; neighbouring columns and chunks differ in few bits.
  const uint64_t place = uint64_t{slot.key.chunk.column} << 32 | slot.key.chunk.number;
  uint64_t x =
      place + (slot.key.version * 2 + (slot.kind == Kind::kBlock ? 1 : 0)) * 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

ChunkPtr ChunkCache::find(const Key& key) {
  return std::static_pointer_cast<const Chunk>(find_value({Kind::kChunk, key}));
}

VectorBlockPtr ChunkCache::find_block(const Key& key) {
  return std::static_pointer_cast<const VectorBlock>(find_value({Kind::kBlock, key}));
}

void ChunkCache::insert(const Key& key, ChunkPtr chunk) {
  const size_t bytes = chunk->memory_bytes();
  insert_value({Kind::kChunk, key}, std::move(chunk), bytes);
}

void ChunkCache::insert_block(const Key& key, VectorBlockPtr block) {
  const size_t bytes = block->memory_bytes();
  insert_value({Kind::kBlock, key}, std::move(block), bytes);
}

ChunkCache::ValuePtr ChunkCache::find_value(const Slot& slot) {
  const std::scoped_lock lock(mutex_);
  const auto found = index_.find(slot);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->value;
}

void ChunkCache::insert_value(const Slot& slot, ValuePtr value, size_t value_bytes) {
  const size_t bytes = value_bytes + sizeof(Entry);
  if (bytes > budget_) return;
  const std::scoped_lock lock(mutex_);
  if (index_.contains(slot)) return;
  while (bytes_ + bytes > budget_) {
    bytes_ -= entries_.back().bytes;
    index_.erase(entries_.back().slot);
    entries_.pop_back();
  }
  entries_.push_front({slot, std::move(value), bytes});
  index_.emplace(slot, entries_.begin());
  bytes_ += bytes;
}

size_t ChunkCache::memory_bytes() const {
  const std::scoped_lock lock(mutex_);
  return bytes_;
}

}  // namespace cupel::storage
