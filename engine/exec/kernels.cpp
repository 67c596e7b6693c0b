#include "engine/exec/kernels.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

namespace cupel::exec {
namespace {

constexpr size_t kWord = 64;

/// 64 bytes of 0 or 1 as the bits of a word: the product moves the low bits of 8 bytes into its
/// highest byte.
uint64_t pack(const uint8_t* hits) noexcept {
  uint64_t word = 0;
  for (size_t i = 0; i < 8; ++i) {
    uint64_t eight = 0;
    std::memcpy(&eight, hits + i * 8, 8);
    word |= ((eight * 0x0102040810204080U) >> 56) << (i * 8);
  }
  return word;
}

/// One comparison a value: a value below `low` wraps around to a large unsigned number.
template <typename T>
uint64_t word_in_range(const T* values, T low, T high) noexcept {
  uint8_t hits[kWord];
  if constexpr (std::is_integral_v<T>) {
    using U = std::make_unsigned_t<T>;
    const auto base = static_cast<U>(low);
    const auto width = static_cast<U>(static_cast<U>(high) - base);
    for (size_t i = 0; i < kWord; ++i)
      hits[i] = static_cast<U>(static_cast<U>(values[i]) - base) <= width ? 1 : 0;
  } else {
    for (size_t i = 0; i < kWord; ++i)
      hits[i] = static_cast<uint8_t>((values[i] >= low) & (values[i] <= high));
  }
  return pack(hits);
}

/// Calls `word(begin)` for full words of 64 rows and `row(i)` for the rows after them.
template <typename WordFn, typename RowFn>
void for_words(size_t rows, std::span<const uint64_t> candidates, std::span<uint64_t> out,
               WordFn&& word, RowFn&& row) {
  const size_t full = rows / kWord;
  for (size_t w = 0; w < full; ++w)
    out[w] = candidates[w] == 0 ? 0 : word(w * kWord) & candidates[w];
  if (full * kWord == rows) return;
  uint64_t bits = 0;
  for (size_t i = full * kWord; i < rows; ++i)
    bits |= static_cast<uint64_t>(row(i) ? 1 : 0) << (i % kWord);
  out[full] = bits & candidates[full];
}

template <typename T>
void match_array(std::span<const T> values, const Ranges<T>& ranges,
                 std::span<const uint64_t> candidates, std::span<uint64_t> out) {
  const T* data = values.data();
  const auto row = [&](size_t i) { return in_ranges(ranges, data[i]); };
  if (ranges.size() == 1) {
    const Range<T> only = ranges.front();
    return for_words(
        values.size(), candidates, out,
        [&](size_t begin) { return word_in_range(data + begin, only.low, only.high); }, row);
  }
  constexpr size_t kFewRanges = 8;
  if (ranges.size() <= kFewRanges) {
    return for_words(
        values.size(), candidates, out,
        [&](size_t begin) {
          uint64_t bits = 0;
          for (const Range<T>& range : ranges)
            bits |= word_in_range(data + begin, range.low, range.high);
          return bits;
        },
        row);
  }
  for_words(
      values.size(), candidates, out,
      [&](size_t begin) {
        uint64_t bits = 0;
        for (size_t i = 0; i < kWord; ++i)
          bits |= static_cast<uint64_t>(row(begin + i) ? 1 : 0) << i;
        return bits;
      },
      row);
}

/// The parts of the ranges that a narrower integer can hold.
template <typename T>
Ranges<T> clipped(const Ranges<int64_t>& ranges) {
  constexpr int64_t kLeast{std::numeric_limits<T>::min()};
  constexpr int64_t kMost{std::numeric_limits<T>::max()};
  Ranges<T> out;
  for (const Range<int64_t>& range : ranges) {
    const int64_t low = std::max(range.low, kLeast);
    const int64_t high = std::min(range.high, kMost);
    if (low <= high) out.push_back({static_cast<T>(low), static_cast<T>(high)});
  }
  return out;
}

/// The smallest float that does not lie below `bound`. A number past the floats is asked first:
/// converting it is undefined.
float float_from_above(double bound) noexcept {
  constexpr float kMost = std::numeric_limits<float>::max();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (bound > kMost) return kInfinity;
  if (bound < -kMost) return std::isinf(bound) ? -kInfinity : -kMost;
  const auto near = static_cast<float>(bound);
  return near < bound ? std::nextafter(near, kInfinity) : near;
}

Ranges<float> clipped_floats(const Ranges<double>& ranges) {
  Ranges<float> out;
  for (const Range<double>& range : ranges) {
    const float low = float_from_above(range.low);
    const float high = -float_from_above(-range.high);
    if (low <= high) out.push_back({low, high});
  }
  return out;
}

void no_match(size_t rows, std::span<uint64_t> out) {
  std::fill_n(out.begin(), (rows + kWord - 1) / kWord, uint64_t{0});
}

}  // namespace

void match_ranges(std::span<const uint32_t> values, const Ranges<int64_t>& ranges,
                  std::span<const uint64_t> candidates, std::span<uint64_t> out) {
  match_array(values, clipped<uint32_t>(ranges), candidates, out);
}

void match_ranges(std::span<const int64_t> values, const Ranges<int64_t>& ranges,
                  std::span<const uint64_t> candidates, std::span<uint64_t> out) {
  match_array(values, ranges, candidates, out);
}

void match_integers(const storage::ChunkValues& values, const Ranges<int64_t>& ranges,
                    std::span<const uint64_t> candidates, std::span<uint64_t> out) {
  std::visit(
      [&](const auto& array) {
        using Array = std::decay_t<decltype(array)>;
        if constexpr (!std::is_same_v<Array, storage::PlainText>) {
          using T = typename Array::value_type;
          if constexpr (std::is_integral_v<T>) {
            const Ranges<T> narrow = clipped<T>(ranges);
            if (narrow.empty()) return no_match(array.size(), out);
            match_array(std::span<const T>(array), narrow, candidates, out);
          }
        }
      },
      values);
}

void match_numbers(const storage::ChunkValues& values, const Ranges<double>& ranges,
                   std::span<const uint64_t> candidates, std::span<uint64_t> out) {
  if (const auto* floats = std::get_if<std::vector<float>>(&values)) {
    const Ranges<float> narrow = clipped_floats(ranges);
    if (narrow.empty()) return no_match(floats->size(), out);
    match_array(std::span<const float>(*floats), narrow, candidates, out);
  } else if (const auto* doubles = std::get_if<std::vector<double>>(&values)) {
    match_array(std::span<const double>(*doubles), ranges, candidates, out);
  }
}

void match_codes(const storage::ChunkValues& codes, std::span<const uint8_t> accepted,
                 std::span<const uint64_t> candidates, std::span<uint64_t> out) {
  std::visit(
      [&](const auto& array) {
        using Array = std::decay_t<decltype(array)>;
        if constexpr (!std::is_same_v<Array, storage::PlainText>) {
          using T = typename Array::value_type;
          if constexpr (std::is_unsigned_v<T>) {
            const T* data = array.data();
            const size_t end = accepted.size();
            const auto row = [&](size_t i) { return data[i] < end && accepted[data[i]] != 0; };
            for_words(
                array.size(), candidates, out,
                [&](size_t begin) {
                  uint8_t hits[kWord];
                  for (size_t i = 0; i < kWord; ++i) hits[i] = row(begin + i) ? 1 : 0;
                  return pack(hits);
                },
                row);
          }
        }
      },
      codes);
}

void match_prefix(const storage::PlainText& texts, std::string_view prefix,
                  std::span<const uint64_t> candidates, std::span<uint64_t> out) {
  const auto size = static_cast<uint32_t>(std::min(prefix.size(), sizeof(uint64_t)));
  uint64_t wanted = 0;
  std::memcpy(&wanted, prefix.data(), size);
  const uint64_t kept = ~uint64_t{0} >> (64 - size * 8);  // little endian: the first bytes
  const uint32_t* offsets = texts.offsets.data();
  const char* bytes = texts.bytes.data();
  const size_t rows = texts.offsets.size() - 1;
  const auto row = [&](size_t i) {
    return texts.at(static_cast<uint32_t>(i)).starts_with(prefix.substr(0, size));
  };
  // Eight bytes are read from every text of a word.
  const auto word = [&](size_t begin) {
    uint8_t hits[kWord];
    if (offsets[begin + kWord] + sizeof(uint64_t) > texts.bytes.size()) {
      for (size_t i = 0; i < kWord; ++i) hits[i] = row(begin + i) ? 1 : 0;
      return pack(hits);
    }
    for (size_t i = 0; i < kWord; ++i) {
      const uint32_t at = offsets[begin + i];
      uint64_t text = 0;
      std::memcpy(&text, bytes + at, sizeof text);
      hits[i] = static_cast<uint8_t>((((text ^ wanted) & kept) == 0) &
                                     (offsets[begin + i + 1] - at >= size));
    }
    return pack(hits);
  };
  for_words(rows, candidates, out, word, row);
}

}  // namespace cupel::exec
