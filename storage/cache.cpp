#include "storage/cache.hpp"

#include <utility>

namespace cupel::storage {

size_t ChunkCache::KeyHash::operator()(const Key& key) const noexcept {
  // Mixes as splitmix64 does; neighbouring columns and chunks differ in few bits.
  uint64_t x =
      (uint64_t{key.chunk.column} << 32 | key.chunk.number) + key.version * 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

ChunkPtr ChunkCache::find(const Key& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->chunk;
}

void ChunkCache::insert(const Key& key, ChunkPtr chunk) {
  const size_t bytes = chunk->memory_bytes() + sizeof(Entry);
  if (bytes > budget_) return;
  const std::scoped_lock lock(mutex_);
  if (index_.contains(key)) return;
  while (bytes_ + bytes > budget_) {
    bytes_ -= entries_.back().bytes;
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
  entries_.push_front({key, std::move(chunk), bytes});
  index_.emplace(key, entries_.begin());
  bytes_ += bytes;
}

size_t ChunkCache::memory_bytes() const {
  const std::scoped_lock lock(mutex_);
  return bytes_;
}

}  // namespace cupel::storage
