#include "storage/salvaged_table.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/key.hpp"

namespace cupel::storage {
namespace {

uint64_t count_of(const TableRows& rows) {
  uint64_t count = 0;
  for (const Bitmap& chunk : rows) count += chunk.count();
  return count;
}

class Keeper {
 public:
  Keeper(const Store& store, const Catalog& catalog, TableId table, const TableRows& items)
      : store_(store), catalog_(catalog), table_(table), items_(items) {}

  KeptRows run() {
    const uint64_t rows = catalog_.row_count(table_);
    for (uint64_t first = 0; first < rows; first += catalog_.chunk_rows)
      kept_.emplace_back(
          static_cast<uint32_t>(std::min<uint64_t>(rows - first, catalog_.chunk_rows)), true);
    take_out_deleted();
    KeptRows result;
    const uint64_t marked = rows - count_of(kept_);
    const uint64_t deleted = rows - catalog_.live_rows(table_);
    if (marked < deleted) result.undeleted = deleted - marked;
    if (result.undeleted != 0 && table_ == kItems && take_out_unnamed(result.undeleted))
      result.undeleted = 0;
    const uint64_t live = count_of(kept_);
    keep_readable();
    result.rows = std::move(kept_);
    result.lost = live - result.count();
    result.undeleted = std::min(result.undeleted, result.count());
    return result;
  }

 private:
  /// Keeps the rows of which `f(chunk as it was read, row)` says so.
  template <typename F>
  void keep_if(const Column& column, F&& f) {
    const DamagedColumn damaged(store_, catalog_, column);
    for (uint32_t number = 0; number < kept_.size(); ++number) {
      const SavedChunk saved = damaged.read(number);
      Bitmap& rows = kept_[number];
      Bitmap(rows).for_each([&](uint32_t row) {
        if (!f(saved, row)) rows.reset(row);
      });
    }
  }

  void take_out_deleted() {
    const Column* marks = catalog_.find(table_, "$deleted", Type::kBool);
    if (marks == nullptr) return;
    keep_if(*marks, [](const SavedChunk& saved, uint32_t row) {
      return !saved.has(row) || saved.values->integer_at(row) == 0;
    });
  }

  /// Items that no look-up names are deleted ones, if there are no more of them than deleted ones.
  bool take_out_unnamed(uint64_t deleted) {
    const Column* ids = catalog_.find(kItems, "reference_id", Type::kText);
    if (ids == nullptr) return false;
    TableRows named = kept_;
    const DamagedColumn damaged(store_, catalog_, *ids);
    for (uint32_t number = 0; number < kept_.size(); ++number) {
      const SavedChunk saved = damaged.read(number);
      kept_[number].for_each([&](uint32_t row) {
        if (!saved.has(row) || saved.values->is_coded()) return;
        std::optional<uint64_t> named_row;
        const bool whole = read_if_whole(
            store_, Family::kLookup, std::get<PlainText>(saved.values->values).at(row),
            [&](std::string_view bytes) { named_row = decode_ordinal(bytes); });
        if (whole && named_row != uint64_t{number} * catalog_.chunk_rows + row)
          named[number].reset(row);
      });
    }
    if (count_of(kept_) - count_of(named) > deleted) return false;
    kept_ = std::move(named);
    return true;
  }

  void keep_readable() {
    if (catalog_.is_hidden(table_)) {
      for (const ColumnId id : catalog_.columns(table_))
        if (catalog_.column(id).name != "$deleted")
          keep_if(catalog_.column(id),
                  [](const SavedChunk& saved, uint32_t row) { return saved.knows(row); });
      return;
    }
    if (table_ == kItems) {
      keep_if_there("reference_id");
      return;
    }
    keep_objects_of_items();
    keep_if_there("type");
    keep_if_there("label");
  }

  void keep_if_there(const char* name) {
    if (const Column* column = catalog_.find(table_, name, Type::kText))
      keep_if(*column, [](const SavedChunk& saved, uint32_t row) { return saved.has(row); });
  }

  void keep_objects_of_items() {
    const Column* item = catalog_.find(table_, "$item", Type::kInt64);
    if (item == nullptr) return;
    keep_if(*item, [&](const SavedChunk& saved, uint32_t row) {
      if (!saved.has(row)) return false;
      const auto ordinal = static_cast<uint64_t>(saved.values->integer_at(row));
      const uint64_t chunk = ordinal / catalog_.chunk_rows;
      const auto within = static_cast<uint32_t>(ordinal % catalog_.chunk_rows);
      return chunk < items_.size() && within < items_[chunk].size() && items_[chunk].test(within);
    });
  }

  const Store& store_;
  const Catalog& catalog_;
  const TableId table_;
  const TableRows& items_;
  TableRows kept_;
};

}  // namespace

uint64_t KeptRows::count() const { return count_of(rows); }

KeptRows rows_to_keep(const Store& store, const Catalog& catalog, TableId table,
                      const TableRows& items) {
  return Keeper(store, catalog, table, items).run();
}

}  // namespace cupel::storage
