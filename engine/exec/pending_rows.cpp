#include "engine/exec/pending_rows.hpp"

#include <algorithm>

namespace cupel::exec {
namespace {

template <typename Keep>
void own(io::ItemRecord& item, const Keep& keep) {
  item.reference_id = keep(item.reference_id);
  item.alternative_reference = {};
  item.place.file = {};
  if (item.image_location) item.image_location = keep(*item.image_location);
}

template <typename Keep>
void own(io::ObjectRecord& object, const Keep& keep) {
  object.reference_id = {};
  object.alternative_reference = {};
  object.place.file = {};
  object.label = keep(object.label);
  object.type = keep(object.type);
  object.annotation_id = keep(object.annotation_id);
  object.taxonomy = keep(object.taxonomy);
  object.geometry = keep(object.geometry);
}

}  // namespace

template <typename Record>
std::string_view PendingRows<Record>::keep(std::string_view text) {
  if (text.empty()) return {};
  char* bytes = static_cast<char*>(memory_.allocate(text.size(), 1));
  std::copy(text.begin(), text.end(), bytes);
  bytes_ += text.size();
  return {bytes, text.size()};
}

template <typename Record>
Record PendingRows<Record>::copy(const Record& record) {
  Record owned = record;
  const auto keeper = [this](std::string_view text) { return keep(text); };
  own(owned, keeper);
  owned.rest = keep(owned.rest);
  for (io::Field& field : owned.fields)
    if (auto* text = std::get_if<std::string_view>(&field.value)) *text = keep(*text);
  bytes_ += sizeof(Row) + owned.fields.size() * sizeof(io::Field);
  return owned;
}

template <typename Record>
void PendingRows<Record>::add(uint64_t row, const Record& record) {
  rows_.push_back({row, copy(record)});
}

template <typename Record>
void PendingRows<Record>::replace(size_t index, const Record& record) {
  rows_[index].record = copy(record);
}

template <typename Record>
void PendingRows<Record>::clear() {
  rows_.clear();
  memory_.release();
  bytes_ = 0;
}

template class PendingRows<io::ItemRecord>;
template class PendingRows<io::ObjectRecord>;

}  // namespace cupel::exec
