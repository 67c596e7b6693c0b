#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/catalog.hpp"

// Keys of the store. Numbers in keys are big-endian, so that byte order is number order:
//   columns     column u32 | chunk u32  -> encoded chunk, or patches to fold into it
//   dictionary  column u32 | code u32   -> text
//   lookup      reference id            -> ordinal u64
//   vectors     set u32 | block u32     -> encoded block (vectors.hpp)
//   meta        the words below

namespace cupel::storage {

inline constexpr std::string_view kCatalogKey = "catalog";  ///< Catalog::encode
inline constexpr std::string_view kStateKey = "state";      ///< encode_state (state.hpp)
inline constexpr std::string_view kJournalKey = "journal";  ///< what is ahead of a commit
inline constexpr std::string_view kChunksAhead = "chunks";  ///< a journal of chunks and blocks only
inline constexpr std::string_view kLookupsAhead = "look-ups";  ///< of these too

/// One column of one chunk, one text of a column's dictionary, or one block of a vector set.
struct ColumnKey {
  ColumnId column = 0;  ///< or set
  uint32_t number = 0;  ///< chunk, code or block
  friend auto operator<=>(const ColumnKey&, const ColumnKey&) = default;
};

std::string encode_key(ColumnKey key);
/// Nothing when the bytes have not the length of a key.
std::optional<ColumnKey> decode_key(std::string_view bytes);

std::string encode_ordinal(uint64_t ordinal);
std::optional<uint64_t> decode_ordinal(std::string_view bytes);

}  // namespace cupel::storage
