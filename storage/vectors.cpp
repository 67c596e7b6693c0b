#include "storage/vectors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <span>

#include "cupel/error.hpp"
#include "storage/codec_bytes.hpp"

namespace cupel::storage {
namespace {

constexpr std::string_view kMagic = "CKV1";
constexpr std::string_view kWhat = "vector block";
constexpr size_t kBlockBytes = size_t{512} << 10;
constexpr size_t kAlignment = 64;

size_t padded(size_t bytes) {
  return (std::max<size_t>(bytes, 1) + kAlignment - 1) & ~(kAlignment - 1);
}

/// The same room, but for its last bytes as it comes.
std::shared_ptr<std::byte> raw_room(size_t bytes) {
  const std::align_val_t alignment{kAlignment};
  auto* room = static_cast<std::byte*>(::operator new(padded(bytes), alignment));
  std::memset(room + bytes, 0, padded(bytes) - bytes);
  return {room, [alignment](std::byte* p) { ::operator delete(p, alignment); }};
}

bool all_zero(std::string_view bytes) {
  return bytes.empty() ||
         (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

size_t vector_bytes(const VectorBlock& block) {
  return size_t{block.width} * element_bytes(block.element);
}

void require_sound(const VectorBlock& block) {
  if (block.width == 0 || block.width > kMaxVectorWidth || block.rows > kMaxBlockRows ||
      (block.present.size() != 0 && block.present.size() != block.rows) ||
      (block.rows != 0 && !block.data))
    throw Error(ErrorCode::kInternal, "the parts of a vector block do not agree");
}

Bitmap take_presence(FieldReader& in, uint32_t rows, uint32_t present) {
  Bitmap bits(rows);
  const auto words = in.take_array<uint64_t>(bits.words().size());
  std::copy(words.begin(), words.end(), bits.words().begin());
  if (rows % 64 != 0 && words.back() >> (rows % 64) != 0)
    in.damaged("it has vectors past its rows");
  if (bits.count() != present) in.damaged("its vectors are miscounted");
  return bits;
}

}  // namespace

size_t element_bytes(Element element) noexcept {
  return size_t{2} << static_cast<unsigned>(element);
}

std::string_view to_string(Element element) noexcept {
  switch (element) {
    case Element::kFloat16: return "float16";
    case Element::kFloat32: return "float32";
    case Element::kFloat64: break;
  }
  return "float64";
}

std::string_view to_string(VectorUse use) noexcept {
  return use == VectorUse::kEmbedding ? "embeddings" : "class probabilities";
}

uint32_t block_rows_for(uint32_t width, Element element) noexcept {
  const size_t fitting = kBlockBytes / (std::max<size_t>(width, 1) * element_bytes(element));
  return static_cast<uint32_t>(std::bit_floor(std::clamp<size_t>(fitting, 1, kMaxBlockRows)));
}

uint32_t block_count(const Catalog& catalog, const VectorSet& set) {
  return static_cast<uint32_t>((catalog.row_count(set.table) + set.block_rows - 1) /
                               set.block_rows);
}

std::shared_ptr<std::byte> vector_room(size_t bytes) {
  auto room = raw_room(bytes);
  std::memset(room.get(), 0, bytes);
  return room;
}

size_t VectorBlock::memory_bytes() const noexcept {
  return sizeof(VectorBlock) + present.words().size_bytes() + padded(rows * vector_bytes(*this));
}

std::string encode_block(const VectorBlock& block) {
  require_sound(block);
  const size_t stride = vector_bytes(block);
  const uint32_t present = block.vectors();
  std::string out;
  out.reserve(kMagicBytes + 16 + block.present.words().size_bytes() + block.rows * stride +
              kChecksumBytes);
  out.append(kMagic);
  put(out, static_cast<uint32_t>(block.element));  // the byte, and three zeros
  put(out, block.width);
  put(out, block.rows);
  put(out, present);
  const auto* vectors = reinterpret_cast<const char*>(block.data.get());
  if (present == block.rows) {
    if (block.rows != 0) out.append(vectors, block.rows * stride);
  } else {
    put_array(out, block.present.words());
    for (uint32_t row = 0; row < block.rows; ++row) {
      if (block.present.test(row)) {
        out.append(vectors + row * stride, stride);
      } else {
        out.append(stride, '\0');
      }
    }
  }
  seal_bytes(out);
  return out;
}

VectorBlock decode_block(std::string_view bytes) {
  FieldReader in(unseal_bytes(bytes, kMagic, kWhat), kWhat);
  VectorBlock block;
  const auto element = in.take<uint32_t>();
  if (element > static_cast<uint32_t>(Element::kFloat64))
    in.damaged("the kind of its numbers is unknown");
  block.element = static_cast<Element>(element);
  block.width = in.take<uint32_t>();
  block.rows = in.take<uint32_t>();
  const auto present = in.take<uint32_t>();
  if (block.width == 0 || block.width > kMaxVectorWidth) in.damaged("its width is impossible");
  if (block.rows > kMaxBlockRows || present > block.rows)
    in.damaged("its number of rows is impossible");
  if (present < block.rows) block.present = take_presence(in, block.rows, present);
  const size_t stride = vector_bytes(block);
  const std::string_view vectors = in.take_bytes(block.rows * stride);
  in.expect_end();
  for (uint32_t row = 0; row < block.present.size(); ++row)
    if (!block.present.test(row) && !all_zero(vectors.substr(row * stride, stride)))
      in.damaged("a row without a vector has numbers");
  const auto room = raw_room(vectors.size());
  if (!vectors.empty()) std::memcpy(room.get(), vectors.data(), vectors.size());
  block.data = room;
  return block;
}

}  // namespace cupel::storage
