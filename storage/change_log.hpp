#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "storage/key.hpp"

namespace cupel::storage {

/// Which commits since opening changed which chunk: what tells a reader of an older generation
/// the version of the chunk that it sees. Thread-safe. Forgets what no generation in use can ask.
class ChangeLog {
 public:
  /// Generations that readers hold; every hold is released once.
  void hold(uint64_t generation);
  void release(uint64_t generation);

  /// `generation` is above every one recorded before.
  void record(const std::vector<ColumnKey>& chunks, uint64_t generation);
  /// The last generation up to `generation` that changed the chunk; 0 when that lies before
  /// opening.
  uint64_t last_change(ColumnKey chunk, uint64_t generation) const;

 private:
  mutable std::mutex mutex_;
  std::map<ColumnKey, std::vector<uint64_t>> changes_;  ///< ascending
  std::multiset<uint64_t> held_;
};

}  // namespace cupel::storage
