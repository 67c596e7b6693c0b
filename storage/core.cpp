#include "storage/core.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

#include "cupel/error.hpp"
#include "storage/directory.hpp"
#include "storage/seal.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

/// How often a reader looks again when a writer may have changed files while it looked.
constexpr int kSealAttempts = 5;
constexpr auto kSealPause = std::chrono::milliseconds(20);

/// The seal is written before the first table file is, so without one there is none.
void require_no_tables(const fs::path& directory) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory / "rows", error))
    if (entry.path().extension() == ".sst")
      throw Error(ErrorCode::kCorruption,
                  fmt::format("{} is missing; restore the database from a copy",
                              (directory / "seal").string()));
}

/// Checks the seal, if there is one; says whether there is.
bool check_seal(const fs::path& directory, const std::string& uuid) {
  const std::optional<Seal> seal = read_seal(directory);
  if (!seal) {
    require_no_tables(directory);
    return false;
  }
  if (seal->uuid != uuid)
    throw Error(ErrorCode::kCorruption,
                fmt::format("{} belongs to another database; restore the database from a copy",
                            (directory / "seal").string()));
  verify_seal(*seal, directory / "rows");
  return true;
}

bool check_seal_beside_writer(const fs::path& directory, const std::string& uuid) {
  for (int attempt = 1;; ++attempt) {
    try {
      return check_seal(directory, uuid);
    } catch (const Error&) {
      if (attempt == kSealAttempts) throw;
      std::this_thread::sleep_for(kSealPause);
    }
  }
}

}  // namespace

Core::Core(fs::path directory, const DatasetOptions& options)
    : directory_(std::move(directory)),
      options_(options),
      in_memory_(directory_ == ":memory:"),
      cache_(options.memory_bytes / 2) {
  if (!in_memory_) prepare_directory();
  open_store();
}

Core::~Core() {
  try {
    close();
  } catch (const Error&) {
    // Everything acknowledged is in the synced log, and the last seal still holds.
  }
}

void Core::prepare_directory() {
  if (options_.read_only) {
    uuid_ = read_identity(directory_);
    return;
  }
  require_database_or_empty(directory_, options_.create);
  lock_.emplace(directory_);
  uuid_ = read_or_write_identity(directory_);
}

void Core::open_store() {
  const fs::path rows = directory_ / "rows";
  StoreOptions options{rows, in_memory_, options_.read_only, true, options_.memory_bytes / 4};
  if (!in_memory_) {
    sealed_ = options_.read_only ? check_seal_beside_writer(directory_, uuid_)
                                  : check_seal(directory_, uuid_);
    options.create = !sealed_ && !options_.read_only;
    if (sealed_) {
      Seal opening = *read_seal(directory_);
      generation_ = opening.generation;
      opening.state = SealState::kOpening;
      if (!options_.read_only) write_seal(directory_, opening);
    }
    if (options.create) fs::create_directories(rows);
  }
  store_ = Store::open(options);
}

void Core::seal() {
  if (in_memory_ || options_.read_only) return;
  write_seal(directory_, take_seal(directory_ / "rows", uuid_, SealState::kLive, generation_,
                                   store_->tables()));
}

void Core::close() {
  if (!store_) return;
  if (in_memory_ || options_.read_only) {
    store_->close();
    return;
  }
  store_->flush();
  std::vector<SealedFile> tables = store_->tables();
  store_->close();
  write_seal(directory_, take_seal(directory_ / "rows", uuid_, SealState::kClean, generation_,
                                   std::move(tables)));
}

}  // namespace cupel::storage
