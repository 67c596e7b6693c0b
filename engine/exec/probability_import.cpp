#include "engine/exec/probability_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "engine/exec/category_labels.hpp"
#include "engine/exec/column_reader.hpp"
#include "engine/exec/labeling_rows.hpp"
#include "engine/exec/probability_parts.hpp"

namespace cupel::exec {
namespace {

using storage::VectorBlock;
using storage::VectorSet;

/// Puts the vector of an item (row of the table) at `to`; false when it has none.
using PutVector = std::function<bool(uint64_t item, std::byte* to)>;

uint32_t add_set(storage::Transaction& transaction, VectorSet set,
                 const ProbabilityTarget& target) {
  const auto use = storage::VectorUse::kProbabilities;
  if (target.replace && transaction.catalog().vectors(use, target.name) != nullptr)
    transaction.remove_vectors(use, target.name);
  set.use = use;
  set.name = target.name;
  set.table = storage::kItems;
  set.width = static_cast<uint32_t>(set.classes.size());
  set.created_micros = target.created_micros;
  return transaction.add_vectors(std::move(set));
}

/// Fills the set's blocks one after the other.
void write_blocks(storage::Transaction& transaction, uint32_t id, const PutVector& put,
                  const Context& context) {
  const VectorSet set = *transaction.catalog().vectors(id);
  const uint64_t items = transaction.catalog().row_count(storage::kItems);
  const size_t stride = size_t{set.width} * storage::element_bytes(set.element);
  for (uint64_t first = 0; first < items; first += set.block_rows) {
    context.poll();
    if (context.progress) context.progress({"import", first, items, "rows"});
    VectorBlock block;
    block.element = set.element;
    block.width = set.width;
    block.rows = static_cast<uint32_t>(std::min<uint64_t>(set.block_rows, items - first));
    const auto room = storage::vector_room(block.rows * stride);
    block.data = room;
    storage::Bitmap present(block.rows);
    for (uint32_t row = 0; row < block.rows; ++row)
      if (put(first + row, room.get() + row * stride)) present.set(row);
    if (present.none()) continue;
    if (!present.all()) block.present = std::move(present);
    transaction.write_block(id, static_cast<uint32_t>(first / set.block_rows), block);
  }
}

template <typename T>
PutVector put_from(const io::NpyFile& npy, const std::vector<uint32_t>& rows) {
  return [&npy, &rows](uint64_t item, std::byte* to) {
    if (rows[item] == Probabilities::kNoRow) return false;
    const size_t columns = npy.header().columns;
    const std::byte* from = npy.data() + size_t{rows[item]} * columns * sizeof(T);
    std::memcpy(to, from, columns * sizeof(T));  // what is checked is what is stored
    check_probabilities(npy.file().path(), rows[item], reinterpret_cast<const T*>(to), columns);
    return true;
  };
}

PutVector put_from(const io::NpyFile& npy, const std::vector<uint32_t>& rows) {
  switch (npy.header().type) {
    case io::NpyType::kFloat16: return put_from<learn::Half>(npy, rows);
    case io::NpyType::kFloat32: return put_from<float>(npy, rows);
    default: return put_from<double>(npy, rows);
  }
}

std::vector<uint32_t> rows_by_item(const std::vector<uint64_t>& items, uint64_t count,
                                   const Context& context) {
  if (items.size() >= Probabilities::kNoRow)
    throw Error(ErrorCode::kLimit, "a matrix of 4,294,967,295 rows or more cannot be taken");
  context.reserve(count * sizeof(uint32_t));
  std::vector<uint32_t> rows(count, Probabilities::kNoRow);
  for (size_t row = 0; row < items.size(); ++row) rows[items[row]] = static_cast<uint32_t>(row);
  return rows;
}

/// The columns `class_pdf.LABEL` of a run's table.
class ClassColumns {
 public:
  ClassColumns(const storage::SnapshotPtr& snapshot, storage::TableId table) {
    const storage::Catalog& catalog = snapshot->catalog();
    for (const storage::ColumnId id : catalog.columns(table)) {
      const storage::Column& column = catalog.column(id);
      if (column.type != Type::kFloat64 || !column.name.starts_with("class_pdf.")) continue;
      const std::vector<std::string> path = storage::split_path(column.name);
      if (path.size() == 2) columns_.push_back({path[1], ColumnReader(snapshot, &column)});
    }
    std::sort(columns_.begin(), columns_.end(),
              [](const Named& a, const Named& b) { return a.label < b.label; });
  }

