#include "storage/damaged_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include "cupel/error.hpp"
#include "storage/advice.hpp"
#include "storage/directory.hpp"
#include "storage/durable_file.hpp"
#include "storage/key.hpp"
#include "storage/lock.hpp"
#include "storage/seal.hpp"
#include "storage/state.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMemory = size_t{64} << 20;

bool is_damage(const Error& error) {
  return error.code() == ErrorCode::kCorruption || error.code() == ErrorCode::kIo;
}

std::string_view without_advice(std::string_view message) {
  return message.substr(0, message.find(fmt::format("; {}", kRestore)));
}

/// The seal, if it can be read.
std::optional<Seal> readable_seal(const fs::path& directory) {
  try {
    return read_seal(directory);
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    return std::nullopt;
  }
}

bool fits(const Seal& seal, const fs::path& rows) {
  try {
    verify_manifest(seal, rows);
    return true;
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    return false;
  }
}

/// What the database says that it is called, if it does.
std::optional<std::string> readable_identity(const fs::path& directory) {
  try {
    return read_identity(directory);
  } catch (const Error& error) {
    // A database without its first file is still one.
    const bool lost = is_damage(error) || look_at(directory / "CUPEL") == fs::file_type::not_found;
    if (!lost || look_at(directory / "rows") != fs::file_type::directory) throw;
    return std::nullopt;
  }
}

Catalog read_catalog(const Store& store, const fs::path& directory) {
  std::optional<Catalog> catalog;
  std::optional<State> state;
  store.read(Family::kMeta, kCatalogKey, nullptr,
             [&](std::string_view bytes) { catalog = Catalog::decode(bytes); });
  store.read(Family::kMeta, kStateKey, nullptr,
             [&](std::string_view bytes) { state = decode_state(bytes); });
  if (!catalog || !state || state->rows.size() != catalog->next_table ||
      state->deleted.size() != catalog->next_table)
    throw Error(ErrorCode::kCorruption,
                fmt::format("there is no catalog in {}", directory.string()));
  catalog->generation = state->generation;
  catalog->rows = std::move(state->rows);
  catalog->deleted = std::move(state->deleted);
  catalog->watched = std::move(state->watched);
  return std::move(*catalog);
}

void open_in(const fs::path& rows, const std::string& uuid, Tolerance tolerance,
             DamagedStore& damaged) {
  damaged.store.reset();
  damaged.store = Store::open({rows, false, true, false, false, kMemory, tolerance, uuid});
  damaged.catalog = read_catalog(*damaged.store, rows);
}

/// As its MANIFEST says.
void open_in_place(const fs::path& rows, const std::string& uuid, DamagedStore& damaged) {
  const auto opens = [&](Tolerance tolerance) {
    try {
      open_in(rows, uuid, tolerance, damaged);
      return true;
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
      return false;
    }
  };
  if (opens(Tolerance::kNone)) return;
  if (opens(Tolerance::kLogs))
    damaged.notes.push_back(
        fmt::format("its log is damaged: it is as of generation {}, and what was "
                    "committed after that is lost",
                    damaged.catalog.generation));
  else if (Store::strange_tables(rows, uuid).empty())
    open_in(rows, uuid, Tolerance::kTables, damaged);
  else
    throw Error(ErrorCode::kCorruption, "some of its tables are of another database");
}

/// Tables are never written to, so that they may have a second name instead of a copy.
void copy_tables(const fs::path& rows, const fs::path& copy) {
  std::error_code error;
  fs::create_directories(copy, error);
  if (error) throw_io("make", copy, error.value());
  for (const fs::path& file : entries_of(rows)) {
    if (file.extension() != ".sst") continue;
    fs::create_hard_link(file, copy / file.filename(), error);
    if (error) fs::copy_file(file, copy / file.filename(), error);
    if (error) throw_io("copy", file, error.value());
  }
}

/// Oldest first: their names are numbers of six digits.
std::vector<fs::path> logs_in(const fs::path& rows) {
  std::vector<fs::path> logs;
  for (const fs::path& file : entries_of(rows))
    if (file.extension() == ".log") logs.push_back(file);
  std::sort(logs.begin(), logs.end());
  return logs;
}

}  // namespace

DamagedStore open_damaged(const fs::path& directory, const fs::path& aside) {
  DamagedStore damaged;
  std::optional<std::string> uuid = readable_identity(directory);
  const std::optional<Seal> seal = readable_seal(directory);
  if (writer_is_live(directory))
    throw Error(ErrorCode::kConflict, fmt::format("a process has the database {} open for writing; "
                                                  "wait until it ends",
                                                  directory.string()));
  const fs::path rows = directory / "rows";
  // Of a seal and a name that differ the one is right that fits the files.
  if (seal && (!uuid || fits(*seal, rows))) uuid = seal->uuid;
  damaged.uuid = uuid.value_or(random_uuid());
  try {
    // RocksDB opens some damaged MANIFESTs with tables gone.
    if (seal) verify_manifest(*seal, rows);
    open_in_place(rows, uuid.value_or(""), damaged);
    return damaged;
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    damaged.notes.push_back(
        fmt::format("it was put together again from its tables and logs, "
                    "because {}",
                    without_advice(error.message())));
    damaged.notes.push_back(
        "what had been changed may be as it was before; values of tables that "
        "cannot be read are missing, and not counted here");
  }
  damaged.store.reset();
  copy_tables(rows, aside);
  try {
    Store::repair(aside, logs_in(rows), uuid.value_or(""));
    open_in(aside, uuid.value_or(""), Tolerance::kTables, damaged);
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    throw Error(ErrorCode::kCorruption,
                fmt::format("the catalog of the database {} cannot be read, and without it nothing "
                            "can be: {}",
                            directory.string(), error.message()));
  }
  if (seal && damaged.catalog.generation < seal->generation)
    damaged.notes.push_back(
        fmt::format("its catalog is that of generation {}; what changed from "
                    "then to generation {} is lost, or there in part",
                    damaged.catalog.generation, seal->generation));
  return damaged;
}

}  // namespace cupel::storage
