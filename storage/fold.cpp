#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "cupel/error.hpp"
#include "storage/codec.hpp"
#include "storage/codec_bytes.hpp"
#include "storage/codec_patch.hpp"
#include "storage/fold_in_place.hpp"

// What a chunk becomes depends only on the values of it that remain and on the last change of
// each row, never on how the changes were grouped into patches.

namespace cupel::storage {
namespace {

/// Whether the text chunk is to hold codes. The form of the values that remain decides; where
/// none does, codes if every change has one.
bool fold_to_codes(const Chunk& base, const std::vector<Change>& changes) {
  auto remaining = base.rows - base.missing;
  bool all_coded = true;
  for (const Change& change : changes) {
    if (!base.is_missing(change.row)) --remaining;
    if (change.present && change.code == Patch::kNoCode) all_coded = false;
  }
  if (remaining == 0) return all_coded;
  if (!base.is_coded()) return false;
  if (!all_coded)
    throw Error(ErrorCode::kInternal,
                "a text without a dictionary code was to change a column of codes");
  return true;
}

void set_change(ChunkBuilder& builder, const Change& change, bool as_code) {
  switch (builder.type()) {
    case Type::kFloat64: builder.set_number(change.row, change.number); break;
    case Type::kText:
      if (as_code) {
        builder.set_code(change.row, change.code);
      } else {
        builder.set_text(change.row, change.text);
      }
      break;
    default: builder.set_integer(change.row, change.integer); break;
  }
}

template <typename Values>
void keep_value(ChunkBuilder& builder, const Values& values, uint32_t row) {
  if constexpr (std::is_same_v<Values, PlainText>) {
    builder.set_text(row, values.at(row));
  } else if constexpr (std::is_floating_point_v<typename Values::value_type>) {
    builder.set_number(row, values[row]);
  } else if (builder.type() == Type::kText) {
    builder.set_code(row, static_cast<uint32_t>(values[row]));
  } else {
    builder.set_integer(row, static_cast<int64_t>(values[row]));
  }
}

template <typename Values>
Chunk apply(const Chunk& base, const Values& values, const std::vector<Change>& changes,
            bool as_codes) {
  ChunkBuilder builder(base.type);
  const uint32_t past = changes.empty() ? 0 : changes.back().row + uint32_t{1};
  const uint32_t rows = std::max(base.rows, past);
  auto next = changes.begin();
  for (uint32_t row = 0; row < rows; ++row) {
    if (next != changes.end() && next->row == row) {
      if (next->present) set_change(builder, *next, as_codes);
      ++next;
    } else if (!base.is_missing(row)) {
      keep_value(builder, values, row);
    }
  }
  builder.pad(rows);
  return builder.finish();
}

Chunk rebuilt(const Chunk& base, const std::vector<Change>& changes, bool as_codes) {
  return std::visit([&](const auto& values) { return apply(base, values, changes, as_codes); },
                    base.values);
}

}  // namespace

Chunk fold_chunk(std::optional<Chunk> base, const std::vector<std::string_view>& operands) {
  Type type = Type::kAny;
  const std::vector<Change> changes = overlay(operands, type);
  if (base && base->type != type) throw_damaged("change", "its type is not that of its column");
  Chunk chunk = base ? std::move(*base) : Chunk{};
  chunk.type = type;
  const bool as_codes = type == Type::kText && fold_to_codes(chunk, changes);
  switch (fold_in_place(chunk, changes, as_codes)) {
    case InPlace::kDone: return chunk;
    case InPlace::kWide: return rebuilt(chunk, {}, as_codes);
    case InPlace::kRefused: break;
  }
  return rebuilt(chunk, changes, as_codes);
}

std::string fold(std::optional<std::string_view> base,
                 const std::vector<std::string_view>& operands) {
  std::optional<Chunk> chunk;
  if (base) chunk = decode_chunk(*base);
  if (chunk && operands.empty()) return encode_chunk(*chunk);
  return encode_chunk(fold_chunk(std::move(chunk), operands));
}

}  // namespace cupel::storage