  /// Leaves those that have a value in one of the rows.
  void keep_used(const std::vector<uint64_t>& rows, const Context& context) {
    std::erase_if(columns_, [&](Named& column) {
      context.poll();
      return std::all_of(rows.begin(), rows.end(), [&](uint64_t row) {
        return row == kNoItem || column.values.missing(row);
      });
    });
  }
  std::vector<std::string> labels() const {
    std::vector<std::string> labels;
    labels.reserve(columns_.size());
    for (const Named& column : columns_) labels.push_back(column.label);
    return labels;
  }
  /// False when the row has none of them.
  bool read(uint64_t row, double* to) {
    bool any = false;
    for (Named& column : columns_) {
      const std::optional<double> number = column.values.number(row);
      any |= number.has_value();
      *to++ = number.value_or(0);
    }
    return any;
  }

 private:
  struct Named {
    std::string label;
    ColumnReader values;
  };
  std::vector<Named> columns_;
};

/// The category prediction of each item in a taxonomy, as a row of the run's table; kNoItem: none.
/// Of several the last counts.
std::vector<uint64_t> predictions_by_item(const storage::Run& run, const std::string& taxonomy,
                                          const Context& context) {
  const uint64_t items = context.snapshot->catalog().row_count(storage::kItems);
  context.reserve(items * sizeof(uint64_t));
  std::vector<uint64_t> found(items, kNoItem);
  CategoryLabels predictions(context.snapshot, run.table, taxonomy, {});
  for (uint32_t chunk = 0; chunk < predictions.chunks(); ++chunk) {
    context.poll();
    const uint64_t first = uint64_t{chunk} * context.snapshot->catalog().chunk_rows;
    for (const CategoryRow& prediction : predictions.chunk(chunk))
      if (prediction.item < items) found[prediction.item] = first + prediction.row;
  }
  return found;
}

ProbabilityImport outcome_of(const storage::Transaction& transaction, uint32_t id) {
  const VectorSet& set = *transaction.catalog().vectors(id);
  const uint64_t items = transaction.catalog().live_rows(storage::kItems);
  return {set.vectors, items - set.vectors, set.classes.size(),
          std::string(storage::to_string(set.element))};
}

}  // namespace

ProbabilityImport import_probabilities(storage::Transaction& transaction,
                                       const ProbabilityFile& file, const ProbabilityTarget& target,
                                       const Context& context) {
  const io::NpyFile npy(file.file);
  require_probabilities(npy);
  VectorSet set;
  set.element = element_of(npy.header().type);
  set.classes = class_names(file, npy.header().columns, context);
  set.source = file.file.string();
  const std::vector<uint32_t> rows =
      rows_by_item(row_items(file, npy.header().rows, context),
                   transaction.catalog().row_count(storage::kItems), context);
  const uint32_t id = add_set(transaction, std::move(set), target);
  write_blocks(transaction, id, put_from(npy, rows), context);
  npy.file().require_unchanged();
  return outcome_of(transaction, id);
}

ProbabilityImport import_probabilities(storage::Transaction& transaction, const storage::Run& run,
                                       const std::string& taxonomy, const ProbabilityTarget& target,
                                       const Context& context) {
  const std::vector<uint64_t> predictions = predictions_by_item(run, taxonomy, context);
  ClassColumns columns(context.snapshot, run.table);
  columns.keep_used(predictions, context);
  VectorSet set;
  set.element = storage::Element::kFloat64;
  set.classes = columns.labels();
  if (set.classes.empty())
    throw Error(ErrorCode::kConstraint,
                fmt::format("the category predictions of run '{}' in taxonomy '{}' have no "
                            "class_pdf; import them with one",
                            run.name, taxonomy));
  set.source = fmt::format("run '{}', taxonomy '{}'", run.name, taxonomy);
  const std::string source = set.source;
  const size_t width = set.classes.size();
  const uint32_t id = add_set(transaction, std::move(set), target);
  VisibleRows visible(context.snapshot, storage::kItems);
  std::vector<double> row(width);
  write_blocks(
      transaction, id,
      [&](uint64_t item, std::byte* to) {
        if (predictions[item] == kNoItem || !visible.contains(item)) return false;
        if (!columns.read(predictions[item], row.data())) return false;
        check_probabilities(source, predictions[item], row.data(), width);
        std::memcpy(to, row.data(), width * sizeof(double));
        return true;
      },
      context);
  return outcome_of(transaction, id);
}

}  // namespace cupel::exec
