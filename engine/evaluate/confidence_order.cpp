#include "engine/evaluate/confidence_order.hpp"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

namespace cupel::evaluate {
namespace {

/// Below this many rows comparing is faster than counting digits.
constexpr size_t kFew = 2000;

uint64_t key_of(double confidence) {
  constexpr uint64_t kSign = uint64_t{1} << 63;
  const auto bits = std::bit_cast<uint64_t>(confidence + 0.0);  // -0 is 0
  return (bits & kSign) != 0 ? bits : ~(bits | kSign);
}

}  // namespace

/// Radix sort from the last digit on, which leaves equal keys as they are. Digits that are the same
/// everywhere (the last ones of numbers that were float once) cost nothing.
void ConfidenceOrder::sort_by_digits() {
  constexpr uint64_t kDigit = (1 << kDigitBits) - 1;
  for (auto& counts : counts_) counts.fill(0);
  for (const Keyed& entry : keyed_) {
    for (int digit = 0; digit < kDigits; ++digit)
      ++counts_[digit][entry.key >> (digit * kDigitBits) & kDigit];
  }
  other_.resize(keyed_.size());
  for (int digit = 0; digit < kDigits; ++digit) {
    auto& counts = counts_[digit];
    const int shift = digit * kDigitBits;
    if (counts[keyed_[0].key >> shift & kDigit] == keyed_.size()) continue;
    size_t place = 0;
    for (size_t& count : counts) place += std::exchange(count, place);
    for (const Keyed& entry : keyed_) other_[counts[entry.key >> shift & kDigit]++] = entry;
    keyed_.swap(other_);
  }
}

void ConfidenceOrder::order_ties(std::span<const uint64_t> item, std::span<const int64_t> rank) {
  const auto before = [&](const Keyed& a, const Keyed& b) {
    if (item[a.row] != item[b.row]) return item[a.row] < item[b.row];
    if (!rank.empty() && rank[a.row] != rank[b.row]) return rank[a.row] < rank[b.row];
    return a.row < b.row;
  };
  for (auto begin = keyed_.begin(); begin != keyed_.end();) {
    const auto end = std::find_if(begin, keyed_.end(),
                                  [&](const Keyed& entry) { return entry.key != begin->key; });
    if (!std::is_sorted(begin, end, before)) std::sort(begin, end, before);
    begin = end;
  }
}

void ConfidenceOrder::sort(std::span<const double> confidence, std::span<const uint64_t> item,
                           std::span<const int64_t> rank, std::span<size_t> rows) {
  keyed_.clear();
  for (const size_t row : rows) keyed_.push_back({key_of(confidence[row]), row});
  if (rows.size() >= kFew) {
    sort_by_digits();
  } else {
    std::sort(keyed_.begin(), keyed_.end(), [](const Keyed& a, const Keyed& b) {
      return std::tie(a.key, a.row) < std::tie(b.key, b.row);
    });
  }
  if (!item.empty()) order_ties(item, rank);
  for (size_t at = 0; at < rows.size(); ++at) rows[at] = keyed_[at].row;
}

}  // namespace cupel::evaluate
