#include "engine/exec/item_keys.hpp"

#include <algorithm>
#include <functional>

namespace cupel::exec {
namespace {

uint64_t hash_of(std::string_view reference_id) {
  return mix(0, std::hash<std::string_view>{}(reference_id));
}

}  // namespace

ItemKeys::ItemKeys(storage::SnapshotPtr base, const Context& context)
    : base_(std::move(base)),
      context_(context),
      base_empty_(base_->catalog().live_rows(storage::kItems) == 0),
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
  const std::optional<uint64_t> row = base_->find_item(reference_id);
  if (row) add(reference_id, *row);
  return row;
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
