#include "engine/api/state.hpp"
#include "tests/crash/workload.hpp"

namespace cupel::crash {
namespace {

constexpr size_t kWriteAheadBytes = 20'000;
constexpr size_t kLookupsKept = 5;

}  // namespace

Options small_options() {
  Options options;
  options.chunk_rows = kChunkRows;
  options.threads = 2;
  options.memory_bytes = size_t{64} << 20;
  return options;
}

Result<Database> open_starved(const std::string& directory, bool read_only) {
  try {
    auto state = std::make_shared<Database::State>();
    state->options = small_options();
    state->options.read_only = read_only;
    storage::DatasetOptions stored;
    stored.read_only = read_only;
    stored.memory_bytes = state->options.memory_bytes / 2;
    stored.chunk_rows = kChunkRows;
    stored.write_ahead_bytes = kWriteAheadBytes;
    stored.lookups_kept = kLookupsKept;
    state->dataset = storage::Dataset::open(directory, stored);
    state->pool = std::make_unique<exec::Pool>(state->options.threads);
    state->indexes = std::make_unique<exec::EmbeddingIndexes>(state->dataset->index_directory(),
                                                              state->dataset->uuid(), read_only);
    state->indexes->sweep(state->dataset->snapshot()->catalog());
    return Database(std::move(state));
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace cupel::crash
