#include "storage/core.hpp"

#include <fmt/format.h>

#include <chrono>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "cupel/error.hpp"
#include "storage/advice.hpp"
#include "storage/directory.hpp"
#include "storage/durable_file.hpp"
#include "storage/seal.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

/// How often a reader looks again when a writer may have changed files while it looked.
constexpr int kAttempts = 5;
constexpr auto kPause = std::chrono::milliseconds(10);

/// The seal is written before the first table file is, so without one there is none.
void require_no_tables(const fs::path& directory) {
  for (const fs::path& entry : entries_of(directory / "rows"))
    if (entry.extension() == ".sst")
      throw Error(ErrorCode::kCorruption,
                  fmt::format("{} is missing; {}", (directory / "seal").string(), kRestore));
}

/// Checks the seal, if there is one, and returns it.
std::optional<Seal> checked_seal(const fs::path& directory, const std::string& uuid) {
  std::optional<Seal> seal = read_seal(directory);
  if (!seal) {
    require_no_tables(directory);
    return seal;
  }
  if (seal->uuid != uuid)
    throw Error(ErrorCode::kCorruption,
                fmt::format("{} belongs to another database; {}", (directory / "seal").string(),
                            kRestore));
  verify_seal(*seal, directory / "rows");
  return seal;
}

/// A secondary instance passes over tables that do not open: those of the seal that it does not
/// use must be whole, or gone.
void require_whole_tables(const Store& store, const Seal& seal, const fs::path& rows) {
  std::set<std::string> live;
  for (const SealedFile& table : store.tables()) live.insert(table.name);
  for (const SealedFile& table : seal.tables)
    if (!live.contains(table.name) && size_of(rows / table.name)) store.verify_file(table.name);
}

}  // namespace

Core::Core(fs::path directory, const DatasetOptions& options)
    : directory_(std::move(directory)),
      options_(options),
      in_memory_(directory_ == ":memory:"),
      cache_(options.memory_bytes / 2) {
  if (!in_memory_) {
    prepare_directory();
    files_ = fs::absolute(directory_);
  }
  if (options.read_only && !in_memory_) {
    open_to_read();
  } else {
    open_to_write();
  }
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

void Core::open_to_write() {
  const fs::path rows = files_ / "rows";
  StoreOptions options{rows, in_memory_, false, false, true, options_.memory_bytes / 4};
  if (!in_memory_) {
    std::optional<Seal> opening = checked_seal(files_, uuid_);
    sealed_ = opening.has_value();
    options.create = !sealed_;
    if (opening) {
      generation_ = opening->generation;
      opening->state = SealState::kOpening;
      write_seal(files_, *opening);
    } else {
      std::error_code error;
      fs::create_directory(rows, error);
      if (error) throw_io("make", rows, error.value());
    }
  }
  options.uuid = uuid_;
  store_ = Store::open(options);
}

// A writer that comes or goes meanwhile changes the seal before it changes anything else.
void Core::open_to_read() {
  const fs::path rows = files_ / "rows";
  StoreOptions options{rows, false, true, false, false, options_.memory_bytes / 4};
  options.uuid = uuid_;
  for (int attempt = 1;; ++attempt) {
    try {
      store_.reset();
      const std::optional<Seal> seal = checked_seal(files_, uuid_);
      if (!seal)
        throw Error(ErrorCode::kIo, fmt::format("there is no database at {} yet: making it has not "
                                                "come to its end",
                                                directory_.string()));
      options.beside_writer = writer_is_live(files_);
      store_ = Store::open(options);
      if (options.beside_writer) require_whole_tables(*store_, *seal, rows);
      sealed_ = true;
      generation_ = seal->generation;
      if (read_seal(files_) == seal || attempt == kAttempts) return;
    } catch (const Error&) {
      if (attempt == kAttempts) throw;
    }
    std::this_thread::sleep_for(kPause);
  }
}

void Core::seal() {
  if (in_memory_ || options_.read_only) return;
  write_seal(files_,
             take_seal(files_ / "rows", uuid_, SealState::kLive, generation_, store_->tables()));
}

void Core::sweep_leftovers(const Catalog& committed, const Poll& poll) {
  if (swept_) return;
  sweep(*store_, committed, poll);
  swept_ = true;
}

void Core::close() {
  if (!store_) return;
  // After a failure the files may not hold what they seem to hold: nothing is promised of them, and
  // the log has everything that was acknowledged.
  if (in_memory_ || options_.read_only || store_->failed()) {
    store_->close();
    return;
  }
  store_->flush();
  std::vector<SealedFile> tables = store_->close();
  write_seal(files_,
             take_seal(files_ / "rows", uuid_, SealState::kClean, generation_, std::move(tables)));
}

}  // namespace cupel::storage
