#include "engine/bind/binder.hpp"

namespace cupel::bind {

size_t Binder::reserve_mention(const Rows& rows) {
  if (!collecting_ || !rows.top || !open_slices_.empty() || rows.groups != nullptr)
    return Operand::kNoMention;
  mentions_.emplace_back();
  return mentions_.size() - 1;
}

void Binder::mention(size_t place, ExpressionPtr value) {
  if (place != Operand::kNoMention) mentions_[place] = std::move(value);
}

std::vector<ExpressionPtr> Binder::take_mentions() {
  std::vector<ExpressionPtr> values;
  std::set<std::string> seen;
  for (std::optional<ExpressionPtr>& value : mentions_)
    if (value && seen.insert(plan::print(**value, plan_)).second) values.push_back(*value);
  mentions_.clear();
  return values;
}

}  // namespace cupel::bind
