#include "index/lookup.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace cupel::index {
namespace {

using storage::Chunk;
using storage::Column;
using storage::Snapshot;
using storage::TableId;

/// `f(row in chunk, item)` for the visible rows that have an item.
template <typename F>
void for_each_item(const Chunk& items, const storage::Bitmap& rows, F&& f) {
  std::visit(
      [&](const auto& values) {
        using Values = std::decay_t<decltype(values)>;
        if constexpr (!std::is_same_v<Values, storage::PlainText>) {
          if constexpr (std::is_integral_v<typename Values::value_type>)
            rows.for_each([&](uint32_t row) {
              if (!items.is_missing(row)) f(row, static_cast<uint64_t>(values[row]));
            });
        }
      },
      items.values);
}

/// `wanted(chunk)` is asked before a chunk is looked into.
template <typename Wanted, typename F>
void scan(const Snapshot& snapshot, TableId objects, Wanted&& wanted, F&& f) {
  const auto& catalog = snapshot.catalog();
  const Column* item = catalog.find(objects, "$item", Type::kInt64);
  if (!item) return;
  for (uint32_t c = 0; c < catalog.chunk_count(objects); ++c) {
    const storage::ChunkPtr chunk = snapshot.chunk(item->id, c);
    if (!chunk || !chunk->has_range || !wanted(*chunk)) continue;
    const uint64_t first = uint64_t{c} * catalog.chunk_rows;
    for_each_item(*chunk, snapshot.visible(objects, c),
                  [&](uint32_t row, uint64_t of) { f(first + row, of); });
  }
}

}  // namespace

bool ItemSet::any_between(uint64_t first, uint64_t last) const {
  if (words_.empty() || first > last) return false;
  last = std::min<uint64_t>(last, words_.size() * 64 - 1);
  for (uint64_t word = first / 64; word <= last / 64; ++word) {
    uint64_t bits = words_[word];
    if (word == first / 64) bits &= ~uint64_t{0} << (first % 64);
    if (word == last / 64) bits &= ~uint64_t{0} >> (63 - last % 64);
    if (bits != 0) return true;
  }
  return false;
}

void ItemSet::add(const ItemSet& others) {
  if (others.words_.size() > words_.size()) words_.resize(others.words_.size());
  for (size_t i = 0; i < others.words_.size(); ++i) words_[i] |= others.words_[i];
}

bool ItemSet::empty() const {
  return std::all_of(words_.begin(), words_.end(), [](uint64_t word) { return word == 0; });
}

void for_each_object(const Snapshot& snapshot, TableId objects, const ItemSet& items,
                     const std::function<void(uint64_t, uint64_t)>& f) {
  scan(
      snapshot, objects,
      [&](const Chunk& chunk) {
        return items.any_between(static_cast<uint64_t>(chunk.min_integer),
                                 static_cast<uint64_t>(chunk.max_integer));
      },
      [&](uint64_t row, uint64_t item) {
        if (items.contains(item)) f(row, item);
      });
}

ItemSet items_with_objects(const Snapshot& snapshot, TableId objects) {
  const uint64_t count = snapshot.catalog().row_count(storage::kItems);
  ItemSet items(count);
  scan(
      snapshot, objects, [](const Chunk&) { return true; },
      [&](uint64_t, uint64_t item) {
        if (item < count) items.add(item);
      });
  return items;
}

}  // namespace cupel::index
