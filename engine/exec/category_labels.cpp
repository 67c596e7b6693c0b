#include "engine/exec/category_labels.hpp"

#include <set>

#include "engine/exec/known_rows.hpp"
#include "engine/exec/labeling_rows.hpp"

namespace cupel::exec {
namespace {

using storage::Column;
using storage::SnapshotPtr;
using storage::TableId;

const Column* text_column(const SnapshotPtr& snapshot, TableId table, std::string_view name) {
  return snapshot->catalog().find(table, name, Type::kText);
}

/// The distinct texts of a column in rows that `f` chooses, sorted.
template <typename F>
std::vector<std::string> distinct_texts(const SnapshotPtr& snapshot, TableId table,
                                        std::string_view name, const Context& context, F choose) {
  const Column* column = text_column(snapshot, table, name);
  if (column == nullptr) return {};
  const storage::DictionaryPtr dictionary = snapshot->dictionary(column->id);
  std::vector<uint8_t> seen(dictionary->size());
  std::set<std::string, std::less<>> found;
  for (uint32_t c = 0; c < snapshot->catalog().chunk_count(table); ++c) {
    context.poll();
    const storage::ChunkPtr chunk = snapshot->chunk(column->id, c);
    if (!chunk) continue;
    const storage::Bitmap rows = choose(c);
    rows.for_each([&](uint32_t row) {
      if (chunk->is_missing(row)) return;
      if (!chunk->is_coded()) {
        found.emplace(std::get<storage::PlainText>(chunk->values).at(row));
      } else if (uint8_t& known = seen[chunk->code_at(row)]; known == 0) {
        known = 1;
        found.emplace(dictionary->text(chunk->code_at(row)));
      }
    });
  }
  return {found.begin(), found.end()};
}

}  // namespace

// FNV-1a.
uint64_t text_hash(std::string_view text) {
  uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

CategoryLabels::CategoryLabels(const SnapshotPtr& snapshot, TableId table,
                               std::string_view taxonomy, const std::vector<std::string>& classes)
    : snapshot_(snapshot),
      table_(table),
      types_(snapshot, text_column(snapshot, table, "type"), {"category"}),
      taxonomies_(snapshot, text_column(snapshot, table, "taxonomy"), {taxonomy}),
      labels_(snapshot, text_column(snapshot, table, "label"), {classes.begin(), classes.end()}) {
  if (const Column* item = snapshot->catalog().find(table, "$item", Type::kInt64)) item_ = item->id;
}

uint32_t CategoryLabels::chunks() const { return snapshot_->catalog().chunk_count(table_); }

const std::vector<CategoryRow>& CategoryLabels::chunk(uint32_t number) {
  rows_.clear();
  const storage::ChunkPtr items = item_ ? snapshot_->chunk(*item_, number) : nullptr;
  if (!items) return rows_;
  types_.seek(number);
  taxonomies_.seek(number);
  labels_.seek(number);
  snapshot_->visible(table_, number).for_each([&](uint32_t row) {
    if (types_.at(row) != 0 || taxonomies_.at(row) != 0 || items->is_missing(row)) return;
    rows_.push_back({row, static_cast<uint64_t>(items->integer_at(row)), labels_.at(row)});
  });
  return rows_;
}

std::vector<std::string> taxonomies(const SnapshotPtr& snapshot, TableId table,
                                    const Context& context) {
  TextClasses types(snapshot, text_column(snapshot, table, "type"), {"category"});
  return distinct_texts(snapshot, table, "taxonomy", context, [&](uint32_t chunk) {
    storage::Bitmap rows = snapshot->visible(table, chunk);
    types.seek(chunk);
    for (uint32_t row = 0; row < rows.size(); ++row)
      if (types.at(row) != 0) rows.reset(row);
    return rows;
  });
}

std::vector<std::string> labels_in_taxonomy(const SnapshotPtr& snapshot, std::string_view taxonomy,
                                            const Context& context) {
  CategoryLabels labels(snapshot, storage::kAnnotations, taxonomy, {});
  return distinct_texts(snapshot, storage::kAnnotations, "label", context, [&](uint32_t chunk) {
    storage::Bitmap rows(snapshot->rows_in_chunk(storage::kAnnotations, chunk));
    for (const CategoryRow& label : labels.chunk(chunk)) rows.set(label.row);
    return rows;
  });
}

std::vector<std::string> labels_of_annotations(const SnapshotPtr& snapshot,
                                               const Context& context) {
  return distinct_texts(snapshot, storage::kAnnotations, "label", context, [&](uint32_t chunk) {
    return snapshot->visible(storage::kAnnotations, chunk);
  });
}

uint64_t label_fingerprint(const SnapshotPtr& snapshot, const std::optional<std::string>& taxonomy,
                           const Context& context) {
  uint64_t sum = 0;  // the order of rows does not matter
  if (!taxonomy) {
    const auto reader = [&](std::string_view name, Type type) {
      return ColumnReader(snapshot, snapshot->catalog().find(storage::kAnnotations, name, type));
    };
    ColumnReader items = reader("$item", Type::kInt64);
    ColumnReader texts = reader("label", Type::kText);
    for_each_visible(*snapshot, storage::kAnnotations, context, [&](uint64_t row) {
      const auto item = items.integer(row);
      const auto text = texts.text(row);
      if (item && text) sum += mix(static_cast<uint64_t>(*item) + 1, text_hash(*text));
    });
    return sum;
  }
  CategoryLabels labels(snapshot, storage::kAnnotations, *taxonomy, {});
  for (uint32_t chunk = 0; chunk < labels.chunks(); ++chunk) {
    context.poll();
    for (const CategoryRow& label : labels.chunk(chunk))
      if (label.label != TextClasses::kMissing)
        sum += mix(label.item + 1, text_hash(labels.label(label.row)));
  }
  return sum;
}

}  // namespace cupel::exec
