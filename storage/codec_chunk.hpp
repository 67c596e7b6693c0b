#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// A chunk, field by field. Numbers are little-endian; offsets are in bytes.
//
//    0  magic     "CKC1"; the digit is the version
//    4  type      u8   0 bool, 1 int64, 2 float64, 3 text, 4 timestamp
//    5  encoding  u8   0 none, 1 constant, 2 sparse, 3 plain, 4 decimal
//    6  flags     u8   bit 0: range follows; bit 1: validity follows; others zero
//    7  width     u8   bytes of a value: bool 1; int64 and timestamp 1, 2, 4, 8 (signed); float64
//                      4 (float) or 8; text 1, 2, 4 (codes, unsigned) or 0 (plain text)
//    8  rows      u32  0 to 65,536
//   12  missing   u32  how many of them are missing
//   16  range         where flagged: least and most present value, i64 or (float64) f64 each
//    .  validity      where flagged: u64[ceil(rows / 64)], bit i of word w is row 64 w + i, 1 for
//                     a present row, zero past the rows
//    .  payload       n = rows - missing
//         none        nothing; missing = rows
//         constant    the one value of every present row; of plain text: length u32, bytes
//         sparse      u16[n] the present rows, ascending; then their n values
//         plain       a value for every row, zero for a missing one
//         decimal     the same in few bits, of float64 only: codec_decimal.hpp
//       n or rows values of plain text are: u32[count] ends, ascending; then the bytes
//  end  checksum  u64  xxh3-64 of everything before
//
// Validity is there exactly when some row, but not every one, is missing and the encoding is not
// sparse. The encoder takes the smallest of the encodings, the first named among equals.

namespace cupel::storage {

inline constexpr std::string_view kChunkMagic = "CKC1";

enum class ChunkEncoding : uint8_t { kNone, kConstant, kSparse, kPlain, kDecimal };

inline constexpr uint8_t kChunkHasRange = 1;
inline constexpr uint8_t kChunkHasValidity = 2;

/// The most that constant texts of one chunk may unfold to, so that small bytes stay small.
inline constexpr size_t kMaxConstantTextBytes = size_t{16} << 20;

constexpr size_t validity_words(uint32_t rows) noexcept { return (size_t{rows} + 63) / 64; }

}  // namespace cupel::storage
