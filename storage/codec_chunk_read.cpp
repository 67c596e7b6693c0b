#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "storage/codec.hpp"
#include "storage/codec_bytes.hpp"
#include "storage/codec_chunk.hpp"
#include "storage/codec_decimal.hpp"

namespace cupel::storage {
namespace {

constexpr std::string_view kWhat = "chunk";

/// What the decoder has read when it comes to the payload.
struct Opened {
  Chunk chunk;
  ChunkEncoding encoding = ChunkEncoding::kNone;
  uint8_t width = 0;
  [[nodiscard]] uint32_t present() const noexcept { return chunk.rows - chunk.missing; }
};

void read_range(FieldReader& in, Chunk& chunk) {
  if (chunk.type == Type::kText) in.damaged("a text has a range");
  chunk.has_range = true;
  if (chunk.type == Type::kFloat64) {
    chunk.min_number = in.take<double>();
    chunk.max_number = in.take<double>();
  } else {
    chunk.min_integer = in.take<int64_t>();
    chunk.max_integer = in.take<int64_t>();
  }
}

void read_validity(FieldReader& in, Chunk& chunk) {
  const auto words = in.take_array<uint64_t>(validity_words(chunk.rows));
  const uint32_t tail = chunk.rows & 63;
  if (tail != 0 && (words.back() >> tail) != 0) in.damaged("a row past its end is present");
  chunk.valid = Bitmap(chunk.rows);
  std::copy(words.begin(), words.end(), chunk.valid.words().begin());
  if (chunk.rows - chunk.valid.count() != chunk.missing)
    in.damaged("it miscounts its missing rows");
}

Opened read_header(FieldReader& in) {
  Opened opened;
  Chunk& chunk = opened.chunk;
  const auto type = in.take<uint8_t>();
  const auto encoding = in.take<uint8_t>();
  const auto flags = in.take<uint8_t>();
  opened.width = in.take<uint8_t>();
  chunk.rows = in.take<uint32_t>();
  chunk.missing = in.take<uint32_t>();
  if (type > static_cast<uint8_t>(Type::kTimestamp)) in.damaged("its type is unknown");
  if (encoding > static_cast<uint8_t>(ChunkEncoding::kDecimal))
    in.damaged("its encoding is unknown");
  if ((flags & ~(kChunkHasRange | kChunkHasValidity)) != 0) in.damaged("its flags are unknown");
  if (chunk.rows > kMaxChunkRows || chunk.missing > chunk.rows)
    in.damaged("its number of rows is impossible");
  chunk.type = static_cast<Type>(type);
  opened.encoding = static_cast<ChunkEncoding>(encoding);

  const bool none = opened.encoding == ChunkEncoding::kNone;
  if (none != (chunk.missing == chunk.rows)) in.damaged("its encoding does not fit its rows");
  const bool validity = !none && chunk.missing != 0 && opened.encoding != ChunkEncoding::kSparse;
  if (validity != ((flags & kChunkHasValidity) != 0))
    in.damaged("its validity does not fit its rows");
  if ((flags & kChunkHasRange) != 0) read_range(in, chunk);
  if (validity) read_validity(in, chunk);
  if (chunk.missing != 0 && !validity) chunk.valid = Bitmap(chunk.rows);
  return opened;
}

/// The rows of a sparse payload, which become valid.
std::vector<uint16_t> read_positions(FieldReader& in, Opened& opened) {
  auto rows = in.take_array<uint16_t>(opened.present());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] >= opened.chunk.rows || (i > 0 && rows[i] <= rows[i - 1]))
      in.damaged("its rows are out of order");
    if (opened.chunk.missing != 0) opened.chunk.valid.set(rows[i]);
  }
  return rows;
}

template <typename T>
std::vector<T> read_decimals(FieldReader& in, const Opened& opened) {
  if constexpr (std::is_floating_point_v<T>) {
    DecimalForm form;
    form.scale = in.take<uint8_t>();
    form.bits = in.take<uint8_t>();
    form.least = in.take<int64_t>();
    if (!form.is_sound()) in.damaged("its decimals are impossible");
    const uint32_t rows = opened.chunk.rows;
    const auto packed = in.take_bytes(form.packed_bytes(rows) + DecimalForm::kTailBytes);
    return unpack_decimals<T>(form, packed, rows);
  } else {
    in.damaged("its encoding does not fit its type");
  }
}

