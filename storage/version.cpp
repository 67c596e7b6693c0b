#include <fmt/format.h>

#include <utility>

#include "cupel/error.hpp"
#include "storage/advice.hpp"
#include "storage/core.hpp"

namespace cupel::storage {

ChunkPtr decode_named(const Core& core, const Column& column, uint32_t chunk,
                      const std::function<ChunkPtr()>& f) {
  try {
    ChunkPtr decoded = f();
    if (decoded && decoded->type != column.type)
      throw Error(ErrorCode::kCorruption, "its type is not that of its column");
    return decoded;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kCorruption) throw;
    throw Error(ErrorCode::kCorruption,
                fmt::format("chunk {} of column '{}' in {} cannot be read: {}", chunk, column.name,
                            core.directory().string(), error.message()));
  }
}

VectorBlockPtr decode_named_block(const Core& core, const VectorSet& set, uint32_t block,
                                  const std::function<VectorBlockPtr()>& f) {
  try {
    VectorBlockPtr decoded = f();
    if (!decoded) return decoded;
    if (decoded->element != set.element || decoded->width != set.width)
      throw Error(ErrorCode::kCorruption, "its vectors are not those of its set");
    if (decoded->rows > set.block_rows)
      throw Error(ErrorCode::kCorruption, "it has more rows than a block of its set");
    return decoded;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kCorruption) throw;
    throw Error(
        ErrorCode::kCorruption,
        fmt::format("block {} of the {} '{}' in {} cannot be read: {}", block, to_string(set.use),
                    set.name, core.directory().string(), error.message()));
  }
}

const VectorSet& require_vectors(const Catalog& catalog, uint32_t set) {
  const VectorSet* known = catalog.vectors(set);
  if (known == nullptr)
    throw Error(ErrorCode::kInternal, fmt::format("there is no vector set number {}", set));
  return *known;
}

Version::Version(std::shared_ptr<Core> core, CatalogPtr catalog,
                 std::map<ColumnId, DictionaryPtr> dictionaries)
    : core_(std::move(core)),
      catalog_(std::move(catalog)),
      moment_(core_->store().snapshot()),
      dictionaries_(std::move(dictionaries)) {
  core_->changes().hold(catalog_->generation);
  core_->block_changes().hold(catalog_->generation);
}

Version::~Version() {
  core_->changes().release(catalog_->generation);
  core_->block_changes().release(catalog_->generation);
}

ChunkPtr Version::chunk(ColumnKey key) const {
  const Column& column = catalog_->column(key.column);
  // Past the rows may lie what a writer has written ahead.
  if (key.number >= catalog_->chunk_count(column.table)) return nullptr;
  const ChunkCache::Key cached{key, core_->changes().last_change(key, catalog_->generation)};
  if (ChunkPtr chunk = core_->cache().find(cached)) return chunk;
  ChunkPtr chunk = decode_named(*core_, column, key.number, [&] {
    ChunkPtr decoded;
    core_->store().read(Family::kColumns, encode_key(key), moment(), [&](std::string_view bytes) {
      decoded = std::make_shared<const Chunk>(decode_chunk(bytes));
    });
    return decoded;
  });
  if (chunk) core_->cache().insert(cached, chunk);
  return chunk;
}

VectorBlockPtr Version::vector_block(const VectorSet& set, uint32_t block) const {
  if (block >= block_count(*catalog_, set)) return nullptr;
  const ColumnKey key{set.id, block};
  const ChunkCache::Key cached{key, core_->block_changes().last_change(key, catalog_->generation)};
  if (VectorBlockPtr known = core_->cache().find_block(cached)) return known;
  VectorBlockPtr read = decode_named_block(*core_, set, block, [&] {
    VectorBlockPtr decoded;
    core_->store().read(Family::kVectors, encode_key(key), moment(), [&](std::string_view bytes) {
      decoded = std::make_shared<const VectorBlock>(decode_block(bytes));
    });
    return decoded;
  });
  if (read) core_->cache().insert_block(cached, read);
  return read;
}

DictionaryPtr Version::dictionary(ColumnId column) const {
  const std::scoped_lock lock(mutex_);
  DictionaryPtr& kept = dictionaries_[column];
  if (kept) return kept;
  DictionaryWriter writer(nullptr);
  core_->store().scan(
      Family::kDictionary, encode_key({column, 0}), encode_key({column + 1, 0}), moment(),
      [&](std::string_view bytes, std::string_view text) {
        const auto key = decode_key(bytes);
        if (!key || key->number != writer.size() || writer.code(text) != key->number)
          throw Error(ErrorCode::kCorruption,
                      fmt::format("the dictionary of column '{}' in {} is damaged at entry {}; {}",
                                  catalog_->column(column).name, core_->directory().string(),
                                  writer.size(), kRestore));
        return true;
      });
  kept = writer.publish();
  return kept;
}

std::optional<uint64_t> Version::lookup(std::string_view reference_id) const {
  std::optional<uint64_t> row;
  core_->store().read(Family::kLookup, reference_id, moment(), [&](std::string_view bytes) {
    row = decode_ordinal(bytes);
    if (!row)
      throw Error(ErrorCode::kCorruption,
                  fmt::format("the look-up of item '{}' in {} is damaged; {}", reference_id,
                              core_->directory().string(), kRestore));
  });
  return row;
}

std::map<ColumnId, DictionaryPtr> Version::dictionaries() const {
  const std::scoped_lock lock(mutex_);
  return dictionaries_;
}

}  // namespace cupel::storage
