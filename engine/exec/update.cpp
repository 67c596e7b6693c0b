#include <fmt/format.h>

#include <cmath>
#include <set>

#include "engine/exec/change.hpp"
#include "engine/exec/field_update.hpp"
#include "engine/exec/label_update.hpp"
#include "engine/io/rest.hpp"

namespace cupel::exec {
namespace {

using storage::Column;
using storage::SnapshotPtr;
using storage::TableId;

void check(const std::vector<Assignment>& assignments) {
  std::set<std::string> seen;
  for (const Assignment& assignment : assignments) {
    if (assignment.column != "label" && !assignment.column.starts_with("metadata."))
      throw Error(ErrorCode::kUnsupported,
                  fmt::format("'{}' cannot be set; UPDATE sets metadata.NAME and the label of "
                              "objects",
                              assignment.column));
    if (!seen.insert(assignment.column).second)
      throw Error(ErrorCode::kConstraint,
                  fmt::format("'{}' is set twice; set it once", assignment.column));
  }
}

/// All assignments of one arm.
class TableUpdate {
 public:
  TableUpdate(storage::Transaction& transaction, const SnapshotPtr& view, TableId table,
              const std::vector<Assignment>& assignments)
      : transaction_(transaction),
        rest_column_(view->catalog().find(table, "$rest", Type::kText)),
        rest_(view, rest_column_) {
    for (const Assignment& assignment : assignments) {
      if (assignment.column != "label") {
        targets_.emplace_back(FieldUpdate(transaction, view, table, assignment.column));
        continue;
      }
      if (table == storage::kItems)
        throw Error(ErrorCode::kName, "items have no label; annotations and predictions do");
      label_.emplace(transaction, view, table);
      targets_.emplace_back(std::nullopt);
    }
  }

  /// `values`: one an assignment.
  void assign(uint64_t row, const std::vector<const Value*>& values) {
    const std::string before(rest_.text(row).value_or(""));
    std::string rest = before;
    for (size_t i = 0; i < targets_.size(); ++i) {
      if (!targets_[i]) {
        label_->assign(row, *values[i]);
        continue;
      }
      targets_[i]->assign(row, *values[i]);
      rest = io::remove_path(rest, targets_[i]->path(), !values[i]->is_missing());
    }
    if (rest != before)
      transaction_.set(rest_column_->id, row, rest.empty() ? Value() : Value(rest));
  }

  void finish() {
    if (label_) label_->finish();
  }

 private:
  storage::Transaction& transaction_;
  const Column* rest_column_;
  ColumnReader rest_;
  std::vector<std::optional<FieldUpdate>> targets_;  ///< nothing: the label
  std::optional<LabelUpdate> label_;
};

/// What the rows of a chunk get; one missing value for all where there is no expression.
std::vector<Value> values_of(const Assignment& assignment, size_t arm, Evaluation& evaluation,
                             TableId table, uint32_t chunk, const storage::Bitmap& rows) {
  const plan::ExpressionPtr& expression = assignment.values.at(arm);
  if (!expression) return std::vector<Value>(rows.count());
  std::vector<Value> values = evaluate(evaluation, table, *expression, chunk, rows);
  for (Value& value : values)
    if (value.is_double() && std::isnan(value.as_double())) value = Value();
  return values;
}

}  // namespace

uint64_t update_rows(storage::Transaction& transaction, const plan::Plan& plan,
                     const std::vector<Assignment>& assignments, const Context& context) {
  check(assignments);
  const RowSet rows = select_rows(plan, context);
  const std::shared_ptr<Evaluation> evaluation = prepare(plan, context);
  transaction.flush();
  const SnapshotPtr view = transaction.view();
  for (size_t arm = 0; arm < rows.tables.size(); ++arm) {
    const auto& [table, chunks] = rows.tables[arm];
    TableUpdate update(transaction, view, table, assignments);
    for (uint32_t chunk = 0; chunk < chunks.size(); ++chunk) {
      context.poll();
      if (chunks[chunk].none()) continue;
      std::vector<std::vector<Value>> values;
      values.reserve(assignments.size());
      for (const Assignment& assignment : assignments)
        values.push_back(values_of(assignment, arm, *evaluation, table, chunk, chunks[chunk]));
      std::vector<const Value*> of_row(values.size());
      size_t n = 0;
      chunks[chunk].for_each([&](uint32_t row) {
        for (size_t i = 0; i < values.size(); ++i) of_row[i] = &values[i][n];
        ++n;
        update.assign(uint64_t{chunk} * view->catalog().chunk_rows + row, of_row);
      });
    }
    update.finish();
  }
  return rows.count();
}

}  // namespace cupel::exec