template <typename T>
std::vector<T> read_values(FieldReader& in, Opened& opened) {
  const uint32_t rows = opened.chunk.rows;
  if (opened.encoding == ChunkEncoding::kDecimal) return read_decimals<T>(in, opened);
  if (opened.encoding == ChunkEncoding::kPlain) return in.take_array<T>(rows);
  std::vector<T> values(rows);
  if (opened.encoding == ChunkEncoding::kConstant) {
    const T value = in.take<T>();
    if (opened.chunk.missing == 0) {
      std::fill(values.begin(), values.end(), value);
    } else {
      opened.chunk.valid.for_each([&](uint32_t row) { values[row] = value; });
    }
  } else if (opened.encoding == ChunkEncoding::kSparse) {
    const auto positions = read_positions(in, opened);
    const auto given = in.take_array<T>(positions.size());
    for (size_t i = 0; i < positions.size(); ++i) values[positions[i]] = given[i];
  }
  return values;
}

PlainText read_constant_text(FieldReader& in, const Opened& opened) {
  const std::string_view value = in.take_bytes(in.take<uint32_t>());
  if (value.size() * opened.present() > kMaxConstantTextBytes)
    in.damaged("its constant text is too long");
  PlainText text;
  text.bytes.reserve(value.size() * opened.present());
  text.offsets.reserve(size_t{opened.chunk.rows} + 1);
  for (uint32_t row = 0; row < opened.chunk.rows; ++row) {
    if (!opened.chunk.is_missing(row)) text.bytes.append(value);
    text.offsets.push_back(static_cast<uint32_t>(text.bytes.size()));
  }
  return text;
}

PlainText read_text(FieldReader& in, Opened& opened) {
  PlainText text;
  const uint32_t rows = opened.chunk.rows;
  if (opened.encoding == ChunkEncoding::kConstant) return read_constant_text(in, opened);
  if (opened.encoding == ChunkEncoding::kDecimal) in.damaged("its encoding does not fit its type");
  text.offsets.resize(size_t{rows} + 1);
  if (opened.encoding == ChunkEncoding::kNone) return text;

  std::vector<uint16_t> positions;
  if (opened.encoding == ChunkEncoding::kSparse) positions = read_positions(in, opened);
  const bool sparse = opened.encoding == ChunkEncoding::kSparse;
  const auto ends = in.take_array<uint32_t>(sparse ? positions.size() : rows);
  if (!std::is_sorted(ends.begin(), ends.end()) || ends.back() != in.left())
    in.damaged("its text offsets are out of order");
  text.bytes = in.take_bytes(in.left());
  size_t next = 0;
  for (uint32_t row = 0; row < rows; ++row) {
    const uint32_t before = text.offsets[row];
    if (sparse) {
      const bool here = next < positions.size() && positions[next] == row;
      text.offsets[row + 1] = here ? ends[next++] : before;
    } else {
      text.offsets[row + 1] = ends[row];
      if (ends[row] != before && opened.chunk.is_missing(row)) in.damaged("a missing row has text");
    }
  }
  return text;
}

template <typename... Widths>
ChunkValues read_as(FieldReader& in, Opened& opened, std::tuple<Widths...>) {
  ChunkValues values;
  const bool known =
      ((sizeof(Widths) == opened.width && (values = read_values<Widths>(in, opened), true)) || ...);
  if (!known) in.damaged("the width of its values does not fit its type");
  return values;
}

ChunkValues read_payload(FieldReader& in, Opened& opened) {
  switch (opened.chunk.type) {
    case Type::kBool: {
      auto values = read_as(in, opened, std::tuple<uint8_t>());
      uint8_t all = 0;
      for (const uint8_t value : std::get<std::vector<uint8_t>>(values)) all |= value;
      if (all > 1) in.damaged("a boolean is neither true nor false");
      return values;
    }
    case Type::kFloat64: return read_as(in, opened, std::tuple<float, double>());
    case Type::kText:
      if (opened.width == 0) return read_text(in, opened);
      return read_as(in, opened, std::tuple<uint8_t, uint16_t, uint32_t>());
    default: return read_as(in, opened, std::tuple<int8_t, int16_t, int32_t, int64_t>());
  }
}

}  // namespace

Chunk decode_chunk(std::string_view bytes) {
  FieldReader in(unseal_bytes(bytes, kChunkMagic, kWhat), kWhat);
  Opened opened = read_header(in);
  opened.chunk.values = read_payload(in, opened);
  in.expect_end();
  return std::move(opened.chunk);
}

}  // namespace cupel::storage
