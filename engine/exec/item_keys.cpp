#include "engine/exec/item_keys.hpp"

#include <algorithm>
#include <functional>

namespace cupel::exec {
namespace {

/// So many rows behind the last are looked at.
constexpr uint64_t kRowsBehind = 8;
/// Looking there is given up when it was so often in vain, and more often than not.
constexpr uint64_t kMostInVain = 16;

uint64_t hash_of(std::string_view reference_id) {
  return mix(0, std::hash<std::string_view>{}(reference_id));
}

}  // namespace

ItemKeys::ItemKeys(storage::SnapshotPtr base, const Context& context)
    : base_(std::move(base)),
      context_(context),
      base_empty_(base_->catalog().live_rows(storage::kItems) == 0),
      references_(base_, base_->catalog().find(storage::kItems, "reference_id", Type::kText)),
      base_rows_(base_->catalog().row_count(storage::kItems)),
      by_hash_(context) {}

std::optional<uint64_t> ItemKeys::find(std::string_view reference_id) {
  if (last_ < known_.size() && known_[last_].reference_id == reference_id) return known_[last_].row;
  const std::optional<uint64_t> index = by_hash_.find(
      hash_of(reference_id), [&](uint64_t i) { return known_[i].reference_id == reference_id; });
  if (index) {
    last_ = *index;
    return known_[last_].row;
  }
  if (base_empty_) return std::nullopt;
  std::optional<uint64_t> row = find_behind_last(reference_id);
  if (!row) row = base_->find_item(reference_id);
  if (!row) return std::nullopt;
  last_row_ = row;
  add(reference_id, *row);
  return row;
}

/// A reference_id is that of one visible row at most: which has it is what the look-up would say.
std::optional<uint64_t> ItemKeys::find_behind_last(std::string_view reference_id) {
  if (!last_row_ || elsewhere_ > behind_ + kMostInVain) return std::nullopt;
  const uint32_t chunk_rows = base_->catalog().chunk_rows;
  const uint64_t end = std::min(*last_row_ + 1 + kRowsBehind, base_rows_);
  for (uint64_t row = *last_row_ + 1; row < end; ++row) {
    if (references_.text(row) != reference_id) continue;
    const auto chunk = static_cast<uint32_t>(row / chunk_rows);
    if (visible_chunk_ != chunk) {
      visible_ = base_->visible(storage::kItems, chunk);
      visible_chunk_ = chunk;
    }
    if (!visible_.test(static_cast<uint32_t>(row % chunk_rows))) continue;
    ++behind_;
    return row;
  }
  ++elsewhere_;
  return std::nullopt;
}

void ItemKeys::add(std::string_view reference_id, uint64_t row) {
  context_.reserve(reference_id.size() + sizeof(Known));
  char* bytes = static_cast<char*>(memory_.allocate(std::max<size_t>(reference_id.size(), 1), 1));
  std::copy(reference_id.begin(), reference_id.end(), bytes);
  last_ = known_.size();
  known_.push_back({{bytes, reference_id.size()}, row});
  by_hash_.insert(hash_of(reference_id), last_);
}

}  // namespace cupel::exec
