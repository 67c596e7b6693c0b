#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/exec/execute.hpp"

namespace cupel::exec {

/// Rows by the hash of their key, for one statement: 16 bytes a row in an open table, accounted
/// for in the statement's memory. Different keys may share a hash: the finders ask `same(row)`
/// for each candidate, so that a collision never takes one row for another.
class KnownRows {
 public:
  explicit KnownRows(const Context& context) : context_(context) {}

  void insert(uint64_t hash, uint64_t row) {
    if ((count_ + 1) * 4 > entries_.size() * 3) grow();
    place(hash, row);
    ++count_;
  }

  /// Whether another doubling would take more than half of the statement's memory, and is near.
  bool full() const {
    return entries_.size() * sizeof(Entry) > context_.memory_bytes / 4 &&
           count_ * 2 > entries_.size();
  }
  void clear() {
    entries_.assign(entries_.size(), Entry{});
    count_ = 0;
  }

  /// Whether some row has this hash.
  bool maybe(uint64_t hash) const {
    return find(hash, [](uint64_t) { return true; }).has_value();
  }

  /// A row with this hash for which `same` holds.
  template <typename Same>
  std::optional<uint64_t> find(uint64_t hash, Same&& same) const {
    if (entries_.empty()) return std::nullopt;
    const size_t mask = entries_.size() - 1;
    for (size_t i = hash & mask; entries_[i].row != kFree; i = (i + 1) & mask)
      if (entries_[i].hash == hash && same(entries_[i].row)) return entries_[i].row;
    return std::nullopt;
  }

  /// The lowest of such rows: changed labels can make two objects the same.
  template <typename Same>
  std::optional<uint64_t> find_lowest(uint64_t hash, Same&& same) const {
    std::optional<uint64_t> lowest;
    find(hash, [&](uint64_t row) {
      if ((!lowest || row < *lowest) && same(row)) lowest = row;
      return false;
    });
    return lowest;
  }

 private:
  static constexpr uint64_t kFree = ~uint64_t{0};
  struct Entry {
    uint64_t hash = 0;
    uint64_t row = kFree;
  };

  void place(uint64_t hash, uint64_t row) {
    const size_t mask = entries_.size() - 1;
    size_t i = hash & mask;
    while (entries_[i].row != kFree) i = (i + 1) & mask;
    entries_[i] = {hash, row};
  }

  void grow() {
    const size_t size = entries_.empty() ? 1024 : entries_.size() * 2;
    context_.reserve((size - entries_.size()) * sizeof(Entry));
    std::vector<Entry> old(size);
    old.swap(entries_);
    for (const Entry& entry : old)
      if (entry.row != kFree) place(entry.hash, entry.row);
  }

  const Context& context_;
  std::vector<Entry> entries_;  ///< a power of two
  size_t count_ = 0;
};

/// Mixes a part into a hash. Every input bit reaches every output bit.
inline uint64_t mix(uint64_t hash, uint64_t part) {
  uint64_t z = (hash ^ part) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace cupel::exec
