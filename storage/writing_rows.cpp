#include <algorithm>
#include <string>
#include <utility>

#include "cupel/error.hpp"
#include "storage/codec.hpp"
#include "storage/writing.hpp"
#include "storage/writing_view.hpp"

// Changes of rows: collected by chunk, then folded into the overlay.

namespace cupel::storage {
namespace {

/// A chunk of which more than one row in this many changes is rewritten.
constexpr size_t kRewriteShare = 16;

/// Row changes that are collected before they are encoded, so that memory stays bounded.
constexpr size_t kMaxPendingPatches = 256 * 1024;

/// By row, the last change of each.
void keep_last(std::vector<Patch>& patches) {
  std::stable_sort(patches.begin(), patches.end(),
                   [](const Patch& a, const Patch& b) { return a.row < b.row; });
  size_t kept = 0;
  for (size_t i = 0; i < patches.size(); ++i) {
    if (i + 1 < patches.size() && patches[i + 1].row == patches[i].row) continue;
    if (kept != i) patches[kept] = std::move(patches[i]);
    ++kept;
  }
  patches.resize(kept);
}

}  // namespace

Overlay& Writing::overlay() {
  if (overlay_.use_count() > 1) overlay_ = std::make_shared<Overlay>(*overlay_);
  return *overlay_;
}

void Writing::put_change(ColumnKey key, ChunkChange::Kind kind, std::string bytes) {
  ChunkChange& place = overlay()[key];
  if (is_new(key.column)) {
    if (place.kind == ChunkChange::Kind::kValue && place.bytes) new_bytes_ -= place.bytes->size();
    if (kind == ChunkChange::Kind::kValue) new_bytes_ += bytes.size();
  }
  place = {kind, std::make_shared<const std::string>(std::move(bytes)), next_version_++};
  if (catalog_.watched.contains(key.column)) ++changed_catalog(false).watched[key.column];
}

ChunkPtr Writing::current_chunk(const Column& column, uint32_t chunk) const {
  return OverlayReader{*base_, *overlay_, nullptr, *cache_}.chunk(column, chunk);
}

std::string_view Writing::current_text(const Column& column, const Chunk& chunk, uint32_t row) {
  if (const auto* plain = std::get_if<PlainText>(&chunk.values)) return plain->at(row);
  return writer(column.id).text(chunk.code_at(row));
}

const Column& Writing::checked_column(ColumnId column, uint64_t row) const {
  require_open();
  const Column& named = catalog_.column(column);
  if (row >= catalog_.row_count(named.table))
    throw Error(ErrorCode::kInternal, "a row was to be changed that does not exist");
  return named;
}

Patch Writing::make_patch(const Column& column, uint32_t row, const Value& value) {
  Patch patch;
  patch.row = static_cast<uint16_t>(row);
  patch.present = !value.is_missing();
  if (!patch.present) return patch;
  if (value.type() != column.type)
    throw Error(ErrorCode::kInternal,
                "column '" + column.name + "' was given a value of another type");
  switch (column.type) {
    case Type::kBool: patch.integer = value.as_bool() ? 1 : 0; break;
    case Type::kInt64: patch.integer = value.as_int(); break;
    case Type::kTimestamp: patch.integer = value.as_timestamp().micros; break;
    case Type::kFloat64: patch.number = value.as_double(); break;
    default:
      patch.text = value.as_text();
      patch.code = code(column.id, patch.text).value_or(Patch::kNoCode);
      break;
  }
  return patch;
}

void Writing::set(ColumnId column, uint64_t row, const Value& value) {
  const Column& named = checked_column(column, row);
  const auto in_chunk = static_cast<uint32_t>(row % catalog_.chunk_rows);
  const ColumnKey key{column, static_cast<uint32_t>(row / catalog_.chunk_rows)};
  pending_[key].push_back(make_patch(named, in_chunk, value));
  if (++pending_patches_ >= kMaxPendingPatches) flush();
}

void Writing::flush() {
  require_open();
  Pending pending;
  pending.swap(pending_);
  pending_patches_ = 0;
  for (auto& [key, patches] : pending) flush_chunk(key, patches);
}

bool Writing::breaks_codes(const Column& column, uint32_t chunk,
                           const std::vector<Patch>& patches) const {
  if (column.type != Type::kText) return false;
  const bool uncoded = std::any_of(patches.begin(), patches.end(), [](const Patch& patch) {
    return patch.present && patch.code == Patch::kNoCode;
  });
  if (!uncoded) return false;
  const ChunkPtr current = current_chunk(column, chunk);
  return current && current->is_coded();
}

void Writing::rewrite_as_text(const Column& column, uint32_t chunk,
                              const std::vector<Patch>& patches) {
  const ChunkPtr current = current_chunk(column, chunk);
  const uint32_t rows = std::max<uint32_t>(current->rows, patches.back().row + 1u);
  ChunkBuilder builder(Type::kText);
  auto next = patches.begin();
  for (uint32_t row = 0; row < rows; ++row) {
    if (next != patches.end() && next->row == row) {
      if (next->present) builder.set_text(row, next->text);
      ++next;
    } else if (!current->is_missing(row)) {
      builder.set_text(row, current_text(column, *current, row));
    }
  }
  builder.pad(rows);
  put_change({column.id, chunk}, ChunkChange::Kind::kValue, encode_chunk(builder.finish()));
}

void Writing::flush_chunk(ColumnKey key, std::vector<Patch>& patches) {
  keep_last(patches);
  const Column& column = catalog_.column(key.column);
  if (breaks_codes(column, key.number, patches)) {
    rewrite_as_text(column, key.number, patches);
    return;
  }
  const uint64_t first = uint64_t{key.number} * catalog_.chunk_rows;
  const uint64_t rows =
      std::min<uint64_t>(catalog_.chunk_rows, catalog_.row_count(column.table) - first);
  patch_chunk(key, encode_patch(column.type, patches), patches.size() * kRewriteShare > rows);
}

void Writing::patch_chunk(ColumnKey key, std::string patch, bool rewrite) {
  const auto found = overlay_->find(key);
  if (found == overlay_->end() && !rewrite) {
    put_change(key, ChunkChange::Kind::kPatch, std::move(patch));
    return;
  }
  // Without a change yet, the store's own chunk is what it would be after an empty write ahead.
  const ChunkChange change =
      found == overlay_->end() ? ChunkChange{ChunkChange::Kind::kAhead, nullptr, 0} : found->second;
  const bool stored = change.kind == ChunkChange::Kind::kAhead;
  if (!rewrite && stored) {
    put_change(key, ChunkChange::Kind::kPatch, std::move(patch));
  } else if (!rewrite && change.kind == ChunkChange::Kind::kPatch) {
    put_change(key, ChunkChange::Kind::kPatch, combine_patches(*change.bytes, patch));
  } else {
    const auto bytes = changed_bytes(core().store(), nullptr, key, change);
    std::optional<std::string_view> before;
    if (bytes) before = *bytes;
    put_change(key, ChunkChange::Kind::kValue, fold(before, {patch}));
  }
}

void Writing::replace_chunk(ColumnId column, uint32_t chunk, const Chunk& values) {
  require_open();
  const Column& named = catalog_.column(column);
  if (values.type != named.type || values.rows > catalog_.chunk_rows)
    throw Error(ErrorCode::kInternal,
                "column '" + named.name + "' was given a chunk that does not fit");
  const ColumnKey key{column, chunk};
  pending_.erase(key);
  if (values.missing == values.rows) {
    put_change(key, ChunkChange::Kind::kGone, {});
  } else {
    put_change(key, ChunkChange::Kind::kValue, encode_chunk(values));
  }
  if (new_bytes_ > core().options().write_ahead_bytes * kTableShare) spill_chunks();
}

Bitmap& Writing::deleted_rows(TableId table, uint32_t chunk) {
  Bitmap& deleted = deleted_[{table, chunk}];
  if (deleted.size() != 0) return deleted;
  deleted.resize(catalog_.chunk_rows);
  const Column* column = catalog_.find(table, "$deleted", Type::kBool);
  const ChunkPtr stored = column ? current_chunk(*column, chunk) : nullptr;
  for (uint32_t row = 0; stored && row < stored->rows; ++row)
    if (!stored->is_missing(row) && stored->integer_at(row) != 0) deleted.set(row);
  return deleted;
}

void Writing::erase(TableId table, uint64_t row) {
  const ColumnId column = this->column(table, "$deleted", Type::kBool, false);
  checked_column(column, row);
  const auto in_chunk = static_cast<uint32_t>(row % catalog_.chunk_rows);
  Bitmap& deleted = deleted_rows(table, static_cast<uint32_t>(row / catalog_.chunk_rows));
  if (deleted.test(in_chunk)) throw Error(ErrorCode::kInternal, "a row was to be deleted twice");
  if (table == kItems) erase_lookup(row);
  set(column, row, true);
  deleted.set(in_chunk);
  std::vector<uint64_t>& counts = changed_catalog(false).deleted;
  if (counts.size() <= table) counts.resize(size_t{table} + 1);
  ++counts[table];
}

void Writing::erase_lookup(uint64_t row) {
  const Column* column = catalog_.find(kItems, "reference_id", Type::kText);
  if (column == nullptr) return;
  const auto chunk_number = static_cast<uint32_t>(row / catalog_.chunk_rows);
  const auto in_chunk = static_cast<uint32_t>(row % catalog_.chunk_rows);
  if (pending_.contains({column->id, chunk_number})) flush();
  const ChunkPtr chunk = current_chunk(*column, chunk_number);
  if (!chunk || chunk->is_missing(in_chunk)) return;
  const std::string_view reference_id = current_text(*column, *chunk, in_chunk);
  std::optional<uint64_t> found;
  if (const auto pending = lookups_.find(reference_id)) {
    found = *pending;
  } else {
    core().store().read(Family::kLookup, reference_id, nullptr,
                        [&](std::string_view bytes) { found = decode_ordinal(bytes); });
  }
  if (found == row) lookups_.set(reference_id, std::nullopt);
}

}  // namespace cupel::storage
