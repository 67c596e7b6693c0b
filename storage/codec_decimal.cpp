#include "storage/codec_decimal.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace cupel::storage {
namespace {

constexpr std::array<double, 9> kPowers = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
constexpr int64_t kMost = int64_t{1} << 52;  ///< exact as a double, also with 32 bits more
constexpr uint8_t kMostBits = 32;
constexpr size_t kFirstLooks = 32;

template <typename T>
T number_of(int64_t integer, double power) noexcept {
  return static_cast<T>(static_cast<double>(integer) / power);
}

/// The integer that the number is at a scale; false where there is none.
template <typename T>
bool integer_of(T number, double power, int64_t& out) noexcept {
  const double scaled = static_cast<double>(number) * power;
  if (!(scaled > -static_cast<double>(kMost) && scaled < static_cast<double>(kMost))) return false;
  out = static_cast<int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  return std::bit_cast<Bits>(number_of<T>(out, power)) == std::bit_cast<Bits>(number);
}

template <typename T>
bool fits(std::span<const T> numbers, double power) noexcept {
  int64_t ignored = 0;
  return std::all_of(numbers.begin(), numbers.end(),
                     [&](T number) { return integer_of(number, power, ignored); });
}

/// All integers at a scale; false where a number has none.
template <typename T>
bool integers_at(std::span<const T> numbers, double power, std::vector<int64_t>& out) {
  out.resize(numbers.size());
  bool all = true;
  for (size_t i = 0; i < numbers.size() && all; ++i) all = integer_of(numbers[i], power, out[i]);
  return all;
}

}  // namespace

bool DecimalForm::is_sound() const noexcept {
  return scale < kPowers.size() && bits >= 1 && bits <= kMostBits && least >= -kMost &&
         least <= kMost;
}

template <typename T>
std::optional<DecimalForm> decimal_form(std::span<const T> numbers,
                                        std::vector<int64_t>& integers) {
  for (uint8_t scale = 0; scale < kPowers.size(); ++scale) {
    const double power = kPowers[scale];
    if (!fits(numbers.first(std::min(numbers.size(), kFirstLooks)), power)) continue;
    if (!integers_at(numbers, power, integers)) continue;
    if (integers.empty()) return std::nullopt;
    const auto [least, most] = std::minmax_element(integers.begin(), integers.end());
    const auto bits = std::bit_width(static_cast<uint64_t>(*most - *least));
    if (bits > kMostBits) return std::nullopt;
    return DecimalForm{scale, static_cast<uint8_t>(std::max<int>(bits, 1)), *least};
  }
  return std::nullopt;
}

void pack_decimals(const DecimalForm& form, std::span<const int64_t> integers, std::string& out) {
  const size_t begin = out.size();
  out.resize(begin + form.packed_bytes(integers.size()) + DecimalForm::kTailBytes);
  char* const to = out.data() + begin;
  size_t bit = 0;
  for (const int64_t integer : integers) {
    uint64_t word = 0;
    std::memcpy(&word, to + bit / 8, sizeof word);
    word |= static_cast<uint64_t>(integer - form.least) << (bit % 8);
    std::memcpy(to + bit / 8, &word, sizeof word);
    bit += form.bits;
  }
}

template <typename T>
std::vector<T> unpack_decimals(const DecimalForm& form, std::string_view packed, size_t rows) {
  std::vector<T> out(rows);
  const double power = kPowers[form.scale];
  const uint64_t mask = (uint64_t{1} << form.bits) - 1;
  const char* const from = packed.data();
  size_t bit = 0;
  for (size_t i = 0; i < rows; ++i) {
    uint64_t word = 0;
    std::memcpy(&word, from + bit / 8, sizeof word);
    out[i] = number_of<T>(form.least + static_cast<int64_t>((word >> (bit % 8)) & mask), power);
    bit += form.bits;
  }
  return out;
}

template std::optional<DecimalForm> decimal_form(std::span<const float>, std::vector<int64_t>&);
template std::optional<DecimalForm> decimal_form(std::span<const double>, std::vector<int64_t>&);
template std::vector<float> unpack_decimals(const DecimalForm&, std::string_view, size_t);
template std::vector<double> unpack_decimals(const DecimalForm&, std::string_view, size_t);

}  // namespace cupel::storage
