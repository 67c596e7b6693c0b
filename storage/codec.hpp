#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/chunk.hpp"

// Chunks and patches as bytes. docs/storage-format.md shows a worked example.
//
//   chunk    := magic "CKC1" | type u8 | encoding u8 | flags u8 | width u8
//               | rows u32 | missing u32 | range? | validity? | payload | xxh3-64 of all before
//   patch    := magic "CKP1" | type u8 | flags u8 | count - 1 u16 | rows u16[count]
//               | presence? | values | xxh3-64 of all before
//   (the byte grammars, field by field, stand in codec_chunk.hpp and codec_patch.cpp)
//
// A patch is a merge operand: a list of (row, value or missing), rows ascending and distinct.
// Text values travel as text and, where the writer has one, dictionary code; so a patch can be
// folded into a coded chunk without the dictionary. A writer that has no code for a text value
// must not patch a coded chunk: it rewrites the chunk as plain text (Transaction does that).

namespace cupel::storage {

/// One change of one row. For text, `code` is the value's dictionary code or kNoCode.
struct Patch {
  static constexpr uint32_t kNoCode = 0xFFFFFFFF;
  uint16_t row = 0;
  bool present = false;  ///< false: the row becomes missing.
  int64_t integer = 0;   ///< bool, int64, timestamp
  double number = 0;     ///< float64
  std::string text;      ///< text
  uint32_t code = kNoCode;
};

/// Encodes a chunk: none, constant, sparse or plain, whichever is smallest. Deterministic. Throws
/// kInternal for a chunk whose parts do not agree (type, rows, validity).
std::string encode_chunk(const Chunk& chunk);

/// Decodes what encode_chunk wrote. Throws Error(kCorruption) with what is wrong (magic, version,
/// checksum, lengths, codes out of their width, invalid offsets); never reads outside `bytes`.
Chunk decode_chunk(std::string_view bytes);

/// `patches` is not empty, its rows ascending and distinct, else kInternal. A NaN is missing.
std::string encode_patch(Type type, const std::vector<Patch>& patches);

/// Throws Error(kCorruption) like decode_chunk.
std::vector<Patch> decode_patch(std::string_view bytes, Type& type);

/// Whether bytes are a patch (they start with its magic).
bool is_patch(std::string_view bytes) noexcept;

/// Folds `operands` (encoded patches, oldest first) into `base` (an encoded chunk, or nothing when
/// the chunk did not exist) and returns the encoded chunk. Rows past the end extend the chunk,
/// gaps are missing. A chunk that starts from patches is coded when every value has a code.
/// Throws Error(kCorruption) for bytes that are not what they should be or types that differ, and
/// kInternal for a text without a code that meets a coded chunk of which some value remains.
std::string fold(std::optional<std::string_view> base,
                 const std::vector<std::string_view>& operands);

/// The same of a decoded chunk. `operands` is not empty, else kInternal.
Chunk fold_chunk(std::optional<Chunk> base, const std::vector<std::string_view>& operands);

/// Combines two adjacent patches of one column, `newer` winning. For partial merges:
/// folding the result equals folding the two, and combining is associative byte for byte.
std::string combine_patches(std::string_view older, std::string_view newer);

}  // namespace cupel::storage
