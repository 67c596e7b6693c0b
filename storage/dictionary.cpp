#include "storage/dictionary.hpp"

#include <algorithm>
#include <utility>

namespace cupel::storage {

std::optional<uint32_t> Dictionary::find(std::string_view text) const {
  for (const LayerPtr& layer : layers_) {
    const auto found = layer->codes.find(text);
    if (found != layer->codes.end()) return found->second;
  }
  return std::nullopt;
}

Dictionary::LayerPtr Dictionary::add_layer(uint32_t first) {
  auto layer = std::make_shared<Layer>();
  layer->first = first;
  size_t bytes = 0;
  for (size_t code = first; code < texts_.size(); ++code) bytes += texts_[code].size();
  layer->bytes.reserve(bytes);  // views into it must not move
  layer->codes.reserve(texts_.size() - first);
  for (size_t code = first; code < texts_.size(); ++code) {
    const size_t begin = layer->bytes.size();
    layer->bytes.append(texts_[code]);
    texts_[code] = std::string_view(layer->bytes).substr(begin);
    layer->codes.emplace(texts_[code], static_cast<uint32_t>(code));
  }
  return layer;
}

DictionaryWriter::DictionaryWriter(DictionaryPtr base) : base_(std::move(base)) {
  if (!base_) base_ = std::make_shared<const Dictionary>();
}

std::optional<uint32_t> DictionaryWriter::code(std::string_view text) {
  if (const auto known = find(text)) return known;
  if (size() >= kMaxDictionaryTexts || text.size() > kMaxDictionaryTextBytes) return std::nullopt;
  const uint32_t code = size();
  added_.emplace_back(text);
  added_codes_.emplace(added_.back(), code);
  return code;
}

std::optional<uint32_t> DictionaryWriter::find(std::string_view text) const {
  const auto found = added_codes_.find(text);
  if (found != added_codes_.end()) return found->second;
  return base_->find(text);
}

std::string_view DictionaryWriter::text(uint32_t code) const {
  return code < base_size() ? base_->text(code) : std::string_view(added_[code - base_size()]);
}

uint32_t DictionaryWriter::size() const noexcept {
  return base_size() + static_cast<uint32_t>(added_.size());
}

uint32_t DictionaryWriter::base_size() const noexcept { return base_->size(); }

void DictionaryWriter::shrink(uint32_t size) {
  while (this->size() > std::max(size, base_size())) {
    added_codes_.erase(added_.back());
    added_.pop_back();
  }
}

DictionaryPtr DictionaryWriter::publish() const {
  if (added_.empty()) return base_;
  auto grown = std::make_shared<Dictionary>();
  grown->texts_.reserve(size());
  grown->texts_ = base_->texts_;
  grown->texts_.insert(grown->texts_.end(), added_.begin(), added_.end());
  grown->layers_ = base_->layers_;
  uint32_t first = base_size();
  while (!grown->layers_.empty()) {
    const uint32_t below = grown->layers_.back()->first;
    if (first - below > 2 * (size() - first)) break;
    first = below;
    grown->layers_.pop_back();
  }
  grown->layers_.push_back(grown->add_layer(first));
  return grown;
}

}  // namespace cupel::storage
