#include <algorithm>
#include <bit>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "cupel/error.hpp"
#include "storage/codec.hpp"
#include "storage/codec_bytes.hpp"
#include "storage/codec_chunk.hpp"
#include "storage/codec_decimal.hpp"

namespace cupel::storage {
namespace {

[[noreturn]] void inconsistent() {
  throw Error(ErrorCode::kInternal, "a column was to be stored whose parts do not agree");
}

template <typename T>
constexpr bool holds(Type type) noexcept {
  switch (type) {
    case Type::kBool: return std::is_same_v<T, uint8_t>;
    case Type::kInt64:
    case Type::kTimestamp: return std::is_integral_v<T> && std::is_signed_v<T>;
    case Type::kFloat64: return std::is_floating_point_v<T>;
    case Type::kText: return std::is_unsigned_v<T>;
    case Type::kAny: return false;
  }
  return false;
}

/// What the encoder knows before it looks at values.
struct Shape {
  const Chunk& chunk;
  uint32_t missing;  ///< As the validity bitmap says.
  [[nodiscard]] uint32_t present() const noexcept { return chunk.rows - missing; }
  [[nodiscard]] size_t validity_bytes() const noexcept {
    return missing == 0 ? 0 : validity_words(chunk.rows) * sizeof(uint64_t);
  }
};

template <typename F>
void for_each_present(const Shape& shape, F&& f) {
  if (shape.missing == 0) {
    for (uint32_t row = 0; row < shape.chunk.rows; ++row) f(row);
  } else {
    shape.chunk.valid.for_each(f);
  }
}

uint32_t first_present(const Shape& shape) noexcept {
  if (shape.missing == 0) return 0;
  uint32_t row = 0;
  while (!shape.chunk.valid.test(row)) ++row;
  return row;
}

/// The smallest encoding, given the payload's bytes under each; `constant` only where it applies.
ChunkEncoding smallest(const Shape& shape, std::optional<size_t> constant, size_t sparse,
                       size_t plain) {
  if (shape.present() == 0) return ChunkEncoding::kNone;
  const size_t validity = shape.validity_bytes();
  plain += validity;
  if (constant && *constant + validity <= std::min(sparse, plain)) return ChunkEncoding::kConstant;
  return sparse <= plain ? ChunkEncoding::kSparse : ChunkEncoding::kPlain;
}

void put_header(std::string& out, const Shape& shape, ChunkEncoding encoding, uint8_t width) {
  const Chunk& chunk = shape.chunk;
  const bool validity =
      shape.missing != 0 && encoding != ChunkEncoding::kNone && encoding != ChunkEncoding::kSparse;
  const int flags = (chunk.has_range ? kChunkHasRange : 0) | (validity ? kChunkHasValidity : 0);
  out.append(kChunkMagic);
  put(out, static_cast<uint8_t>(chunk.type));
  put(out, static_cast<uint8_t>(encoding));
  put(out, static_cast<uint8_t>(flags));
  put(out, width);
  put(out, chunk.rows);
  put(out, shape.missing);
  if (chunk.has_range && chunk.type == Type::kFloat64) {
    put(out, chunk.min_number);
    put(out, chunk.max_number);
  } else if (chunk.has_range) {
    put(out, chunk.min_integer);
    put(out, chunk.max_integer);
  }
  if (validity) put_array(out, chunk.valid.words());
}

void put_positions(std::string& out, const Shape& shape) {
  for_each_present(shape, [&](uint32_t row) { put(out, static_cast<uint16_t>(row)); });
}

/// A value as something that compares bit for bit.
template <typename T>
auto bits_of(T value) noexcept {
  if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<uint64_t>(value);
  } else if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<uint32_t>(value);
  } else {
    return value;
  }
}

/// Whether all present values are the same bit for bit (so that 0.0 and -0.0 differ).
template <typename T>
bool is_constant(const Shape& shape, const std::vector<T>& values) {
  const T* const data = values.data();
  const auto first = bits_of(data[first_present(shape)]);
  const auto differs = [first](T value) { return bits_of(value) != first; };
  if (shape.missing == 0) return std::none_of(data, data + values.size(), differs);
  for (uint32_t row = 0; row < shape.chunk.rows; ++row)
    if (shape.chunk.valid.test(row) && differs(data[row])) return false;
  return true;
}

template <typename T>
bool is_bit(T value) noexcept {
  return value == T{0} || value == T{1};
}

/// Puts the chunk as decimals, where its numbers are some and become smaller so.
template <typename T>
bool put_decimals(std::string& out, const Shape& shape, const std::vector<T>& values) {
  if constexpr (std::is_floating_point_v<T>) {
    std::vector<int64_t> integers;
    const auto form = decimal_form(std::span<const T>(values), integers);
    if (!form || form->payload_bytes(values.size()) >= values.size() * sizeof(T)) return false;
    put_header(out, shape, ChunkEncoding::kDecimal, sizeof(T));
    put(out, form->scale);
    put(out, form->bits);
    put(out, form->least);
    pack_decimals(*form, integers, out);
    return true;
  }
  return false;
}

