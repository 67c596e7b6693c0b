#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/check_vectors.hpp"
#include "storage/dataset.hpp"
#include "storage/findings.hpp"

namespace cupel::storage {
namespace {

class Checker : private Findings {
 public:
  explicit Checker(const Dataset& dataset) : dataset_(dataset), view_(dataset.snapshot()) {}

  std::vector<Finding> run() {
    guarded([&] { dataset_.verify_files(); });
    guarded([&] { check_keys(); });
    for (const ColumnId id : catalog().column_ids()) check_column(catalog().column(id));
    for (TableId table = 0; table < catalog().next_table; ++table)
      guarded([&] { check_deleted(table); });
    guarded([&] { check_lookups(); });
    check_slices();
    for (TableId table = kAnnotations; table < catalog().next_table; ++table)
      if (!catalog().is_hidden(table)) guarded([&] { check_objects(table); });
    append(check_vectors(dataset_, *view_));
    return take();
  }

 private:
  const Catalog& catalog() const { return view_->catalog(); }

  void check_keys() {
    const auto ids = catalog().column_ids();
    const std::set<ColumnId> known(ids.begin(), ids.end());
    dataset_.for_each_chunk([&](ColumnId column, uint32_t chunk, uint64_t) {
      if (!known.contains(column)) {
        report(fmt::format("chunk {} belongs to column number {}, which does not exist", chunk,
                           column));
      } else if (const Column& named = catalog().column(column);
                 chunk >= catalog().chunk_count(named.table)) {
        report(fmt::format("chunk {} of column '{}' lies past the rows of its table", chunk,
                           named.name));
      }
    });
  }

  void check_column(const Column& column) {
    for (uint32_t number = 0; number < catalog().chunk_count(column.table); ++number)
      guarded([&] { check_chunk(column, number, view_->chunk(column.id, number)); });
  }

  void check_chunk(const Column& column, uint32_t number, const ChunkPtr& chunk) {
    if (!chunk) return;
    if (chunk->type != column.type)
      report(fmt::format("chunk {} of column '{}' is of another type", number, column.name));
    if (chunk->rows > view_->rows_in_chunk(column.table, number))
      report(fmt::format("chunk {} of column '{}' has {} rows, its table has {}", number,
                         column.name, chunk->rows, view_->rows_in_chunk(column.table, number)));
    if (!chunk->is_coded()) return;
    const uint32_t texts = view_->dictionary(column.id)->size();
    for (uint32_t row = 0; row < chunk->rows; ++row) {
      if (chunk->is_missing(row) || chunk->code_at(row) < texts) continue;
      report(fmt::format("chunk {} of column '{}' uses code {}, its dictionary has {}", number,
                         column.name, chunk->code_at(row), texts));
      return;
    }
  }

  void check_deleted(TableId table) {
    uint64_t visible = 0;
    for (uint32_t chunk = 0; chunk < catalog().chunk_count(table); ++chunk)
      visible += view_->visible(table, chunk).count();
    if (visible != catalog().live_rows(table))
      report(fmt::format("{} rows of table {} are there, {} are counted", visible, table,
                         catalog().live_rows(table)));
  }

  /// Calls `f(row, value)` for each visible row of a table.
  template <typename F>
  void for_each_row(const Column& column, F&& f) {
    for (uint32_t number = 0; number < catalog().chunk_count(column.table); ++number) {
      const ChunkPtr chunk = view_->chunk(column.id, number);
      const uint64_t first = uint64_t{number} * catalog().chunk_rows;
      view_->visible(column.table, number).for_each([&](uint32_t row) {
        f(first + row, chunk ? view_->value_in(column.id, *chunk, row) : Value());
      });
    }
  }

  void check_lookups() {
    const Column* column = catalog().find(kItems, "reference_id", Type::kText);
    uint64_t found = 0;
    dataset_.for_each_lookup([&](std::string_view reference_id, uint64_t row) {
      ++found;
      const bool fits = column != nullptr && row < catalog().row_count(kItems) &&
                        view_->value(column->id, row) == Value(reference_id);
      if (!fits)
        report(fmt::format("the look-up of item '{}' points to row {}, which is not that item",
                           reference_id, row));
    });
    if (column == nullptr) return;
    uint64_t named = 0;
    for_each_row(*column, [&](uint64_t row, const Value& value) {
      if (value.is_missing()) return;
      ++named;
      if (view_->find_item(value.as_text()) != row)
        report(fmt::format("item '{}' in row {} is not found by its reference_id", value.as_text(),
                           row));
    });
    if (named != found) report(fmt::format("there are {} look-ups for {} items", found, named));
  }

  void check_slices() {
    std::map<std::string, std::string> columns;  // and the slice's name
    for (const auto& [name, slice] : catalog().slices())
      if (!slice.live) columns.emplace(fmt::format("$slice:{}", slice.id), name);
    for (const ColumnId id : catalog().column_ids()) {
      const Column& column = catalog().column(id);
      if (!column.name.starts_with("$slice:")) continue;
      const auto slice = columns.find(column.name);
      if (slice == columns.end()) {
        report(fmt::format("column '{}' belongs to no slice", column.name));
      } else {
        guarded([&] { check_members(column, slice->second); });
      }
    }
  }

  void check_members(const Column& column, const std::string& slice) {
    uint64_t gone = 0;
    for (uint32_t number = 0; number < catalog().chunk_count(column.table); ++number) {
      const ChunkPtr chunk = view_->chunk(column.id, number);
      if (!chunk) continue;
      const Bitmap visible = view_->visible(column.table, number);
      for (uint32_t row = 0; row < chunk->rows; ++row) {
        const bool member = !chunk->is_missing(row) && chunk->integer_at(row) != 0;
        if (member && (row >= visible.size() || !visible.test(row))) ++gone;
      }
    }
    if (gone != 0) report(fmt::format("slice '{}' has {} members that are gone", slice, gone));
  }

  void check_objects(TableId table) {
    const Column* item = catalog().find(table, "$item", Type::kInt64);
    if (item == nullptr) {
      if (catalog().live_rows(table) != 0)
        report(fmt::format("the objects of table {} belong to no item", table));
      return;
    }
    std::map<uint32_t, Bitmap> items;
    const uint32_t chunk_rows = catalog().chunk_rows;
    for_each_row(*item, [&](uint64_t row, const Value& value) {
      const bool possible = value.is_int() && value.as_int() >= 0 &&
                            static_cast<uint64_t>(value.as_int()) < catalog().row_count(kItems);
      if (possible) {
        const auto ordinal = static_cast<uint64_t>(value.as_int());
        const auto number = static_cast<uint32_t>(ordinal / chunk_rows);
        const auto known = items.find(number);
        const Bitmap& visible =
            known != items.end()
                ? known->second
                : items.emplace(number, view_->visible(kItems, number)).first->second;
        if (visible.test(static_cast<uint32_t>(ordinal % chunk_rows))) return;
      }
      report(fmt::format("row {} of table {} points to an item that does not exist", row, table));
    });
  }

  const Dataset& dataset_;
  const SnapshotPtr view_;
};

}  // namespace

std::vector<Finding> check(const Dataset& dataset) { return Checker(dataset).run(); }

}  // namespace cupel::storage
