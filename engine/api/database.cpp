#include <unistd.h>

#include <algorithm>
#include <thread>

#include "engine/api/state.hpp"
#include "engine/exec/autotag.hpp"
#include "index/counts.hpp"

namespace cupel {
namespace {

constexpr size_t kMostDefaultMemory = size_t{4} << 30;
constexpr size_t kLeastMemory = size_t{32} << 20;

size_t default_memory() {
  const auto pages = static_cast<size_t>(std::max(0L, sysconf(_SC_PHYS_PAGES)));
  const auto page = static_cast<size_t>(std::max(0L, sysconf(_SC_PAGESIZE)));
  return std::clamp(pages * page / 2, kLeastMemory, kMostDefaultMemory);
}

Options resolved(Options options) {
  if (options.threads < 0)
    throw Error(ErrorCode::kConstraint, "the number of threads cannot be negative");
  if (options.threads == 0)
    options.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  if (options.memory_bytes == 0) options.memory_bytes = default_memory();
  if (options.memory_bytes < kLeastMemory)
    throw Error(ErrorCode::kLimit, "a memory budget below 32 MiB is too small to work with");
  if (options.chunk_rows == 0 || options.chunk_rows > storage::kMaxChunkRows)
    throw Error(ErrorCode::kConstraint, "chunk_rows must be from 1 to 65,536");
  return options;
}

/// Caches get half of the budget; the other half is for what statements build.
storage::DatasetOptions storage_options(const Options& options) {
  return {.read_only = options.read_only,
          .create = options.create,
          .memory_bytes = options.memory_bytes / 2,
          .chunk_rows = options.chunk_rows};
}

}  // namespace

std::string_view version() noexcept { return CUPEL_VERSION; }
uint32_t storage_format() noexcept { return storage::kFormatVersion; }

Database::Database(std::shared_ptr<State> state) : state_(std::move(state)) {}

Result<Database> Database::open(const std::string& path, const Options& options) {
  return api::guard([&] {
    auto state = std::make_shared<State>();
    state->options = resolved(options);
    if (options.files_within) state->reach = io::Reach(*options.files_within);
    state->dataset = storage::Dataset::open(path, storage_options(state->options));
    state->pool = std::make_unique<exec::Pool>(state->options.threads);
    state->indexes = std::make_unique<exec::EmbeddingIndexes>(
        state->dataset->index_directory(), state->dataset->uuid(), state->options.read_only);
    state->indexes->sweep(state->dataset->snapshot()->catalog());
    return Database(std::move(state));
  });
}

Result<std::string> Database::reachable(const std::string& path, bool to_write) const {
  using enum io::Reach::For;
  return api::guard(
      [&] { return state_->reach.resolve(path, to_write ? kWriting : kReading).string(); });
}

Session Database::session() const {
  auto state = std::make_shared<Session::State>();
  state->database = state_;
  return Session(std::move(state));
}

Result<std::vector<std::string>> check(const std::string& path, std::vector<std::string>* notes) {
  return api::guard([&] {
    const storage::DatasetOptions options{.read_only = true, .create = false};
    const auto dataset = storage::Dataset::open(path, options);
    std::vector<std::string> findings;
    for (storage::Finding& finding : storage::check(*dataset))
      findings.push_back(std::move(finding.what));
    for (storage::Finding& finding : index::check_counts(*dataset->snapshot()))
      findings.push_back(std::move(finding.what));
    for (std::string& finding : exec::check_tags(dataset->snapshot()->catalog()))
      findings.push_back(std::move(finding));
    if (notes != nullptr)
      *notes = exec::unusable_lists(dataset->index_directory(), dataset->uuid(),
                                    dataset->snapshot()->catalog());
    return findings;
  });
}

}  // namespace cupel
