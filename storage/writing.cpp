#include "storage/writing.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "cupel/error.hpp"
#include "storage/writing_view.hpp"

namespace cupel::storage {

namespace {

/// Asked of a name when it is given; what is stored is as it is.
void require_short(std::string_view name) {
  if (const auto sentence = too_long("a name", name)) throw Error(ErrorCode::kLimit, *sentence);
}

}  // namespace

Writing::Writing(WriterDoor door)
    : door_(std::move(door)),
      base_(door_.base),
      catalog_(*base_->catalog()),
      spill_at_(core().options().lookups_kept),
      blocks_(catalog_.next_vectors),
      cache_(std::make_shared<ChunkCache>(core().options().memory_bytes / 8)) {}

Writing::~Writing() {
  if (open_) abandon();
}

void Writing::require_open() const {
  if (!open_) throw Error(ErrorCode::kInternal, "a transaction was used after its end");
}

Catalog& Writing::changed_catalog(bool structure) {
  require_open();
  shared_catalog_.reset();
  structure_changed_ = structure_changed_ || structure;
  return catalog_;
}

CatalogPtr Writing::shared_catalog() {
  if (!shared_catalog_) shared_catalog_ = std::make_shared<const Catalog>(catalog_);
  return shared_catalog_;
}

SnapshotPtr Writing::view() {
  flush();
  for (const auto& [column, writer] : writers_) {
    DictionaryPtr& grown = grown_[column];
    if (!grown || grown->size() != writer.size()) grown = writer.publish();
  }
  if (!moment_) moment_ = core().store().snapshot();
  return std::make_shared<WritingView>(WritingView::Parts{
      shared_catalog(), base_, overlay_, grown_, &lookups_, blocks_.changes(), moment_, cache_});
}

TableId Writing::run(std::string_view name) {
  if (const Run* known = catalog_.run(name)) return known->table;
  require_short(name);
  return changed_catalog(true).add_run(std::string(name)).table;
}

TableId Writing::hidden_table(std::string_view name) {
  if (const auto known = catalog_.hidden_table(name)) return *known;
  return changed_catalog(true).add_hidden_table(std::string(name));
}

void Writing::set_document(std::string_view kind, std::string_view name, std::string text) {
  const std::string* known = catalog_.document(kind, name);
  if (known != nullptr && *known == text) return;
  require_short(name);
  changed_catalog(true).set_document(kind, name, std::move(text));
}

void Writing::remove_document(std::string_view kind, std::string_view name) {
  if (catalog_.document(kind, name) != nullptr) changed_catalog(true).remove_document(kind, name);
}

ColumnId Writing::column(TableId table, std::string_view name, Type type, bool coded) {
  if (const Column* known = catalog_.find(table, name, type)) return known->id;
  if (table >= catalog_.next_table)
    throw Error(ErrorCode::kInternal, "a column was to be added to a table that does not exist");
  return changed_catalog(true).add_column(table, std::string(name), type, coded).id;
}

ColumnId Writing::renew_column(ColumnId id, bool coded) {
  if (catalog_.watched.contains(id))
    throw Error(ErrorCode::kInternal, "a watched column was to be replaced");
  const Column old = catalog_.column(id);
  remove_column(id);
  return column(old.table, old.name, old.type, coded);
}

void Writing::watch(ColumnId column) {
  if (!catalog_.watched.contains(catalog_.column(column).id))
    changed_catalog(true).watched.emplace(column, 0);
}

void Writing::remove_column(ColumnId id) {
  const TableId table = catalog_.column(id).table;
  pending_.erase(pending_.lower_bound({id, 0}), pending_.lower_bound({id + 1, 0}));
  for (uint32_t chunk = 0; chunk < catalog_.chunk_count(table); ++chunk)
    put_change({id, chunk}, ChunkChange::Kind::kGone, {});
  changed_catalog(true).remove_column(id);
}

Slice& Writing::add_slice(Slice slice) {
  require_short(slice.name);
  return changed_catalog(true).add_slice(std::move(slice));
}

void Writing::rename_slice(std::string_view from, std::string to) {
  require_short(to);
  changed_catalog(true).rename_slice(from, std::move(to));
}

void Writing::remove_slice(std::string_view name) {
  const Slice* slice = catalog_.slice(name);
  if (slice != nullptr) {
    const std::string column_name = "$slice:" + std::to_string(slice->id);
    for (TableId table = 0; table < catalog_.next_table; ++table) {
      if (const Column* column = catalog_.find(table, column_name, Type::kBool))
        remove_column(column->id);
    }
  }
  changed_catalog(true).remove_slice(name);
}

uint64_t Writing::append_rows(TableId table, uint64_t count) {
  if (table >= catalog_.next_table)
    throw Error(ErrorCode::kInternal, "rows were to be added to a table that does not exist");
  if (table == kItems) erase_orphans({});
  std::vector<uint64_t>& rows = changed_catalog(false).rows;
  if (rows.size() <= table) rows.resize(size_t{table} + 1);
  return std::exchange(rows[table], rows[table] + count);
}

DictionaryWriter& Writing::writer(ColumnId column) {
  const auto found = writers_.find(column);
  if (found != writers_.end()) return found->second;
  return writers_
      .emplace(column, DictionaryWriter(is_new(column) ? nullptr : base_->dictionary(column)))
      .first->second;
}

std::optional<uint32_t> Writing::code(ColumnId column, std::string_view text) {
  require_open();
  if (!catalog_.column(column).coded) return std::nullopt;
  return writer(column).code(text);
}

void Writing::stop_coding(ColumnId column) {
  if (catalog_.column(column).coded) changed_catalog(true).mutable_column(column).coded = false;
}

void Writing::savepoint(const Poll& poll) {
  erase_orphans(poll);
  flush();
  Savepoint point{catalog_, structure_changed_, overlay_, {}, ahead_bytes_, new_bytes_};
  for (const auto& [column, writer] : writers_) point.dictionary_sizes[column] = writer.size();
  savepoint_ = std::move(point);
  lookups_.savepoint();
  blocks_.savepoint();
  fresh_.clear();
  fresh_lookups_ = false;
}

void Writing::rollback_to_savepoint() {
  require_open();
  if (!savepoint_) throw Error(ErrorCode::kInternal, "there is no savepoint to return to");
  erase_fresh();
  catalog_ = savepoint_->catalog;
  shared_catalog_.reset();
  structure_changed_ = savepoint_->structure_changed;
  overlay_ = savepoint_->overlay;
  ahead_bytes_ = savepoint_->ahead_bytes;
  new_bytes_ = savepoint_->new_bytes;
  for (auto it = writers_.begin(); it != writers_.end();) {
    const auto size = savepoint_->dictionary_sizes.find(it->first);
    if (size == savepoint_->dictionary_sizes.end()) {
      it = writers_.erase(it);
    } else {
      it->second.shrink(size->second);
      ++it;
    }
  }
  grown_.clear();
  lookups_.rollback();
  pending_.clear();
  pending_patches_ = 0;
  deleted_.clear();
}

bool Writing::has_changes() const {
  const Catalog& before = *base_->catalog();
  return structure_changed_ || !overlay_->empty() || lookups_.size() != 0 ||
         catalog_.rows != before.rows || !blocks_.empty() ||
         std::any_of(writers_.begin(), writers_.end(), [](const auto& entry) {
           return entry.second.size() != entry.second.base_size();
         });
}

void Writing::commit() {
  require_open();
  flush();
  if (!has_changes()) {
    abandon();
    return;
  }
  if (blocks_.kept_bytes() > core().options().write_ahead_bytes) spill_blocks();
  if (new_bytes_ > core().options().write_ahead_bytes) spill_chunks();
  Catalog next = catalog_;
  next.generation = base_->catalog()->generation + 1;
  write_commit(next);
  publish(std::move(next));
  finish();
}

void Writing::finish() noexcept {
  open_ = false;
  moment_.reset();
  savepoint_.reset();
  door_.release();
}

}  // namespace cupel::storage
