#include "storage/salvage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "cupel/error.hpp"
#include "storage/codec.hpp"
#include "storage/core.hpp"
#include "storage/damaged_store.hpp"
#include "storage/directory.hpp"
#include "storage/durable_file.hpp"
#include "storage/key.hpp"
#include "storage/salvaged_table.hpp"
#include "storage/vectors.hpp"
#include "storage/writing.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBatchBytes = size_t{4} << 20;
constexpr std::string_view kSliceColumn = "$slice:";

/// Takes a directory away with what is in it.
class Away {
 public:
  explicit Away(fs::path path) : path_(std::move(path)) {}
  Away(const Away&) = delete;
  Away& operator=(const Away&) = delete;
  ~Away() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

 private:
  fs::path path_;
};

/// Values on their way into a store, written together where they are many.
class Output {
 public:
  explicit Output(Store& store) : store_(store), changes_(store.changes()) {}

  Store& store() const noexcept { return store_; }
  void put(Family family, std::string_view key, std::string_view value) {
    changes_.put(family, key, value);
    bytes_ += key.size() + value.size();
    if (bytes_ > kBatchBytes) write(false);
  }
  void write(bool sync) {
    if (!changes_.empty()) store_.write(changes_, sync);
    changes_ = store_.changes();
    bytes_ = 0;
  }

 private:
  Store& store_;
  WriteSet changes_;
  size_t bytes_ = 0;
};

class Salvager {
 public:
  Salvager(DamagedStore damaged, Store& to)
      : from_(std::move(damaged.store)),
        old_(std::move(damaged.catalog)),
        new_(old_),
        to_(to),
        report_(std::move(damaged.notes)) {}

  void run() {
    leave_out_counts();
    for (TableId table = 0; table < old_.next_table; ++table) save_table(table);
    for (const auto& [key, set] : old_.vector_sets()) save_vectors(set);
    if (lost_)
      for (auto& [column, changes] : new_.watched) ++changes;
    to_.put(Family::kMeta, kCatalogKey, new_.encode());
    to_.put(Family::kMeta, kStateKey, encode_state(state_of(new_)));
    to_.write(true);
  }
  uint64_t generation() const noexcept { return new_.generation; }
  std::vector<std::string> report() && { return std::move(report_); }

 private:
  void leave_out_counts() {
    const std::vector<ColumnId> columns = new_.columns(kItems);
    for (const ColumnId id : columns) {
      if (!new_.column(id).name.starts_with("$count:")) continue;
      new_.remove_column(id);
      new_.watched.erase(id);
    }
  }

  std::string name_of(TableId table) const {
    if (table == kItems) return "items";
    if (table == kAnnotations) return "annotations";
    if (const Run* run = old_.run(table)) return fmt::format("predictions of run '{}'", run->name);
    for (const Run& hidden : old_.hidden_tables())
      if (hidden.table == table) return fmt::format("the table '{}'", hidden.name);
    return "a table that was dropped";
  }

  std::string name_of(const Column& column) const {
    for (const auto& [name, slice] : old_.slices())
      if (column.name == fmt::format("{}{}", kSliceColumn, slice.id))
        return fmt::format("members of slice '{}' among the {}", name, name_of(column.table));
    const std::string_view kind = column.name.starts_with('$') ? "internal values " : "";
    return fmt::format("{}'{}' of {}", kind, column.name, name_of(column.table));
  }

  void save_table(TableId table) {
    KeptRows kept = rows_to_keep(*from_, old_, table, items_);
    const uint64_t count = kept.count();
    if (old_.row_count(table) != 0)
      report_.push_back(fmt::format("{}: {} rows kept, {} lost", name_of(table), count, kept.lost));
    if (kept.undeleted != 0)
      report_.push_back(fmt::format("{}: up to {} rows are there again that had been deleted",
                                    name_of(table), kept.undeleted));
    lost_ = lost_ || kept.lost != 0 || kept.undeleted != 0;
    if (table == kItems) save_lookups(kept);
    const std::vector<ColumnId> columns = new_.columns(table);
    for (const ColumnId id : columns)
      if (new_.column(id).name != "$deleted") save_column(new_.column(id), kept.rows);
    save_deleted(table, kept);
    if (table == kItems) items_ = std::move(kept.rows);
  }

