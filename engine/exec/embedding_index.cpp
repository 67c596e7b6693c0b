#include "engine/exec/embedding_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "engine/exec/embedding_changes.hpp"
#include "engine/exec/embedding_rows.hpp"

namespace cupel::exec {
namespace {

namespace fs = std::filesystem;
using storage::VectorSet;

constexpr std::string_view kPrefix = "embeddings-", kSuffix = ".cki", kUnfinished = ".new";
constexpr auto kPollEvery = std::chrono::milliseconds(20);

/// FNV-1a; of a text that is drawn at random.
uint64_t number_of(std::string_view database) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : database) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3u;
  return hash;
}

fs::path file_in(const fs::path& directory, uint32_t set) {
  return directory / fmt::format("{}{}{}", kPrefix, set, kSuffix);
}

/// The set that a file is of by its name, be it finished or not.
std::optional<uint32_t> set_of(const fs::path& file) {
  const std::string name = file.filename().string();
  std::string_view rest = name;
  if (!rest.starts_with(kPrefix)) return std::nullopt;
  rest.remove_prefix(kPrefix.size());
  if (rest.ends_with(kUnfinished)) rest.remove_suffix(kUnfinished.size());
  if (!rest.ends_with(kSuffix)) return std::nullopt;
  rest.remove_suffix(kSuffix.size());
  uint32_t set = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), set);
  if (error != std::errc() || end != rest.data() + rest.size()) return std::nullopt;
  return set;
}

template <typename F>
void for_each_file(const fs::path& directory, F&& f) {
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error))
    if (const auto set = set_of(it->path())) f(it->path(), *set);
}

/// A set of embeddings that was dropped: numbers are never given twice.
bool was_dropped(const storage::Catalog& catalog, uint32_t set) {
  return set < catalog.next_vectors && catalog.vectors(set) == nullptr;
}

bool fits(const index::StoredClusters& stored, const VectorSet& set) {
  return stored.key.generation <= set.generation;
}

}  // namespace

EmbeddingIndexes::EmbeddingIndexes(fs::path directory, std::string_view database, bool read_only)
    : directory_(std::move(directory)), database_(number_of(database)), read_only_(read_only) {}

EmbeddingIndexes::Entry& EmbeddingIndexes::entry_of(const storage::Snapshot& snapshot,
                                                    const VectorSet& set) {
  Entry& entry = entries_[set.id];
  if (entry.looked_for_file || directory_.empty()) return entry;
  entry.looked_for_file = true;
  const uint64_t rows = snapshot.catalog().row_count(set.table);
  auto stored =
      index::read_clusters(file_in(directory_, set.id), database_, set.id, set.width, rows);
  if (!stored || !fits(*stored, set)) return entry;
  entry.generation = stored->key.generation;
  entry.clusters = std::make_shared<const index::Clusters>(std::move(stored->clusters));
  return entry;
}

bool EmbeddingIndexes::outdated(const Entry& entry, const storage::Catalog& catalog,
                                const VectorSet& set) {
  if (entry.generation == set.generation) return false;
  const uint64_t listed = entry.clusters->listed.size();
  const uint64_t added = set.vectors > listed ? set.vectors - listed : 0;
  const uint64_t replaced = replaced_vectors_since(catalog, set.id, entry.generation);
  return static_cast<double>(added + replaced) > kOutdatedShare * static_cast<double>(set.vectors);
}

ClustersPtr EmbeddingIndexes::find(const storage::Snapshot& snapshot, const VectorSet& set) {
  const std::lock_guard lock(mutex_);
  const Entry& entry = entry_of(snapshot, set);
  // A reader's snapshot may be older than the lists.
  if (!entry.clusters || entry.generation > set.generation ||
      entry.clusters->rows > snapshot.catalog().row_count(set.table) ||
      outdated(entry, snapshot.catalog(), set))
    return nullptr;
  return entry.clusters;
}

Lists EmbeddingIndexes::find_or_build(const VectorSet& set, const Context& context) {
  if (ClustersPtr found = find(*context.snapshot, set)) return {std::move(found), {}};
  const storage::Catalog& catalog = context.snapshot->catalog();
  const uint64_t rows = catalog.row_count(set.table);
  index::ClusterOptions options;
  options.lists = index::usual_lists(set.vectors);
  const uint64_t bytes = index::cluster_build_bytes(rows, set.width, options);
  if (bytes + context.memory_used > context.memory_bytes) return {};
  std::unique_lock building(building_, std::defer_lock);
  while (!building.try_lock_for(kPollEvery)) context.poll();
  if (ClustersPtr found = find(*context.snapshot, set)) return {std::move(found), {}};
  if (context.progress) context.progress({"index", 0, rows, "rows"});
  const index::Running how = running(context);
  auto built = index::build_clusters(vector_rows(context.snapshot, set), options, how);
  if (context.progress) context.progress({"index", rows, rows, "rows"});
  if (!built) return {};
  auto clusters = std::make_shared<const index::Clusters>(std::move(*built));
  return {clusters, keep(set, clusters)};
}

std::optional<std::string> EmbeddingIndexes::keep(const VectorSet& set,
                                                  const ClustersPtr& clusters) {
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[set.id];
    if (entry.clusters && entry.generation > set.generation) return std::nullopt;
    entry = {true, set.generation, clusters};
  }
  if (read_only_ || directory_.empty()) return std::nullopt;
  try {
    std::error_code error;
    fs::create_directories(directory_, error);
    index::write_clusters(file_in(directory_, set.id), *clusters,
                          {database_, set.id, set.generation});
  } catch (const Error& error) {
    return error.message();
  }
  return std::nullopt;
}

void EmbeddingIndexes::sweep(const storage::Catalog& catalog) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const auto& entry) { return was_dropped(catalog, entry.first); });
  }
  if (read_only_ || directory_.empty()) return;
  std::vector<fs::path> files;
  for_each_file(directory_, [&](const fs::path& file, uint32_t set) {
    if (was_dropped(catalog, set)) files.push_back(file);
  });
  std::error_code ignored;
  for (const fs::path& file : files) fs::remove(file, ignored);
}

std::vector<std::string> unusable_lists(const fs::path& directory, std::string_view database,
                                        const storage::Catalog& catalog) {
  std::vector<std::string> notes;
  for_each_file(directory, [&](const fs::path& file, uint32_t id) {
    if (file.extension() == kUnfinished) return;
    const VectorSet* set = catalog.vectors(id);
    if (set == nullptr || set->use != storage::VectorUse::kEmbedding) {
      notes.push_back(fmt::format("{} is of no embeddings here; it is not used", file.string()));
      return;
    }
    const auto stored = index::read_clusters(file, number_of(database), id, set->width,
                                             catalog.row_count(set->table));
    if (!stored || !fits(*stored, *set))
      notes.push_back(
          fmt::format("{} is damaged or not of embeddings '{}'; it is not used, and "
                      "made again when a search wants it",
                      file.string(), set->name));
  });
  std::sort(notes.begin(), notes.end());
  return notes;
}

}  // namespace cupel::exec
