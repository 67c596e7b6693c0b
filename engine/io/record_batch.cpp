#include "engine/io/record_batch.hpp"

#include <algorithm>

namespace cupel::io {
namespace {

/// The next of the slots, of which so many are in use.
template <typename T>
T& next(std::vector<T>& slots, size_t& used) {
  if (used == slots.size()) slots.emplace_back();
  return slots[used++];
}

void rename(std::vector<Field>& fields, const std::vector<uint32_t>& names) {
  for (Field& field : fields) field.name = names[field.name];
}

}  // namespace

void TextArena::make_room(size_t bytes) {
  left_ = std::max(block_bytes_, bytes);
  at_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(left_)).get();
}

void TextArena::clear() noexcept {
  // A first block that is larger than others was made for one great text.
  if (blocks_.size() > 1 || bytes_ > block_bytes_) {
    blocks_.clear();
    at_ = nullptr;
    left_ = 0;
  } else {
    at_ -= bytes_;
    left_ += bytes_;
  }
  bytes_ = 0;
}

void RecordBatch::own(Place& place) {
  if (!place.file.empty()) texts_.keep({&place.file});
}

void RecordBatch::own(std::vector<Field>& fields) {
  for (Field& field : fields)
    if (auto* text = std::get_if<std::string_view>(&field.value)) texts_.keep({text});
}

void RecordBatch::add_item(const ItemRecord& item, bool mention) {
  ItemRecord& copy = next(items_, item_count_);
  copy = item;
  texts_.keep({&copy.reference_id, &copy.alternative_reference, &copy.rest});
  if (copy.image_location) texts_.keep({&*copy.image_location});
  own(copy.fields);
  own(copy.place);
  calls_.push_back(mention ? Kind::kMention : Kind::kItem);
}

void RecordBatch::add_object(const ObjectTarget& target, const ObjectRecord& object) {
  Object& copy = next(objects_, object_count_);
  copy.target = target;
  copy.record = object;
  ObjectRecord& record = copy.record;
  texts_.keep({&copy.target.run, &record.reference_id, &record.alternative_reference,
               &record.label, &record.type, &record.annotation_id, &record.taxonomy,
               &record.geometry, &record.rest});
  own(record.fields);
  own(record.place);
  calls_.push_back(Kind::kObject);
}

RecordBatch::Note& RecordBatch::add_note(Kind kind) {
  calls_.push_back(kind);
  return notes_.emplace_back();
}

void RecordBatch::add_failure(const Place& place, const Error& error) {
  Note& note = add_note(Kind::kFailed);
  note.place = place;
  own(note.place);
  note.error = error;
}

void RecordBatch::add_unit(std::string_view unit) {
  end_progress();
  add_note(Kind::kUnit).text = unit;
}

void RecordBatch::end_progress() {
  if (!progress_) return;
  add_note(Kind::kProgress).progress = *progress_;
  progress_.reset();
}

void RecordBatch::play(Kind kind, const Note& note, RecordSink& sink) {
  switch (kind) {
    case Kind::kFailed: return sink.failed(note.place, *note.error);
    case Kind::kLost: return sink.lost(note.text);
    case Kind::kRemark: return sink.remark(note.text);
    case Kind::kProgress: return sink.progress(note.progress.done, note.progress.total);
    case Kind::kUnit: return sink.progress_in(note.text);
    case Kind::kItem:
    case Kind::kMention:
    case Kind::kObject: return;
  }
}

void RecordBatch::play(const std::vector<uint32_t>& names, RecordSink& sink) {
  end_progress();
  auto item = items_.begin();
  auto object = objects_.begin();
  auto note = notes_.begin();
  for (const Kind kind : calls_) {
    if (kind == Kind::kObject) {
      rename(object->record.fields, names);
      sink.object(object->target, object->record);
      ++object;
    } else if (kind == Kind::kItem || kind == Kind::kMention) {
      rename(item->fields, names);
      kind == Kind::kItem ? sink.item(*item) : sink.mention(*item);
      ++item;
    } else {
      play(kind, *note++, sink);
    }
  }
}

void RecordBatch::clear() noexcept {
  texts_.clear();
  calls_.clear();
  item_count_ = object_count_ = 0;
  notes_.clear();
  progress_.reset();
  new_names_.clear();
}

}  // namespace cupel::io
