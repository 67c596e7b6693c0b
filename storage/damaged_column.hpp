#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/catalog.hpp"
#include "storage/chunk.hpp"
#include "storage/dictionary.hpp"
#include "storage/store.hpp"

namespace cupel::storage {

/// Reads a value of a damaged store. False when it cannot be read, by the store or by `f`; when
/// there is none, `f` is not called.
bool read_if_whole(const Store& store, Family family, std::string_view key, const Store::Reader& f);

/// What can be read of a chunk.
struct SavedChunk {
  std::optional<Chunk> values;  ///< Nothing: no row has a value.
  bool damaged = false;         ///< Nothing of it can be read.
  Bitmap lost;                  ///< Rows with a text that is lost; empty, or a bit for each row.

  /// Whether it can be told what the row has.
  bool knows(uint32_t row) const { return !damaged && (row >= lost.size() || !lost.test(row)); }
  bool has(uint32_t row) const { return values && !values->is_missing(row); }
};

/// A column of a damaged store. Its texts get codes anew, without those that are lost. Both
/// arguments must outlive it.
class DamagedColumn {
 public:
  DamagedColumn(const Store& store, const Catalog& catalog, const Column& column);

  /// At most as many rows as the chunk has in its table, and codes of dictionary().
  SavedChunk read(uint32_t number) const;
  /// The texts that the chunks use.
  const DictionaryWriter& dictionary() const { return dictionary_; }

 private:
  SavedChunk read_stored(uint32_t number) const;
  void read_dictionary();
  SavedChunk recoded(const Chunk& stored, uint32_t rows) const;

  const Store& store_;
  const Catalog& catalog_;
  const Column& column_;
  DictionaryWriter dictionary_;
  std::vector<std::optional<uint32_t>> codes_;  ///< By old code.
};

}  // namespace cupel::storage
