#include "engine/plan/evaluation_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "cupel/error.hpp"

namespace cupel::plan {
namespace {

using storage::Catalog;
using storage::Column;
using storage::TableId;

/// What an evaluation reads of annotations and predictions.
constexpr std::string_view kRead[] = {
    "$item",      "label",        "type",     "taxonomy",     "annotation_id", "position.x",
    "position.y", "dimensions.x", "geometry", "dimensions.y", "area",
};
constexpr std::string_view kReadOfPredictions[] = {"confidence"};

std::vector<const Column*> columns_read(const Catalog& catalog, TableId table) {
  std::vector<const Column*> columns;
  const auto add = [&](std::string_view name) {
    for (const Column* column : catalog.find(table, name)) columns.push_back(column);
  };
  for (const std::string_view name : kRead) add(name);
  if (table == storage::kAnnotations) {
    for (const std::string_view name : kCrowdFlags) add(name);
  } else {
    for (const std::string_view name : kReadOfPredictions) add(name);
  }
  return columns;
}

uint64_t deleted_rows(const Catalog& catalog, TableId table) {
  return catalog.row_count(table) - catalog.live_rows(table);
}

void add_reasons(const TableBasis& basis, std::string_view noun, const Catalog& catalog,
                 std::vector<std::string>& reasons) {
  const auto counted = [&](uint64_t count, std::string_view verb) {
    const std::string_view shown = count == 1 ? noun.substr(0, noun.size() - 1) : noun;
    reasons.push_back(fmt::format("{} {} {} {}", count, shown, count == 1 ? "was" : "were", verb));
  };
  const uint64_t rows = catalog.row_count(basis.table);
  const uint64_t deleted = deleted_rows(catalog, basis.table);
  if (rows > basis.rows) counted(rows - basis.rows, "added");
  if (deleted > basis.deleted) counted(deleted - basis.deleted, "deleted");
  // New rows may count as changes of their columns.
  if (rows != basis.rows) return;
  std::set<std::string> changed;
  for (const Column* column : columns_read(catalog, basis.table)) {
    const auto then = basis.changes.find(column->id);
    const auto now = catalog.watched.find(column->id);
    const bool same =
        then != basis.changes.end() && now != catalog.watched.end() && then->second == now->second;
    if (!same) changed.insert(column->name);
  }
  for (const std::string& name : changed)
    reasons.push_back(fmt::format("{} of {} changed", name, noun));
}

}  // namespace

bool is_evaluation_field(std::string_view name) {
  return name == kOutcome || name == kIou || name == kMatchedLabel || name == kMatchedId ||
         name == kErrorKind;
}

std::string annotation_column(std::string_view field, std::string_view run) {
  return storage::join_path({std::string(field), std::string(run)});
}

std::string item_column(std::string_view count, std::string_view run) {
  return storage::join_path({std::string(kEvaluation), std::string(run), std::string(count)});
}

std::optional<EvaluationRecord> evaluation_of(const Catalog& catalog, std::string_view run) {
  const std::string* text = catalog.document(kEvaluation, run);
  if (text == nullptr) return std::nullopt;
  return decode_evaluation(*text);
}

TableBasis watch_basis(storage::Transaction& transaction, TableId table) {
  std::vector<storage::ColumnId> columns;
  for (const Column* column : columns_read(transaction.catalog(), table))
    columns.push_back(column->id);
  for (const storage::ColumnId column : columns) transaction.watch(column);
  const Catalog& catalog = transaction.catalog();
  TableBasis basis{table, catalog.row_count(table), deleted_rows(catalog, table), {}};
  for (const storage::ColumnId column : columns) basis.changes[column] = catalog.watched.at(column);
  return basis;
}

std::vector<std::string> stale_reasons(const EvaluationRecord& record, const Catalog& catalog) {
  std::vector<std::string> reasons;
  add_reasons(record.truth, "annotations", catalog, reasons);
  add_reasons(record.predicted, "predictions", catalog, reasons);
  return reasons;
}

std::string stale_sentence(const EvaluationRecord& record, const Catalog& catalog) {
  const std::vector<std::string> reasons = stale_reasons(record, catalog);
  if (reasons.empty()) return {};
  std::string list;
  for (const std::string& reason : reasons) list += (list.empty() ? "" : ", ") + reason;
  return fmt::format("the evaluation of run '{}' is stale: {}; run EVALUATE RUN \"{}\" again",
                     record.run, list, record.run);
}

}  // namespace cupel::plan
