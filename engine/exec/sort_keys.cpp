#include "engine/exec/sort_keys.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace cupel::exec {
namespace {

constexpr uint64_t kMissing = ~uint64_t{0};
constexpr unsigned kClassBits = 3;
/// Classes as sort_compare has them.
enum Class : uint64_t { kBools, kNumbers, kNotANumber, kTimestamps, kTexts };

uint64_t classed(Class type_class, uint64_t rank) noexcept {
  return (uint64_t{type_class} << (64 - kClassBits)) | (rank >> kClassBits);
}

/// Unsigned numbers in the order of the doubles; both zeros are one.
uint64_t rank_of(double value) noexcept {
  if (value != value) return 0;
  const auto bits = std::bit_cast<uint64_t>(value + 0.0);
  constexpr uint64_t kSign = uint64_t{1} << 63;
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

uint64_t rank_of(int64_t value) noexcept {
  return static_cast<uint64_t>(value) ^ (uint64_t{1} << 63);
}

uint64_t rank_of(std::string_view text) noexcept {
  uint64_t rank = 0;
  for (size_t i = 0; i < sizeof rank; ++i)
    rank = (rank << 8) | (i < text.size() ? static_cast<uint8_t>(text[i]) : 0U);
  return rank;
}

uint64_t prefix_of(const Value& value) {
  if (value.is_bool()) return classed(kBools, value.as_bool() ? 1U << kClassBits : 0);
  if (value.is_timestamp()) return classed(kTimestamps, rank_of(value.as_timestamp().micros));
  if (value.is_text()) return classed(kTexts, rank_of(std::string_view(value.as_text())));
  if (!value.is_number()) return kMissing;
  const double number = value.as_double();
  return number != number ? classed(kNotANumber, 0) : classed(kNumbers, rank_of(number));
}

/// What of an order key a prefix stands for; the highest is kept for the missing.
uint64_t directed(uint64_t prefix, bool descending) noexcept {
  return descending ? ~prefix - 1 : prefix;
}

template <typename F>
std::vector<uint64_t> map_prefixes(const Vector& keys, bool descending, F&& f) {
  std::vector<uint64_t> out(keys.size);
  for (size_t i = 0; i < keys.size; ++i)
    out[i] = keys.present(i) ? directed(f(i), descending) : kMissing;
  return out;
}

}  // namespace

std::vector<uint64_t> sort_prefixes(const Vector& keys, bool descending) {
  switch (keys.type) {
    case Type::kBool:
      return map_prefixes(keys, descending, [&](size_t i) {
        return classed(kBools, static_cast<uint64_t>(keys.integers[i]) << kClassBits);
      });
    case Type::kInt64:
      // As doubles, so that they stand in one order with the numbers of other arms.
      return map_prefixes(keys, descending, [&](size_t i) {
        return classed(kNumbers, rank_of(static_cast<double>(keys.integers[i])));
      });
    case Type::kFloat64:
      return map_prefixes(keys, descending, [&](size_t i) {
        const double number = keys.numbers[i];
        return number != number ? classed(kNotANumber, 0) : classed(kNumbers, rank_of(number));
      });
    case Type::kTimestamp:
      return map_prefixes(keys, descending, [&](size_t i) {
        return classed(kTimestamps, rank_of(keys.integers[i]));
      });
    case Type::kText:
      return map_prefixes(keys, descending,
                          [&](size_t i) { return classed(kTexts, rank_of(keys.text(i))); });
    case Type::kAny: break;
  }
  return map_prefixes(keys, descending, [&](size_t i) { return prefix_of(keys.values[i]); });
}

void SortKeys::append(SortKeys other) {
  if (other.size() == 0) return;
  if (keys.empty()) {
    *this = std::move(other);
    return;
  }
  prefixes.insert(prefixes.end(), other.prefixes.begin(), other.prefixes.end());
  for (size_t k = 0; k < keys.size(); ++k) keys[k].append(std::move(other.keys[k]));
}

SortKeys SortKeys::gather(std::span<const uint32_t> order) const {
  SortKeys out;
  out.prefixes.reserve(order.size());
  for (const uint32_t i : order) out.prefixes.push_back(prefixes[i]);
  for (const Vector& key : keys) out.keys.push_back(key.gather(order));
  return out;
}

size_t SortKeys::memory_bytes() const noexcept {
  size_t bytes = prefixes.size() * sizeof(uint64_t);
  for (const Vector& key : keys) bytes += key.memory_bytes();
  return bytes;
}

std::vector<uint32_t> sorted_order(const SortKeys& keys, const std::vector<bool>& descending,
                                   uint64_t limit, const Context& context) {
  struct Entry {
    uint64_t prefix;
    uint32_t row;
  };
  std::vector<Entry> entries(keys.size());
  for (uint32_t i = 0; i < entries.size(); ++i) entries[i] = {keys.prefixes[i], i};
  constexpr uint32_t kPollEvery = 1 << 14;
  uint32_t until_poll = kPollEvery;
  const auto before = [&](const Entry& a, const Entry& b) {
    if (--until_poll == 0) {
      until_poll = kPollEvery;
      context.poll();
    }
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    for (size_t k = 0; k < keys.keys.size(); ++k) {
      const Vector& key = keys.keys[k];
      int order = sort_compare_rows(key, a.row, key, b.row);
      if (order == 0) continue;
      if (descending[k] && key.present(a.row) && key.present(b.row)) order = -order;
      return order < 0;
    }
    return a.row < b.row;
  };
  if (limit < entries.size()) {
    const auto middle = entries.begin() + static_cast<ptrdiff_t>(limit);
    std::nth_element(entries.begin(), middle, entries.end(), before);
    entries.erase(middle, entries.end());
  }
  std::sort(entries.begin(), entries.end(), before);
  std::vector<uint32_t> order;
  order.reserve(entries.size());
  for (const Entry& entry : entries) order.push_back(entry.row);
  return order;
}

}  // namespace cupel::exec
