#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The seal says what the store must hold and is checked before RocksDB opens: RocksDB alone opens
// some damaged MANIFESTs with rows gone, and then deletes the files it no longer knows.
// Lines of text, the last one the checksum of those before:
//
//   cupel seal 1
//   uuid UUID
//   state clean | live | opening
//   generation N
//   manifest NAME LENGTH XXH3       the first LENGTH bytes of that file
//   table NAME LENGTH               one line a table file
//   log NAME LENGTH XXH3            one line a write-ahead log (clean only)
//   end XXH3
//
// clean:   the database was closed; every file is as it says.
// live:    a writer has it open, or died. RocksDB only appends to the MANIFEST named, so its
//          prefix is checkable; table files may have been compacted away since. When it failed to
//          append, it begins a later one, of which nothing can be said.
// opening: written just before RocksDB opens for writing, when it replaces the MANIFEST; if
//          CURRENT still names the old one it is checked as live, else nothing can be said.

namespace cupel::storage {

enum class SealState { kClean, kLive, kOpening };

struct SealedFile {
  std::string name;
  uint64_t length = 0;
  uint64_t checksum = 0;  ///< Not of tables: those carry their own.
  friend bool operator==(const SealedFile&, const SealedFile&) = default;
};

struct Seal {
  std::string uuid;
  SealState state = SealState::kLive;
  uint64_t generation = 0;
  SealedFile manifest;
  std::vector<SealedFile> tables;
  std::vector<SealedFile> logs;
  friend bool operator==(const Seal&, const Seal&) = default;
};

std::string encode_seal(const Seal& seal);
/// Throws Error(kCorruption) naming `path`.
Seal decode_seal(std::string_view bytes, const std::filesystem::path& path);

/// The seal of a store's directory as its files are now: the MANIFEST that CURRENT names and,
/// when clean, the logs. `tables` come from the store.
Seal take_seal(const std::filesystem::path& rows, std::string uuid, SealState state,
               uint64_t generation, std::vector<SealedFile> tables);

/// Compares a seal with the MANIFEST that CURRENT names. Throws Error(kCorruption) naming the file
/// that does not fit.
void verify_manifest(const Seal& seal, const std::filesystem::path& rows);

/// The same, and of a clean seal the tables and logs.
void verify_seal(const Seal& seal, const std::filesystem::path& rows);

/// The seal of a database directory; nothing when it has none. Throws kCorruption, kIo.
std::optional<Seal> read_seal(const std::filesystem::path& directory);
void write_seal(const std::filesystem::path& directory, const Seal& seal);

}  // namespace cupel::storage