template <typename T>
void put_values(std::string& out, const Shape& shape, const std::vector<T>& values) {
  if (!holds<T>(shape.chunk.type) || values.size() != shape.chunk.rows) inconsistent();
  if (shape.chunk.type == Type::kBool && !std::all_of(values.begin(), values.end(), is_bit<T>))
    inconsistent();
  std::optional<size_t> constant;
  if (shape.present() != 0 && is_constant(shape, values)) constant = sizeof(T);
  const size_t sparse = shape.present() * (sizeof(uint16_t) + sizeof(T));
  const size_t plain = values.size() * sizeof(T);
  const ChunkEncoding encoding = smallest(shape, constant, sparse, plain);
  out.reserve(64 + shape.validity_bytes() + std::min(sparse, plain));
  if (encoding == ChunkEncoding::kPlain && put_decimals(out, shape, values)) return;
  put_header(out, shape, encoding, sizeof(T));
  switch (encoding) {
    case ChunkEncoding::kNone: break;
    case ChunkEncoding::kConstant: put(out, values[first_present(shape)]); break;
    case ChunkEncoding::kSparse:
      put_positions(out, shape);
      for_each_present(shape, [&](uint32_t row) { put(out, values[row]); });
      break;
    case ChunkEncoding::kPlain: put_array(out, std::span<const T>(values)); break;
    case ChunkEncoding::kDecimal: break;
  }
}

/// The length of the one text that every present row holds, where that is so and small enough.
std::optional<size_t> constant_text(const Shape& shape, const PlainText& text) {
  if (shape.present() == 0) return std::nullopt;
  const std::string_view first = text.at(first_present(shape));
  if (first.size() * shape.present() != text.bytes.size()) return std::nullopt;
  if (text.bytes.size() > kMaxConstantTextBytes) return std::nullopt;
  for (uint32_t row = 0; row < shape.chunk.rows; ++row)
    if (!shape.chunk.is_missing(row) && text.at(row) != first) return std::nullopt;
  return first.size();
}

void put_text(std::string& out, const Shape& shape, const PlainText& text) {
  const Chunk& chunk = shape.chunk;
  if (chunk.type != Type::kText || text.offsets.size() != size_t{chunk.rows} + 1 ||
      text.offsets.back() != text.bytes.size())
    inconsistent();
  for (uint32_t row = 0; row < chunk.rows && shape.missing != 0; ++row)
    if (!chunk.valid.test(row) && !text.at(row).empty()) inconsistent();
  std::optional<size_t> constant = constant_text(shape, text);
  if (constant) *constant += sizeof(uint32_t);
  const size_t sparse = shape.present() * (sizeof(uint16_t) + sizeof(uint32_t)) + text.bytes.size();
  const size_t plain = chunk.rows * sizeof(uint32_t) + text.bytes.size();
  const ChunkEncoding encoding = smallest(shape, constant, sparse, plain);
  out.reserve(64 + shape.validity_bytes() + std::min(sparse, plain));
  put_header(out, shape, encoding, 0);
  switch (encoding) {
    case ChunkEncoding::kNone: break;
    case ChunkEncoding::kConstant: {
      const std::string_view value = text.at(first_present(shape));
      put(out, static_cast<uint32_t>(value.size()));
      out.append(value);
      break;
    }
    case ChunkEncoding::kSparse:
      put_positions(out, shape);
      for_each_present(shape, [&](uint32_t row) { put(out, text.offsets[row + 1]); });
      out.append(text.bytes);
      break;
    case ChunkEncoding::kPlain:
      put_array(out, std::span<const uint32_t>(text.offsets).subspan(1));
      out.append(text.bytes);
      break;
    case ChunkEncoding::kDecimal: break;
  }
}

}  // namespace

std::string encode_chunk(const Chunk& chunk) {
  const bool all_valid = chunk.valid.size() == 0;
  if (chunk.rows > kMaxChunkRows || (!all_valid && chunk.valid.size() != chunk.rows) ||
      (chunk.has_range && chunk.type == Type::kText))
    inconsistent();
  const Shape shape{chunk, all_valid ? 0 : chunk.rows - chunk.valid.count()};
  if (shape.missing != chunk.missing) inconsistent();
  std::string out;
  std::visit(
      [&](const auto& values) {
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, PlainText>) {
          put_text(out, shape, values);
        } else {
          put_values(out, shape, values);
        }
      },
      chunk.values);
  seal_bytes(out);
  return out;
}

}  // namespace cupel::storage
