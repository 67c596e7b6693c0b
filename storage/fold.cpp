#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "cupel/error.hpp"
#include "storage/codec.hpp"
#include "storage/codec_bytes.hpp"
#include "storage/codec_patch.hpp"

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
  const uint32_t rows = std::max(base.rows, changes.back().row + uint32_t{1});
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

}  // namespace

std::string fold(std::optional<std::string_view> base,
                 const std::vector<std::string_view>& operands) {
  if (base && operands.empty()) return encode_chunk(decode_chunk(*base));
  Type type = Type::kAny;
  const std::vector<Change> changes = overlay(operands, type);
  Chunk chunk;
  chunk.type = type;
  if (base) {
    chunk = decode_chunk(*base);
    if (chunk.type != type) throw_damaged("change", "its type is not that of its column");
  }
  const bool as_codes = type == Type::kText && fold_to_codes(chunk, changes);
  const Chunk folded = std::visit(
      [&](const auto& values) { return apply(chunk, values, changes, as_codes); }, chunk.values);
  return encode_chunk(folded);
}

}  // namespace cupel::storage
