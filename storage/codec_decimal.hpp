#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Numbers that are short decimals, as those of files mostly are, as integers of few bits:
//
//    value i = (least + packed i) / 10^scale, as a double, then as the column's width
//
// exactly, bit for bit (so -0 is none). In a chunk:
//
//    scale   u8   0 to 8
//    bits    u8   of a packed value, 1 to 32
//    least   i64  at most 2^52, either way
//    packed  ceil(rows * bits / 8) bytes: value i stands from bit i * bits on, low bits first
//    0       u8[7], so that eight bytes can be read from the beginning of each
//
// The idea is that of ALP (Afroozeh, Kuffó, Boncz 2023), without its exceptions.

namespace cupel::storage {

struct DecimalForm {
  uint8_t scale = 0;
  uint8_t bits = 1;
  int64_t least = 0;

  static constexpr size_t kHeadBytes = 10, kTailBytes = 7;
  size_t packed_bytes(size_t rows) const noexcept { return (rows * bits + 7) / 8; }
  size_t payload_bytes(size_t rows) const noexcept {
    return kHeadBytes + packed_bytes(rows) + kTailBytes;
  }
  bool is_sound() const noexcept;
};

/// The form of numbers that all have one; `integers` becomes their values times 10^scale.
template <typename T>
std::optional<DecimalForm> decimal_form(std::span<const T> numbers, std::vector<int64_t>& integers);

/// Appends the packed values and the bytes behind them.
void pack_decimals(const DecimalForm& form, std::span<const int64_t> integers, std::string& out);

/// The numbers; `packed` has all bytes of `rows` values and those behind them.
template <typename T>
std::vector<T> unpack_decimals(const DecimalForm& form, std::string_view packed, size_t rows);

}  // namespace cupel::storage
