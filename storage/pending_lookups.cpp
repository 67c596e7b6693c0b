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

std::vector<PendingLookups::Changes::const_pointer> PendingLookups::sorted() const {
  std::vector<Changes::const_pointer> changes;
  changes.reserve(changes_.size());
  for (const auto& change : changes_) changes.push_back(&change);
  std::sort(changes.begin(), changes.end(), [](auto a, auto b) { return a->first < b->first; });
  return changes;
}

void PendingLookups::write(WriteSet& changes) const {
  for (const auto* change : sorted()) {
    const auto& [reference_id, what] = *change;
    if (what.target) {
      changes.put(Family::kLookup, reference_id, encode_ordinal(*what.target));
    } else {
      changes.erase(Family::kLookup, reference_id);
    }
  }
}

size_t PendingLookups::spill(uint64_t first_row, WriteSet& changes) {
  size_t spilled = 0;
  for (const auto* change : sorted()) {
    const auto& [reference_id, what] = *change;
    if (what.replaces || !what.target || *what.target < first_row) continue;
    changes.put(Family::kLookup, reference_id, encode_ordinal(*what.target));
    remember(reference_id);
    changes_.erase(changes_.find(reference_id));
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
