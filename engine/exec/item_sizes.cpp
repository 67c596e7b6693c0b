#include "engine/exec/item_sizes.hpp"

#include <algorithm>
#include <limits>

namespace cupel::exec {
namespace {

uint32_t pixels(const std::optional<int64_t>& number) {
  if (!number || *number < 1 || *number > std::numeric_limits<uint32_t>::max()) return 0;
  return static_cast<uint32_t>(*number);
}

}  // namespace

ItemSizes::ItemSizes(storage::SnapshotPtr base, const Context& context)
    : context_(context),
      base_rows_(base->catalog().row_count(storage::kItems)),
      width_(base, base->catalog().find(storage::kItems, "width", Type::kInt64)),
      height_(base, base->catalog().find(storage::kItems, "height", Type::kInt64)) {}

void ItemSizes::read(uint64_t first, Block& block) {
  const uint64_t end = std::min(first + kBlockRows, base_rows_);
  for (uint64_t row = first; row < end; ++row) {
    block[row - first] = {pixels(width_.integer(row)), pixels(height_.integer(row))};
  }
}

ItemSizes::Size& ItemSizes::at(uint64_t row) {
  const uint64_t number = row / kBlockRows;
  if (number >= blocks_.size()) blocks_.resize(number + 1);
  std::unique_ptr<Block>& block = blocks_[number];
  if (!block) {
    context_.reserve(sizeof(Block));
    block = std::make_unique<Block>();
    read(number * kBlockRows, *block);
  }
  return (*block)[row % kBlockRows];
}

void ItemSizes::set(uint64_t row, std::optional<int64_t> width, std::optional<int64_t> height) {
  at(row) = {pixels(width), pixels(height)};
}

void ItemSizes::merge(uint64_t row, std::optional<int64_t> width, std::optional<int64_t> height) {
  Size& size = at(row);
  if (width) size.width = pixels(width);
  if (height) size.height = pixels(height);
}

}  // namespace cupel::exec
