#include <algorithm>
#include <utility>

#include "cupel/error.hpp"
#include "storage/codec.hpp"
#include "storage/writing.hpp"

// What a transaction writes: ahead of its commit, at its commit, and when it is given up.

namespace cupel::storage {

State state_of(const Catalog& catalog) {
  State state{catalog.generation, catalog.rows, catalog.deleted, catalog.watched};
  state.rows.resize(catalog.next_table);
  state.deleted.resize(catalog.next_table);
  return state;
}

void Writing::open_journal(bool lookups) {
  if (journal_ && (lookups_ahead_ || !lookups)) return;
  WriteSet changes = core().store().changes();
  changes.put(Family::kMeta, kJournalKey, lookups ? kLookupsAhead : kChunksAhead);
  core().store().write(changes, true);
  journal_ = true;
  lookups_ahead_ = lookups;
}

bool Writing::can_write_ahead(TableId table, uint32_t chunk) const {
  return uint64_t{chunk} * catalog_.chunk_rows >= base_->catalog()->row_count(table);
}

void Writing::write_ahead(ColumnId column, uint32_t chunk, const Chunk& values) {
  const Column& named = catalog_.column(column);
  if (!can_write_ahead(named.table, chunk))
    throw Error(ErrorCode::kInternal, "rows that others can see were to be written ahead");
  const ColumnKey key{column, chunk};
  const auto found = overlay_->find(key);
  if (is_new(column)) {  // goes ahead in tables, past the log
    replace_chunk(column, chunk, values);
    return;
  }
  const bool rewritable = found == overlay_->end() ||
                          (found->second.kind == ChunkChange::Kind::kAhead && fresh_.contains(key));
  if (!rewritable || values.missing == values.rows) {
    replace_chunk(column, chunk, values);
    return;
  }
  const size_t kept = ahead_bytes_ + values.memory_bytes();
  if (kept <= core().options().write_ahead_bytes) {
    ahead_bytes_ = kept;
    replace_chunk(column, chunk, values);
    return;
  }
  require_open();
  if (values.type != named.type || values.rows > catalog_.chunk_rows)
    throw Error(ErrorCode::kInternal,
                "column '" + named.name + "' was given a chunk that does not fit");
  open_journal();
  WriteSet changes = core().store().changes();
  changes.put(Family::kColumns, encode_key(key), encode_chunk(values));
  core().store().write(changes, false);
  fresh_.insert(key);
  moment_.reset();
  pending_.erase(key);
  put_change(key, ChunkChange::Kind::kAhead, {});
}

void Writing::spill_chunks() {
  open_journal();
  std::vector<Store::TableValues> tables;  // one a column, so that none is merged with another
  std::vector<ColumnKey> keys;
  for (auto it = overlay_->lower_bound({base_->catalog()->next_column, 0}); it != overlay_->end();
       ++it) {
    if (it->second.kind != ChunkChange::Kind::kValue) continue;
    // Rolling back must find what the store held at the savepoint.
    if (savepoint_) {
      const auto before = savepoint_->overlay->find(it->first);
      if (before != savepoint_->overlay->end() && before->second.kind == ChunkChange::Kind::kAhead)
        continue;
    }
    if (keys.empty() || keys.back().column != it->first.column) tables.emplace_back();
    tables.back().emplace_back(encode_key(it->first), *it->second.bytes);
    keys.push_back(it->first);
  }
  // Before the write: what it leaves when it fails is removed too.
  fresh_.insert(keys.begin(), keys.end());
  core().store().add_tables(Family::kColumns, tables);
  for (const ColumnKey key : keys) put_change(key, ChunkChange::Kind::kAhead, {});
  moment_.reset();
}

void Writing::add_lookup(std::string_view reference_id, uint64_t row) {
  require_open();
  lookups_.set(reference_id, row);
  if (lookups_.size() > spill_at_) spill_lookups();
}

void Writing::spill_lookups() {
  // Those of rows that the savepoint knows stay: rolling back finds orphans by their rows.
  uint64_t first_row = base_->catalog()->row_count(kItems);
  if (savepoint_) first_row = std::max(first_row, savepoint_->catalog.row_count(kItems));
  open_journal(true);
  WriteSet changes = core().store().changes();
  if (lookups_.spill(first_row, changes) != 0) {
    core().store().write(changes, false);
    fresh_lookups_ = true;
    moment_.reset();
  }
  spill_at_ = lookups_.size() + core().options().lookups_kept;
}

void Writing::erase_fresh() {
  WriteSet changes = core().store().changes();
  blocks_.rollback(changes);
  for (const ColumnKey key : fresh_) changes.erase(Family::kColumns, encode_key(key));
  // To find these takes a pass over all look-ups, whatever was rolled back.
  orphans_ = orphans_ || fresh_lookups_;
  fresh_lookups_ = false;
  if (changes.empty()) return;
  core().store().clean_up(changes);
  fresh_.clear();
  moment_.reset();
}

void Writing::erase_orphans(const Poll& poll) {
  if (!orphans_) return;
  erase_lookups_from(core().store(), catalog_.row_count(kItems), poll);
  orphans_ = false;
  moment_.reset();
}

void Writing::erase_dictionaries(const Catalog& next, WriteSet& changes) const {
  for (const ColumnId id : base_->catalog()->column_ids()) {
    if (next.has(id) || base_->catalog()->column(id).type != Type::kText) continue;
    const uint32_t texts = base_->dictionary(id)->size();
    for (uint32_t code = 0; code < texts; ++code)
      changes.erase(Family::kDictionary, encode_key({id, code}));
  }
}

void Writing::write_commit(const Catalog& next) {
  WriteSet changes = core().store().changes();
  for (const auto& [key, change] : *overlay_) {
    const std::string bytes = encode_key(key);
    switch (change.kind) {
      case ChunkChange::Kind::kValue: changes.put(Family::kColumns, bytes, *change.bytes); break;
      case ChunkChange::Kind::kPatch: changes.merge(Family::kColumns, bytes, *change.bytes); break;
      case ChunkChange::Kind::kGone: changes.erase(Family::kColumns, bytes); break;
      case ChunkChange::Kind::kAhead: break;
    }
  }
  if (structure_changed_) erase_dictionaries(next, changes);
  for (const auto& [column, writer] : writers_) {
    if (!next.has(column)) continue;
    for (uint32_t code = writer.base_size(); code < writer.size(); ++code)
      changes.put(Family::kDictionary, encode_key({column, code}), writer.text(code));
  }
  lookups_.write(changes);
  blocks_.write(changes);
  if (structure_changed_) changes.put(Family::kMeta, kCatalogKey, next.encode());
  changes.put(Family::kMeta, kStateKey, encode_state(state_of(next)));
  if (journal_ && !orphans_) changes.erase(Family::kMeta, kJournalKey);
  core().store().write(changes, true);
}

void Writing::carry_chunks(uint64_t generation) noexcept {
  ChunkCache& cache = core().cache();
  const uint64_t before = base_->catalog()->generation;
  try {
    for (const auto& [key, change] : *overlay_) {
      if (change.kind != ChunkChange::Kind::kPatch || change.bytes->size() > kCarriedBytes)
        continue;
      ChunkPtr chunk = cache_->find({key, change.version});
      if (!chunk) {
        const ChunkPtr old = cache.find({key, core().changes().last_change(key, before)});
        if (old) chunk = std::make_shared<const Chunk>(fold_chunk(*old, {*change.bytes}));
      }
      if (chunk) cache.insert({key, generation}, chunk);
    }
  } catch (...) {
    // The commit is durable; who needs a chunk reads it.
  }
}

void Writing::publish(Catalog next) {
  const uint64_t generation = next.generation;
  carry_chunks(generation);
  std::vector<ColumnKey> changed;
  changed.reserve(overlay_->size());
  for (const auto& [key, change] : *overlay_) changed.push_back(key);
  core().changes().record(changed, generation);
  core().block_changes().record(blocks_.keys(), generation);
  auto dictionaries = base_->dictionaries();
  for (const auto& [column, writer] : writers_) dictionaries[column] = writer.publish();
  std::erase_if(dictionaries, [&](const auto& entry) { return !next.has(entry.first); });
  core().set_generation(generation);
  if (orphans_) core().leave_unswept();
  door_.publish(std::make_shared<const Version>(base_->core_ptr(),
                                                std::make_shared<const Catalog>(std::move(next)),
                                                std::move(dictionaries)));
  if (!journal_) return;
  try {
    core().seal();
  } catch (const Error&) {
    // The commit is durable, and the seal before it still holds.
  }
}

void Writing::abandon() noexcept {
  if (journal_) {
    core().leave_unswept();
    try {
      drop_ahead(core().store(), *base_->catalog());
    } catch (...) {
      // Sweeping begins with it.
    }
  }
  finish();
}

}  // namespace cupel::storage
