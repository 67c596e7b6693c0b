#include "engine/io/met_items.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "cupel/error.hpp"

namespace cupel::io {

MetItems::MetItems(storage::SnapshotPtr snapshot, std::function<void(size_t)> reserve)
    : snapshot_(std::move(snapshot)), reserve_(std::move(reserve)) {
  const uint64_t rows = snapshot_->catalog().row_count(storage::kItems);
  reserve_(rows / 8);
  met_.resize(rows);
}

uint64_t MetItems::meet(std::string_view reference_id) {
  if (reference_id != last_id_ || order_.empty()) {
    const std::optional<uint64_t> row = snapshot_->find_item(reference_id);
    if (!row) {
      throw Error(ErrorCode::kInternal,
                  fmt::format("the item '{}' of a row is not found", reference_id));
    }
    last_id_ = reference_id;
    last_ = *row;
  }
  is_new_ = !met_[last_];
  if (is_new_) {
    reserve_(2 * sizeof(uint64_t));
    met_[last_] = true;
    order_.push_back(last_);
  }
  return last_;
}

}  // namespace cupel::io
