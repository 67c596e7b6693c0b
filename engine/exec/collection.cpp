#include "engine/exec/collection.hpp"

#include "engine/exec/collection_values.hpp"
#include "engine/exec/evaluation.hpp"
#include "engine/exec/waves.hpp"

namespace cupel::exec {
namespace {

using Function = plan::Collection::Function;
using storage::Bitmap;

/// What one chunk of objects has to say.
struct Found {
  size_t first_word = 0;             ///< kAny: of `words` in the set of items
  std::vector<uint64_t> words;       ///< kAny
  std::vector<uint32_t> items;       ///< the others: the item of each matching object
  Vector arguments;                  ///< its value
  std::vector<evaluate::Box> boxes;  ///< kBoxes
  std::vector<uint64_t> objects;     ///< kBoxes: their rows
};

class Collector {
 public:
  Collector(Evaluation& evaluation, const plan::Collection& collection)
      : evaluation_(evaluation),
        collection_(collection),
        items_(evaluation.item_count()),
        item_column_(evaluation.item_column(collection.table)),
        narrow_(collection.function == Function::kBoxes ||
                (collection.where && uses_collections(*collection.where))) {
    if (collection.function == Function::kBoxes) boxes_.emplace(evaluation, collection.table);
    if (collection.where) where_ = evaluation.condition(*collection.where, collection.table);
    if (collection.argument)
      argument_ = evaluation.expression(*collection.argument, collection.table);
  }

  Found run(uint32_t chunk) const {
    Found found;
    const storage::ChunkPtr item = evaluation_.peek(item_column_->id, chunk);
    if (!item || !item->has_range) return found;
    if (item->min_integer < 0 || static_cast<uint64_t>(item->max_integer) >= items_)
      throw Error(ErrorCode::kCorruption, "an object names an item that does not exist");
    const ItemSet* only = evaluation_.only_items();
    if (only != nullptr && !only->any(item->min_integer, item->max_integer)) {
      evaluation_.count_skipped();
      return found;
    }
    Bitmap rows = evaluation_.snapshot().visible(collection_.table, chunk);
    if (only != nullptr && narrow_) narrow(*item, *only, rows);
    if (where_) rows = where_->run(chunk, rows);
    if (rows.none()) return found;
    evaluation_.count_read();
    if (collection_.function == Function::kAny) {
      mark(*item, rows, found);
    } else if (boxes_) {
      read_boxes(*item, chunk, rows, found);
    } else {
      list(*item, rows, found);
      if (argument_) found.arguments = argument_->run(chunk, rows_of(rows));
    }
    return found;
  }

 private:
  /// Calls `f(item, row)` for each row.
  template <typename F>
  static void for_items(const storage::Chunk& item, const Bitmap& rows, F&& f) {
    std::visit(
        [&](const auto& array) {
          using Array = std::decay_t<decltype(array)>;
          if constexpr (!std::is_same_v<Array, storage::PlainText>) {
            if constexpr (std::is_integral_v<typename Array::value_type>)
              rows.for_each([&](uint32_t row) {
                if (row < array.size()) f(static_cast<uint64_t>(array[row]), row);
              });
          }
        },
        item.values);
  }

  static void mark(const storage::Chunk& item, const Bitmap& rows, Found& found) {
    found.first_word = static_cast<size_t>(item.min_integer) / 64;
    found.words.assign(static_cast<size_t>(item.max_integer) / 64 - found.first_word + 1, 0);
    uint64_t* words = found.words.data();
    const size_t first = found.first_word;
    for_items(item, rows,
              [&](uint64_t i, uint32_t) { words[i / 64 - first] |= uint64_t{1} << (i % 64); });
  }

  static void list(const storage::Chunk& item, const Bitmap& rows, Found& found) {
    found.items.reserve(rows.count());
    for_items(item, rows,
              [&](uint64_t i, uint32_t) { found.items.push_back(static_cast<uint32_t>(i)); });
  }

  static void narrow(const storage::Chunk& item, const ItemSet& only, Bitmap& rows) {
    Bitmap kept(rows.size());
    for_items(item, rows, [&](uint64_t i, uint32_t row) {
      if (only.test(i)) kept.set(row);
    });
    rows = std::move(kept);
  }

  void read_boxes(const storage::Chunk& item, uint32_t chunk, const Bitmap& rows,
                  Found& found) const {
    std::vector<uint32_t> kept;
    kept.reserve(rows.count());
    found.items.reserve(rows.count());
    for_items(item, rows, [&](uint64_t i, uint32_t row) {
      kept.push_back(row);
      found.items.push_back(static_cast<uint32_t>(i));
    });
    const BoxReader::Boxes read = boxes_->read(chunk, kept);
    const uint64_t first = uint64_t{chunk} * evaluation_.catalog().chunk_rows;
    found.boxes.reserve(kept.size());
    found.objects.reserve(kept.size());
    size_t n = 0;
    for (size_t i = 0; i < kept.size(); ++i) {
      if (read.present[i] == 0) continue;
      found.boxes.push_back(read.boxes[i]);
      found.objects.push_back(first + kept[i]);
      found.items[n] = found.items[i];
      kept[n++] = kept[i];
    }
    found.items.resize(n);
    kept.resize(n);
    if (argument_) found.arguments = argument_->run(chunk, kept);
  }

  const Evaluation& evaluation_;
  const plan::Collection& collection_;
  uint64_t items_;
  const storage::Column* item_column_;
  /// Rows of items that nobody asks for are left out before the condition: where that pays.
  bool narrow_;
  std::optional<BoxReader> boxes_;  ///< kBoxes
  ConditionNodePtr where_;
  ExpressionNodePtr argument_;
};

}  // namespace

CollectionResult collect(Evaluation& evaluation, const plan::Collection& collection) {
  const Context& context = evaluation.context();
  const uint64_t items = evaluation.item_count();
  CollectionResult result;
  std::optional<ItemValues> values;
  if (collection.function == Function::kAny) {
    result.any = ItemSet(items);
    context.reserve(result.any.memory_bytes());
  } else if (collection.function == Function::kCount) {
    context.reserve(items * sizeof(uint32_t));
    result.counted = true;
    result.counts.assign(items, 0);
  } else if (collection.function != Function::kBoxes) {
    values.emplace(collection, items, context);
  }
  const bool empty = evaluation.item_column(collection.table) == nullptr;
  const Collector collector(evaluation, collection);
  in_order(
      context, empty ? 0 : evaluation.catalog().chunk_count(collection.table),
      [&](size_t chunk) { return collector.run(static_cast<uint32_t>(chunk)); },
      [&](size_t, Found found) {
        if (values) return values->add(found.items, std::move(found.arguments));
        if (collection.function == Function::kBoxes)
          return result.boxes.add(found.items, found.boxes, found.objects,
                                  collection.argument ? &found.arguments : nullptr, context);
        result.any.merge(found.first_word, found.words);
        for (const uint32_t item : found.items) ++result.counts[item];
      });
  if (values) result.values = values->finish();
  if (collection.function == Function::kBoxes) result.boxes.finish(items, context);
  return result;
}

}  // namespace cupel::exec
