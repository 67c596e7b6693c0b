#include "storage/writing_view.hpp"

#include "storage/codec.hpp"

namespace cupel::storage {

std::optional<std::string> changed_bytes(const Store& store, const StoreSnapshot* moment,
                                         ColumnKey key, const ChunkChange& change) {
  if (change.kind == ChunkChange::Kind::kGone) return std::nullopt;
  if (change.kind == ChunkChange::Kind::kValue) return *change.bytes;
  std::optional<std::string> bytes;
  store.read(Family::kColumns, encode_key(key), moment,
             [&](std::string_view stored) { bytes = stored; });
  if (change.kind == ChunkChange::Kind::kAhead) return bytes;
  return fold(bytes ? std::optional<std::string_view>(*bytes) : std::nullopt, {*change.bytes});
}

std::optional<uint64_t> visible_item(const Snapshot& snapshot, std::optional<uint64_t> row) {
  const Catalog& catalog = snapshot.catalog();
  if (!row || *row >= catalog.row_count(kItems)) return std::nullopt;
  const Column* deleted = catalog.find(kItems, "$deleted", Type::kBool);
  if (deleted != nullptr && snapshot.value(deleted->id, *row) == Value(true)) return std::nullopt;
  return row;
}

ChunkPtr OverlayReader::chunk(const Column& column, uint32_t chunk) const {
  const ColumnKey key{column.id, chunk};
  const auto found = overlay.find(key);
  if (found == overlay.end())
    return column.id < base.catalog()->next_column ? base.chunk(key) : nullptr;
  const ChunkCache::Key cached{key, found->second.version};
  if (ChunkPtr known = cache.find(cached)) return known;
  ChunkPtr decoded = decode_named(base.core(), column, chunk, [&]() -> ChunkPtr {
    const auto bytes = changed_bytes(base.core().store(), moment, key, found->second);
    return bytes ? std::make_shared<const Chunk>(decode_chunk(*bytes)) : nullptr;
  });
  if (decoded) cache.insert(cached, decoded);
  return decoded;
}

VectorBlockPtr BlockReader::block(const VectorSet& set, uint32_t block) const {
  const ColumnKey key{set.id, block};
  const auto found = changes.find(key);
  if (found == changes.end())
    return set.id < base.catalog()->next_vectors ? base.vector_block(set, block) : nullptr;
  const BlockChange& change = found->second;
  if (change.kind == BlockChange::Kind::kGone) return nullptr;
  const ChunkCache::Key cached{key, change.version};
  if (VectorBlockPtr known = cache.find_block(cached)) return known;
  VectorBlockPtr read = decode_named_block(base.core(), set, block, [&] {
    VectorBlockPtr decoded;
    const auto decode = [&](std::string_view bytes) {
      decoded = std::make_shared<const VectorBlock>(decode_block(bytes));
    };
    if (change.kind == BlockChange::Kind::kValue) {
      decode(*change.bytes);
    } else {
      base.core().store().read(Family::kVectors, encode_key(key), moment, decode);
    }
    return decoded;
  });
  if (read) cache.insert_block(cached, read);
  return read;
}

ChunkPtr WritingView::chunk(ColumnId column, uint32_t chunk) const {
  const Column& named = catalog().column(column);
  if (chunk >= catalog().chunk_count(named.table)) return nullptr;
  return OverlayReader{*parts_.base, *parts_.overlay, parts_.moment.get(), *parts_.cache}.chunk(
      named, chunk);
}

DictionaryPtr WritingView::dictionary(ColumnId column) const {
  const auto found = parts_.dictionaries.find(column);
  if (found != parts_.dictionaries.end()) return found->second;
  return parts_.base->dictionary(column);
}

VectorBlockPtr WritingView::vector_block(uint32_t set, uint32_t block) const {
  const BlockReader reader{*parts_.base, *parts_.blocks, parts_.moment.get(), *parts_.cache};
  return reader.block(require_vectors(catalog(), set), block);
}

std::optional<uint64_t> WritingView::find_item(std::string_view reference_id) const {
  if (const auto pending = parts_.lookups->find(reference_id)) return visible_item(*this, *pending);
  std::optional<uint64_t> row;
  parts_.base->core().store().read(Family::kLookup, reference_id, parts_.moment.get(),
                                   [&](std::string_view bytes) { row = decode_ordinal(bytes); });
  return visible_item(*this, row);
}

}  // namespace cupel::storage