  /// An item whose reference_id another one has already is not kept.
  void save_lookups(KeptRows& kept) {
    const Column* ids = old_.find(kItems, "reference_id", Type::kText);
    if (ids == nullptr) return;
    const DamagedColumn column(*from_, old_, *ids);
    for (uint32_t number = 0; number < kept.rows.size(); ++number) {
      const SavedChunk saved = column.read(number);
      to_.write(false);
      std::unordered_set<std::string> here;
      Bitmap(kept.rows[number]).for_each([&](uint32_t row) {
        const std::string id(saved.values->is_coded()
                                 ? column.dictionary().text(saved.values->code_at(row))
                                 : std::get<PlainText>(saved.values->values).at(row));
        if (here.insert(id).second &&
            !to_.store().read(Family::kLookup, id, nullptr, [](std::string_view) {})) {
          to_.put(Family::kLookup, id, encode_ordinal(uint64_t{number} * old_.chunk_rows + row));
        } else {
          kept.rows[number].reset(row);
        }
      });
    }
  }

  void save_column(const Column& column, const TableRows& kept) {
    const bool slice = column.name.starts_with(kSliceColumn);
    const DamagedColumn damaged(*from_, old_, column);
    uint64_t lost = 0;
    for (uint32_t number = 0; number < kept.size(); ++number) {
      SavedChunk saved = damaged.read(number);
      kept[number].for_each([&](uint32_t row) { lost += saved.knows(row) ? 0 : 1; });
      if (slice && saved.values) saved.values = members(*saved.values, kept[number]);
      if (saved.values && saved.values->missing != saved.values->rows)
        to_.put(Family::kColumns, encode_key({column.id, number}), encode_chunk(*saved.values));
    }
    for (uint32_t code = 0; code < damaged.dictionary().size(); ++code)
      to_.put(Family::kDictionary, encode_key({column.id, code}), damaged.dictionary().text(code));
    if (lost == 0) return;
    lost_ = true;
    report_.push_back(fmt::format("{}: what up to {} rows had is lost", name_of(column), lost));
  }

  static Chunk members(const Chunk& chunk, const Bitmap& kept) {
    ChunkBuilder builder(Type::kBool);
    kept.for_each([&](uint32_t row) {
      if (!chunk.is_missing(row)) builder.set_integer(row, chunk.integer_at(row));
    });
    return builder.finish();
  }

  void save_deleted(TableId table, const KeptRows& kept) {
    const uint64_t deleted = old_.row_count(table) - kept.count();
    new_.deleted.resize(new_.next_table);
    new_.deleted[table] = deleted;
    if (deleted == 0) return;
    const Column* known = new_.find(table, "$deleted", Type::kBool);
    const ColumnId column =
        known != nullptr ? known->id : new_.add_column(table, "$deleted", Type::kBool, false).id;
    for (uint32_t number = 0; number < kept.rows.size(); ++number) {
      ChunkBuilder builder(Type::kBool);
      for (uint32_t row = 0; row < kept.rows[number].size(); ++row)
        if (!kept.rows[number].test(row)) builder.set_integer(row, 1);
      if (builder.rows() != 0)
        to_.put(Family::kColumns, encode_key({column, number}), encode_chunk(builder.finish()));
    }
  }

  void save_vectors(const VectorSet& set) {
    uint64_t vectors = 0;
    for (uint32_t number = 0; number < block_count(old_, set); ++number) {
      const std::string key = encode_key({set.id, number});
      const uint64_t rows = old_.row_count(set.table) - uint64_t{number} * set.block_rows;
      std::optional<VectorBlock> block;
      read_if_whole(*from_, Family::kVectors, key,
                    [&](std::string_view bytes) { block = decode_block(bytes); });
      if (!block || block->element != set.element || block->width != set.width ||
          block->rows > std::min<uint64_t>(rows, set.block_rows))
        continue;
      to_.put(Family::kVectors, key, encode_block(*block));
      vectors += block->vectors();
    }
    new_.mutable_vectors(set.id).vectors = vectors;
    const uint64_t lost = set.vectors - std::min(set.vectors, vectors);
    lost_ = lost_ || lost != 0;
    report_.push_back(fmt::format("the {} '{}': {} vectors kept, {} lost", to_string(set.use),
                                  set.name, vectors, lost));
  }

  const std::unique_ptr<Store> from_;
  const Catalog old_;
  Catalog new_;
  Output to_;
  std::vector<std::string> report_;
  TableRows items_;    ///< That are kept.
  bool lost_ = false;  ///< Something is, or may be other than it was.
};

}  // namespace

std::vector<std::string> salvage(const fs::path& from, const fs::path& to, const fs::path& aside) {
  const Away away(aside);
  DamagedStore damaged = open_damaged(from, aside);
  std::error_code error;
  fs::create_directory(to, error);
  if (error) throw_io("make", to, error.value());
  write_identity(to, damaged.uuid);
  Core core(to, {});
  Salvager salvager(std::move(damaged), core.store());
  salvager.run();
  core.set_generation(salvager.generation());
  return std::move(salvager).report();
}

}  // namespace cupel::storage
