#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/bitmap.hpp"
#include "storage/catalog.hpp"

// Vectors: one array of numbers of a fixed width for rows of a table. Embeddings and class
// probabilities are such sets. A set is cut into blocks of rows; a block is one value of the store,
// kept as it came (numbers like these do not compress). docs/storage-format.md has the bytes:
//
//   block := magic "CKV1" | element u8 | 0 u8[3] | width u32 | rows u32 | present u32
//            | presence bitmap (only where present < rows), bytes padded to 8
//            | the vectors of the rows, absent ones as zeros | xxh3-64 of all before

namespace cupel::storage {

/// The most components of a vector, and the most rows of a block.
inline constexpr uint32_t kMaxVectorWidth = 65536;
inline constexpr uint32_t kMaxBlockRows = 65536;

/// The bytes of a component: 2, 4 or 8.
size_t element_bytes(Element element) noexcept;
/// "float16", "float32", "float64"
std::string_view to_string(Element element) noexcept;
/// "embeddings", "class probabilities"
std::string_view to_string(VectorUse use) noexcept;

/// Rows of a block: the largest power of two that keeps the vectors of a block within 512 KiB, at
/// least 1 and at most 65,536. `width` is 1 to kMaxVectorWidth.
uint32_t block_rows_for(uint32_t width, Element element) noexcept;

/// One block, decoded. Immutable once published, shared between threads.
struct VectorBlock {
  Element element = Element::kFloat32;
  uint32_t width = 0;
  uint32_t rows = 0;  ///< Rows of the set past it have no vector.
  Bitmap present;     ///< Empty when every row has one, else `rows` bits.
  /// rows × width components, row-major, in the byte order of the machine (little-endian); the
  /// address is a multiple of 64. Absent rows are zeros.
  std::shared_ptr<const std::byte> data;

  bool has(uint32_t row) const noexcept {
    return row < rows && (present.size() == 0 || present.test(row));
  }
  /// The components of a row below `rows`.
  const std::byte* row(uint32_t row) const noexcept {
    return data.get() + size_t{row} * width * element_bytes(element);
  }
  /// How many rows have one.
  uint32_t vectors() const noexcept { return present.size() == 0 ? rows : present.count(); }
  size_t memory_bytes() const noexcept;
};
using VectorBlockPtr = std::shared_ptr<const VectorBlock>;

/// How many blocks the rows of the set's table take.
uint32_t block_count(const Catalog& catalog, const VectorSet& set);

/// Room for `bytes` at an address that is a multiple of 64, zeroed.
std::shared_ptr<std::byte> vector_room(size_t bytes);

/// Deterministic. Throws kInternal for a block whose parts do not agree (width, rows, presence).
std::string encode_block(const VectorBlock& block);
/// Throws Error(kCorruption) saying what is wrong; never reads outside `bytes`.
VectorBlock decode_block(std::string_view bytes);

}  // namespace cupel::storage
