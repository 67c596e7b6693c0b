#include "storage/pending_lookups.hpp"

#include <algorithm>

#include "storage/key.hpp"

namespace cupel::storage {

std::optional<PendingLookups::Target> PendingLookups::find(std::string_view reference_id) const {
  const auto found = changes_.find(std::string(reference_id));
  if (found == changes_.end()) return std::nullopt;
  return found->second.target;
}

void PendingLookups::remember(const std::string& reference_id) {
  if (!has_savepoint_) return;
  const auto found = changes_.find(reference_id);
  undo_.emplace_back(reference_id, found == changes_.end() ? std::optional<Change>()
                                                           : std::optional<Change>(found->second));
}

void PendingLookups::set(std::string_view reference_id, Target target) {
  const std::string key(reference_id);
  remember(key);
  Change& change = changes_[key];
  change.target = target;
  if (!target) change.replaces = true;
}

void PendingLookups::write(WriteSet& changes) const {
  for (const auto& [reference_id, change] : changes_) {
    if (change.target) {
      changes.put(Family::kLookup, reference_id, encode_ordinal(*change.target));
    } else {
      changes.erase(Family::kLookup, reference_id);
    }
  }
}

size_t PendingLookups::spill(uint64_t first_row, WriteSet& changes) {
  size_t spilled = 0;
  for (auto it = changes_.begin(); it != changes_.end();) {
    const Change& change = it->second;
    if (change.replaces || !change.target || *change.target < first_row) {
      ++it;
      continue;
    }
    changes.put(Family::kLookup, it->first, encode_ordinal(*change.target));
    remember(it->first);
    it = changes_.erase(it);
    ++spilled;
  }
  return spilled;
}

void PendingLookups::savepoint() {
  has_savepoint_ = true;
  undo_.clear();
}

void PendingLookups::rollback() {
  std::for_each(undo_.rbegin(), undo_.rend(), [&](const auto& was) {
    if (was.second) {
      changes_[was.first] = *was.second;
    } else {
      changes_.erase(was.first);
    }
  });
  undo_.clear();
}

}  // namespace cupel::storage
