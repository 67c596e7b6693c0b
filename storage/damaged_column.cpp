#include "storage/damaged_column.hpp"

#include <algorithm>

#include "cupel/error.hpp"
#include "storage/codec.hpp"
#include "storage/key.hpp"

namespace cupel::storage {

bool read_if_whole(const Store& store, Family family, std::string_view key,
                   const Store::Reader& f) {
  try {
    store.read(family, key, nullptr, f);
    return true;
  } catch (const Error& error) {
    // A disk fails to read what it has lost.
    if (error.code() != ErrorCode::kCorruption && error.code() != ErrorCode::kIo) throw;
    return false;
  }
}

DamagedColumn::DamagedColumn(const Store& store, const Catalog& catalog, const Column& column)
    : store_(store), catalog_(catalog), column_(column), dictionary_(nullptr) {
  if (column.type == Type::kText) read_dictionary();
}

SavedChunk DamagedColumn::read(uint32_t number) const {
  SavedChunk saved = read_stored(number);
  if (!saved.values) return saved;
  const uint64_t first = uint64_t{number} * catalog_.chunk_rows;
  const auto rows = static_cast<uint32_t>(
      std::min<uint64_t>(catalog_.row_count(column_.table) - first, catalog_.chunk_rows));
  if (saved.values->rows <= rows && !saved.values->is_coded()) return saved;
  return recoded(*saved.values, rows);
}

SavedChunk DamagedColumn::read_stored(uint32_t number) const {
  SavedChunk saved;
  const bool whole =
      read_if_whole(store_, Family::kColumns, encode_key({column_.id, number}),
                    [&](std::string_view bytes) { saved.values = decode_chunk(bytes); });
  saved.damaged = !whole || (saved.values && saved.values->type != column_.type);
  if (saved.damaged) saved.values.reset();
  return saved;
}

void DamagedColumn::read_dictionary() {
  uint32_t end = 0;
  for (uint32_t number = 0; number < catalog_.chunk_count(column_.table); ++number) {
    const SavedChunk saved = read_stored(number);
    if (!saved.values || !saved.values->is_coded()) continue;
    for (uint32_t row = 0; row < saved.values->rows; ++row)
      if (!saved.values->is_missing(row)) end = std::max(end, saved.values->code_at(row) + 1);
  }
  codes_.resize(std::min(end, kMaxDictionaryTexts));
  for (uint32_t code = 0; code < codes_.size(); ++code)
    read_if_whole(store_, Family::kDictionary, encode_key({column_.id, code}),
                  [&](std::string_view text) { codes_[code] = dictionary_.code(text); });
}

SavedChunk DamagedColumn::recoded(const Chunk& stored, uint32_t rows) const {
  rows = std::min(rows, stored.rows);
  SavedChunk saved;
  saved.lost = Bitmap(rows);
  ChunkBuilder builder(stored.type);
  for (uint32_t row = 0; row < rows; ++row) {
    if (stored.is_missing(row)) continue;
    if (stored.is_coded()) {
      const uint32_t code = stored.code_at(row);
      if (code < codes_.size() && codes_[code])
        builder.set_code(row, *codes_[code]);
      else
        saved.lost.set(row);
    } else if (stored.type == Type::kText) {
      builder.set_text(row, std::get<PlainText>(stored.values).at(row));
    } else if (stored.type == Type::kFloat64) {
      builder.set_number(row, stored.number_at(row));
    } else {
      builder.set_integer(row, stored.integer_at(row));
    }
  }
  saved.values = builder.finish();
  return saved;
}

}  // namespace cupel::storage
