#include <fmt/format.h>

#include <utility>

#include "cupel/error.hpp"
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

Version::Version(std::shared_ptr<Core> core, CatalogPtr catalog,
                 std::map<ColumnId, DictionaryPtr> dictionaries)
    : core_(std::move(core)),
      catalog_(std::move(catalog)),
      moment_(core_->store().snapshot()),
      dictionaries_(std::move(dictionaries)) {
  core_->changes().hold(catalog_->generation);
}

Version::~Version() { core_->changes().release(catalog_->generation); }

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
                      fmt::format("the dictionary of column '{}' in {} is damaged at entry {}; "
                                  "restore the database from a copy",
                                  catalog_->column(column).name, core_->directory().string(),
                                  writer.size()));
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
                  fmt::format("the look-up of item '{}' in {} is damaged; restore the database "
                              "from a copy",
                              reference_id, core_->directory().string()));
  });
  return row;
}

std::map<ColumnId, DictionaryPtr> Version::dictionaries() const {
  const std::scoped_lock lock(mutex_);
  return dictionaries_;
}

}  // namespace cupel::storage
