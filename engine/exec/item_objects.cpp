#include "engine/exec/item_objects.hpp"

#include <bit>

#include "engine/exec/value_vector.hpp"
#include "engine/exec/waves.hpp"

namespace cupel::exec {
namespace {

/// The objects of one chunk that belong to wanted items.
struct Part {
  std::vector<uint32_t> rows;
  std::vector<uint64_t> items;  ///< parallel to rows
};

const storage::Column* item_column(const Context& context, storage::TableId table) {
  return context.snapshot->catalog().find(table, "$item", Type::kInt64);
}

Part read_part(const Context& context, const storage::Column& column, uint32_t chunk,
               storage::Bitmap wanted, const ItemSet* only) {
  Part part;
  const storage::ChunkPtr values = context.snapshot->chunk(column.id, chunk);
  if (!values || !values->has_range) return part;
  if (only != nullptr && !only->any(values->min_integer, values->max_integer)) return part;
  context.chunks_read.fetch_add(1, std::memory_order_relaxed);
  const std::vector<uint32_t> rows = rows_of(wanted);
  const Vector items = gather_column(*context.snapshot, column, values, rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!items.present(i)) continue;
    const auto item = static_cast<uint64_t>(items.integers[i]);
    if (only != nullptr && !only->test(item)) continue;
    part.rows.push_back(rows[i]);
    part.items.push_back(item);
  }
  return part;
}

/// Calls `consume(chunk, part)` for each chunk of a table of objects, in order.
template <typename F>
void for_parts(const ItemSet& items, storage::TableId table, const Context& context, F&& consume) {
  const storage::Column* column = item_column(context, table);
  if (column == nullptr) return;
  in_order(
      context, context.snapshot->catalog().chunk_count(table),
      [&](size_t chunk) {
        const auto number = static_cast<uint32_t>(chunk);
        return read_part(context, *column, number, context.snapshot->visible(table, number),
                         &items);
      },
      [&](size_t chunk, Part part) { consume(static_cast<uint32_t>(chunk), std::move(part)); });
}

void count_texts(const Vector& texts, std::map<std::string, uint64_t>& counts) {
  std::vector<uint64_t> by_code(texts.dictionary ? texts.dictionary->size() : 0);
  for (size_t i = 0; i < texts.size; ++i) {
    if (!texts.present(i)) continue;
    if (texts.dictionary) {
      ++by_code[texts.codes[i]];
    } else {
      ++counts[std::string(texts.texts[i])];
    }
  }
  for (uint32_t code = 0; code < by_code.size(); ++code)
    if (by_code[code] > 0) counts[std::string(texts.dictionary->text(code))] += by_code[code];
}

}  // namespace

ItemSet items_of(const RowSet& rows, const Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  ItemSet items(catalog.row_count(storage::kItems));
  context.reserve(items.memory_bytes());
  for (const auto& [table, chunks] : rows.tables) {
    const storage::Column* column = item_column(context, table);
    for (uint32_t chunk = 0; chunk < chunks.size(); ++chunk) {
      context.poll();
      if (chunks[chunk].none()) continue;
      if (table == storage::kItems) {
        items.assign(uint64_t{chunk} * catalog.chunk_rows, chunks[chunk]);
      } else if (column != nullptr) {
        for (const uint64_t item : read_part(context, *column, chunk, chunks[chunk], nullptr).items)
          if (item < items.size()) items.set(item);
      }
    }
  }
  return items;
}

uint64_t count(const ItemSet& items) {
  uint64_t total = 0;
  for (const uint64_t word : items.words()) total += storage::count_bits(word);
  return total;
}

std::vector<uint64_t> objects_of(const ItemSet& items, storage::TableId table,
                                 const Context& context) {
  const uint64_t chunk_rows = context.snapshot->catalog().chunk_rows;
  std::vector<uint64_t> rows;
  for_parts(items, table, context, [&](uint32_t chunk, const Part& part) {
    context.reserve(part.rows.size() * sizeof(uint64_t));
    for (const uint32_t row : part.rows) rows.push_back(chunk * chunk_rows + row);
  });
  return rows;
}

ObjectCounts count_objects(const ItemSet& items, storage::TableId table, const Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  const storage::Column* label = catalog.find(table, "label", Type::kText);
  const storage::Column* type = catalog.find(table, "type", Type::kText);
  context.reserve(items.size() * sizeof(uint32_t));
  std::vector<uint32_t> by_item(items.size());
  ObjectCounts counts;
  const auto read = [&](const storage::Column* column, uint32_t chunk, const Part& part) {
    if (column == nullptr) return Vector::missing(Type::kText, part.rows.size());
    return gather_column(*context.snapshot, *column, context.snapshot->chunk(column->id, chunk),
                         part.rows);
  };
  for_parts(items, table, context, [&](uint32_t chunk, const Part& part) {
    counts.objects += part.rows.size();
    const Vector types = read(type, chunk, part);
    for (size_t i = 0; i < part.rows.size(); ++i)
      if (!types.present(i) || types.text(i) != "category") ++by_item[part.items[i]];
    count_texts(read(label, chunk, part), counts.by_label);
  });
  for (uint64_t item = 0; item < items.size(); ++item)
    if (items.test(item)) ++counts.items_by_objects[by_item[item]];
  return counts;
}

}  // namespace cupel::exec
