#include "engine/exec/text_classes.hpp"

#include <utility>

namespace cupel::exec {

TextClasses::TextClasses(storage::SnapshotPtr snapshot, const storage::Column* column,
                         const std::vector<std::string_view>& classes)
    : snapshot_(std::move(snapshot)) {
  classes_.reserve(classes.size());
  for (const std::string_view text : classes)
    classes_.emplace(text, static_cast<int32_t>(classes_.size()));
  if (column == nullptr) return;
  column_ = column->id;
  dictionary_ = snapshot_->dictionary(*column_);
  by_code_.assign(dictionary_->size(), kUnknown);
}

int32_t TextClasses::class_of(std::string_view text) const {
  const auto found = classes_.find(text);
  return found == classes_.end() ? kOther : found->second;
}

void TextClasses::seek(uint32_t chunk) {
  chunk_ = column_ ? snapshot_->chunk(*column_, chunk) : nullptr;
}

int32_t TextClasses::at(uint32_t row) {
  if (!chunk_ || chunk_->is_missing(row)) return kMissing;
  if (!chunk_->is_coded()) return class_of(text(row));
  int32_t& known = by_code_[chunk_->code_at(row)];
  if (known == kUnknown) known = class_of(text(row));
  return known;
}

std::string_view TextClasses::text(uint32_t row) const {
  if (!chunk_->is_coded()) return std::get<storage::PlainText>(chunk_->values).at(row);
  return dictionary_->text(chunk_->code_at(row));
}

}  // namespace cupel::exec
