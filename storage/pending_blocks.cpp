#include "storage/pending_blocks.hpp"

#include <limits>
#include <utility>

namespace cupel::storage {

const BlockChange* PendingBlocks::find(ColumnKey key) const {
  const auto found = changes_->find(key);
  return found == changes_->end() ? nullptr : &found->second;
}

BlockChanges& PendingBlocks::own() {
  if (changes_.use_count() > 1) changes_ = std::make_shared<BlockChanges>(*changes_);
  return *changes_;
}

bool PendingBlocks::may_go_ahead(ColumnKey key) const {
  if (key.column < first_new_set_) return false;
  if (!savepoint_) return true;
  const auto before = savepoint_->changes->find(key);
  return before == savepoint_->changes->end() || before->second.kind != BlockChange::Kind::kAhead;
}

void PendingBlocks::replace(ColumnKey key, BlockChange change) {
  BlockChange& place = own()[key];
  if (may_go_ahead(key)) {
    if (place.bytes) kept_bytes_ -= place.bytes->size();
    if (change.bytes) kept_bytes_ += change.bytes->size();
  }
  change.version = next_version_++;
  place = std::move(change);
}

void PendingBlocks::put(ColumnKey key, std::string bytes, uint32_t vectors) {
  replace(key, {BlockChange::Kind::kValue, std::make_shared<const std::string>(std::move(bytes)), 0,
                vectors});
}

void PendingBlocks::erase(ColumnKey key) {
  replace(key, {BlockChange::Kind::kGone, nullptr, 0, 0});
}

std::vector<ColumnKey> PendingBlocks::keys(uint32_t set) const {
  std::vector<ColumnKey> found;
  for (auto it = changes_->lower_bound({set, 0}); it != changes_->end() && it->first.column == set;
       ++it)
    found.push_back(it->first);
  return found;
}

std::vector<ColumnKey> PendingBlocks::keys() const {
  std::vector<ColumnKey> all;
  all.reserve(changes_->size());
  for (const auto& [key, change] : *changes_) all.push_back(key);
  return all;
}

void PendingBlocks::spill(Store& store) {
  Store::TableValues values;
  std::vector<ColumnKey> spilled;
  for (auto it = changes_->lower_bound({first_new_set_, 0}); it != changes_->end(); ++it) {
    if (!it->second.bytes || !may_go_ahead(it->first)) continue;
    values.emplace_back(encode_key(it->first), *it->second.bytes);
    spilled.push_back(it->first);
  }
  // Before the write: what it leaves when it fails is removed too.
  fresh_.insert(spilled.begin(), spilled.end());
  if (!values.empty()) store.add_tables(Family::kVectors, {values});
  for (const ColumnKey key : spilled)
    replace(key, {BlockChange::Kind::kAhead, nullptr, 0, find(key)->vectors});
}

void PendingBlocks::write(WriteSet& changes) const {
  for (const auto& [key, change] : *changes_) {
    switch (change.kind) {
      case BlockChange::Kind::kValue:
        changes.put(Family::kVectors, encode_key(key), *change.bytes);
        break;
      case BlockChange::Kind::kGone: changes.erase(Family::kVectors, encode_key(key)); break;
      case BlockChange::Kind::kAhead: break;
    }
  }
}

void PendingBlocks::savepoint() {
  savepoint_.reset();
  kept_bytes_ = 0;
  savepoint_ = Savepoint{changes_, 0};
  for (const auto& [key, change] : *changes_)
    if (change.bytes && may_go_ahead(key)) kept_bytes_ += change.bytes->size();
  savepoint_->kept_bytes = kept_bytes_;
  fresh_.clear();
}

void PendingBlocks::rollback(WriteSet& removals) {
  for (const ColumnKey key : fresh_) removals.erase(Family::kVectors, encode_key(key));
  fresh_.clear();
  changes_ = savepoint_->changes;
  kept_bytes_ = savepoint_->kept_bytes;
}

}  // namespace cupel::storage
