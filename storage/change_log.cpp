#include "storage/change_log.hpp"

#include <algorithm>

namespace cupel::storage {

void ChangeLog::hold(uint64_t generation) {
  const std::scoped_lock lock(mutex_);
  held_.insert(generation);
}

void ChangeLog::release(uint64_t generation) {
  const std::scoped_lock lock(mutex_);
  held_.erase(held_.find(generation));
}

void ChangeLog::record(const std::vector<ColumnKey>& chunks, uint64_t generation) {
  const std::scoped_lock lock(mutex_);
  const uint64_t oldest = held_.empty() ? generation : *held_.begin();
  for (const ColumnKey chunk : chunks) {
    std::vector<uint64_t>& generations = changes_[chunk];
    const auto past = std::upper_bound(generations.begin(), generations.end(), oldest);
    if (past - generations.begin() > 1) generations.erase(generations.begin(), past - 1);
    generations.push_back(generation);
  }
}

uint64_t ChangeLog::last_change(ColumnKey chunk, uint64_t generation) const {
  const std::scoped_lock lock(mutex_);
  const auto found = changes_.find(chunk);
  if (found == changes_.end()) return 0;
  const std::vector<uint64_t>& generations = found->second;
  const auto past = std::upper_bound(generations.begin(), generations.end(), generation);
  return past == generations.begin() ? 0 : *(past - 1);
}

}  // namespace cupel::storage
