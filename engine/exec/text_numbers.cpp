#include "engine/exec/text_numbers.hpp"

namespace cupel::exec {

int32_t TextNumbers::number(std::string_view text) {
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<int32_t>(texts_.size());
  texts_.push_back(&numbers_.emplace(std::string(text), number).first->first);
  return number;
}

std::optional<int32_t> TextNumbers::find(std::string_view text) const {
  const auto known = numbers_.find(text);
  return known == numbers_.end() ? std::nullopt : std::optional(known->second);
}

void NumberedTexts::append(const Vector& texts, std::vector<int32_t>& out) {
  out.reserve(out.size() + texts.size);
  if (texts.dictionary && by_code_.size() < texts.dictionary->size())
    by_code_.resize(texts.dictionary->size(), kUnknown);
  for (size_t i = 0; i < texts.size; ++i) {
    if (!texts.present(i)) {
      out.push_back(TextNumbers::kMissing);
    } else if (texts.dictionary) {
      int32_t& known = by_code_[texts.codes[i]];
      if (known == kUnknown) known = numbers_.number(texts.text(i));
      out.push_back(known);
    } else {
      out.push_back(numbers_.number(texts.texts[i]));
    }
  }
}

}  // namespace cupel::exec
