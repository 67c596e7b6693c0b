#include "storage/appender_text.hpp"

#include <algorithm>

#include "storage/dictionary.hpp"

namespace cupel::storage {
namespace {

/// A chunk of so many texts, more than half of them new to the dictionary, shows that the column
/// is distinct by nature.
constexpr uint32_t kRowsThatProve = 4096;

/// Texts that are remembered from one chunk to the next.
constexpr size_t kRememberedTexts = 4096;

}  // namespace

uint32_t TextCollector::number(std::string_view text) {
  const size_t place = text.empty() ? 0 : text.size() + static_cast<uint8_t>(text.back());
  Recent& recent = recent_[place % kRecent];
  if (recent.number != kNone && recent.text == text) return recent.number;
  const auto found = numbers_.find(text);
  if (found != numbers_.end()) {
    recent = {found->first, found->second};
    return found->second;
  }
  const auto number = static_cast<uint32_t>(texts_.size());
  texts_.emplace_back(text);
  codes_.emplace_back();
  numbers_.emplace(texts_.back(), number);
  recent = {texts_.back(), number};
  return number;
}

void TextCollector::set(uint32_t row, std::string_view text) {
  if (row >= values_.size()) values_.resize(row + size_t{1}, kNone);
  if (values_[row] == kNone) ++present_;
  values_[row] = number(text);
  rows_ = row + 1;
}

bool TextCollector::give_codes(Transaction& transaction, ColumnId column) {
  if (!transaction.catalog().column(column).coded) return false;
  uint32_t fresh = 0;
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (codes_[i]) continue;
    if (texts_[i].size() > kMaxDictionaryTextBytes) return false;
    ++fresh;
  }
  if (present_ >= kRowsThatProve && fresh > present_ / 2) {
    transaction.stop_coding(column);
    return false;
  }
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (!codes_[i]) codes_[i] = transaction.code(column, texts_[i]);
    if (!codes_[i]) return false;
  }
  return true;
}

Chunk TextCollector::finish(Transaction& transaction, ColumnId column) {
  const bool coded = give_codes(transaction, column);
  ChunkBuilder builder(Type::kText);
  for (uint32_t row = 0; row < rows_; ++row) {
    if (values_[row] == kNone) continue;
    if (coded) {
      builder.set_code(row, *codes_[values_[row]]);
    } else {
      builder.set_text(row, texts_[values_[row]]);
    }
  }
  if (!coded || texts_.size() > kRememberedTexts) reset();
  values_.clear();
  rows_ = present_ = 0;
  return builder.finish();
}

void TextCollector::reset() {
  recent_.fill({});
  numbers_.clear();
  texts_.clear();
  codes_.clear();
}

}  // namespace cupel::storage
